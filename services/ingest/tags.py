"""Automatic tags: what the gazetteer finds in title and body, each with the rule and the place that caused it."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from schemas.article import AutoTag
from services.vocabulary.gazetteer import Entry, Gazetteer
from services.vocabulary.names import fold, relation

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
    field: Literal["title", "body"]
    start: int
    end: int


def automatic_tags(title: str, body: str, gazetteer: Gazetteer) -> tuple[AutoTag, ...]:
    """At most 12 tags, best first: in the title, in the first 350 characters of the body, or named twice."""
    texts: dict[Literal["title", "body"], str] = {"title": title, "body": body}
    by_slug: dict[str, list[Mention]] = defaultdict(list)
    for field, text in texts.items():
        folded = fold(text)
        for mention in _mentions(field, text, folded, gazetteer):
            by_slug[mention.entry.slug].append(mention)
    tags = [
        (_score(mentions), slug, mentions[0])
        for slug, mentions in by_slug.items()
        if _is_enough(mentions) and not _is_doubtful(mentions, title, body)
    ]
    tags.sort(key=lambda tag: (-tag[0], tag[1]))
    return tuple(_tag(slug, first, texts[first.field]) for _, slug, first in tags[:MAX_AUTO_TAGS])


def _mentions(field: Literal["title", "body"], text: str, folded: str, gazetteer: Gazetteer) -> Iterator[Mention]:
    matches = gazetteer.matches(text, folded)
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


def _is_doubtful(mentions: list[Mention], title: str, body: str) -> bool:
    """Whether a name that has another meaning stands here with nothing but that name for it."""
    unless = mentions[0].entry.unless
    if not unless or any(mention.rule != "name" for mention in mentions):
        return False
    text = fold(f"{title}\n{body}")
    return any(word in text for word in unless)


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
