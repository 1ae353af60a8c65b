"""Automatic tags: what the gazetteer finds in title and body, each with the rule and the place that caused it."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from schemas.article import AutoTag
from services.vocabulary.gazetteer import Entry, Form, Gazetteer
from services.vocabulary.names import fold, relation

Field = Literal["title", "body"]
LEDE_CHARACTERS = 350
MAX_AUTO_TAGS = 12

_RELATION_NOUN = (
    "relations?|relationship|ties|alliance|pact|deals?|trade|summit|treaty|talks|partnership|friendship|tensions?|"
    "agreements?|cooperation|border|war|dialogue|accords?"
)
_NOUN_NEXT = re.compile(rf"[\w -]{{0,24}}?\b(?:{_RELATION_NOUN})\b")
_ACTION_NEXT = re.compile(rf" (?:have |both |jointly )?(?:sign|agree|announce|{_RELATION_NOUN})\w*\b")
_AND = re.compile(r",? (?:and|&) (?:the )?$")
_BETWEEN = re.compile(r"\bbetween (?:the )?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found at a place of one field."""

    entry: Entry
    rule: str
    field: Field
    start: int
    end: int


def automatic_tags(title: str, body: str, gazetteer: Gazetteer) -> tuple[AutoTag, ...]:
    """At most 12 tags, best first: in the title, in the first 350 characters of the body, or named twice."""
    texts: dict[Field, str] = {"title": title, "body": body}
    folded: dict[Field, str] = {field: fold(text) for field, text in texts.items()}
    matches = {field: gazetteer.matches(text, folded[field]) for field, text in texts.items()}
    doubtful = _doubtful([form for found in matches.values() for _, _, form in found], "\n".join(folded.values()))
    by_slug: dict[str, list[Mention]] = defaultdict(list)
    for field, found in matches.items():
        trusted = [match for match in found if match[2].entry.slug not in doubtful]
        for mention in _mentions(field, trusted, folded[field]):
            by_slug[mention.entry.slug].append(mention)
    tags = [(_score(mentions), slug, mentions[0]) for slug, mentions in by_slug.items() if _is_enough(mentions)]
    tags.sort(key=lambda tag: (-tag[0], tag[1]))
    return tuple(_tag(slug, first, texts[first.field]) for _, slug, first in tags[:MAX_AUTO_TAGS])


def _doubtful(forms: list[Form], folded: str) -> set[str]:
    """Entries whose name has another meaning here, and for which nothing but that name stands in the text."""
    certain = {form.entry.slug for form in forms if form.rule != "name"}
    guarded = {form.entry for form in forms if form.entry.unless and form.entry.slug not in certain}
    return {entry.slug for entry in guarded if any(_has_words(folded, words) for words in entry.unless)}


def _has_words(folded: str, words: str) -> bool:
    return words in folded and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", folded) is not None


def _mentions(field: Field, matches: list[tuple[int, int, Form]], folded: str) -> Iterator[Mention]:
    for start, end, form in matches:
        yield Mention(form.entry, form.rule, field, start, end)
    for (start, left_end, left), (right_start, end, right) in pairwise(matches):
        if not (left.entry.short and right.entry.short) or left.entry is right.entry:
            continue
        if rule := _relation_rule(folded, start, folded[left_end:right_start], end):
            both = Entry("relation", relation(left.entry.short, right.entry.short), "", ())
            yield Mention(both, rule, field, start, end)


def _relation_rule(folded: str, start: int, between: str, end: int) -> str | None:
    """Why the two countries that meet here are related, or None."""
    if between.strip() in ("-", "/"):
        return "hyphenated"
    following = folded[end : end + 48]
    if between == " " and _NOUN_NEXT.match(following):
        return "side by side"
    if not _AND.match(between):
        return None
    if _BETWEEN.search(folded[max(0, start - 16) : start]):
        return "between"
    return "and" if _ACTION_NEXT.match(following) else None


def _is_enough(mentions: list[Mention]) -> bool:
    return len(mentions) > 1 or any(m.field == "title" or m.start < LEDE_CHARACTERS for m in mentions)


def _score(mentions: list[Mention]) -> float:
    in_title = any(mention.field == "title" for mention in mentions)
    in_lede = any(mention.field == "body" and mention.start < LEDE_CHARACTERS for mention in mentions)
    return 3 * in_title + 2 * in_lede + math.log1p(len(mentions))


def _tag(slug: str, mention: Mention, text: str) -> AutoTag:
    return AutoTag(
        slug=slug,
        kind=mention.entry.kind,
        rule=mention.rule,
        field=mention.field,
        start=mention.start,
        end=mention.end,
        text=text[mention.start : mention.end],
    )
