"""Where a text names what: every name of the gazetteer, the place in the article that it stands at, and relations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal, NamedTuple

from services.ingest.relations import relation_rule
from services.vocabulary.forms import UNTAGGED, Entry, Match
from services.vocabulary.gazetteer import Gazetteer
from services.vocabulary.names import fold, relation

Field = Literal["title", "body"]
Place = Literal["title", "dateline", "lede", "body"]
LEDE_CHARACTERS = 350
_PLACE_WORDS = 4
_DATELINE = re.compile(r"(?:【[^】\n]{1,20}】|([^\n]{2,80}?) ?[—–-]{1,2} )")
_AFTER_PLACE = re.compile(r"[,(]")


class Mention(NamedTuple):
    """A name found at a place: the tag it speaks for, by which rule, and where."""

    slug: str
    kind: str
    rule: str
    place: Place
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """All mentions in order of place. `doubtful` leads from a slug to the words that make its name doubtful here."""

    mentions: list[Mention]
    doubtful: dict[str, str]


def find(title: str, body: str, gazetteer: Gazetteer, language: str) -> Found:
    """What title and body name. Of the names in `language` and those that count in any."""
    folded = fold(title), fold(body)
    matches = gazetteer.matches(title, folded[0], language), gazetteer.matches(body, folded[1], language)
    doubtful = _doubtful([*matches[0], *matches[1]], folded)
    if doubtful:
        matches = _trusted(matches[0], doubtful), _trusted(matches[1], doubtful)
    mentions = list(_mentions("title", matches[0], folded[0], 0, gazetteer))
    mentions.extend(_mentions("body", matches[1], folded[1], dateline_end(body), gazetteer))
    return Found(mentions, doubtful)


def dateline_end(body: str) -> int:
    """Where the text begins after a dateline such as `TOKYO, March 4 (Wire) - ` or `【東京】`; 0 without one."""
    match = _DATELINE.match(body)
    if match is None or match[1] is None:
        return match.end() if match else 0
    place, *rest = _AFTER_PLACE.split(match[1], maxsplit=1)
    is_one = place.isupper() or (rest and (match[1][-1] == ")" or any(map(str.isdigit, rest[0]))))
    return match.end() if is_one and len(place.split()) <= _PLACE_WORDS else 0


def _doubtful(matches: list[Match], folded: tuple[str, str]) -> dict[str, str]:
    """Entries whose name has another meaning here, and for which nothing but that name stands in the text."""
    guarded = {form.entry for _, _, form in matches if form.entry.unless}
    if not guarded:
        return {}
    certain = {
        form.entry.slug
        for _, _, form in matches
        if form.rule in ("demonym", "metonym") and form.entry.kind not in UNTAGGED
    }
    doubts = {}
    for entry in guarded:
        words = entry.slug not in certain and next((w for w in entry.unless if _has_words(folded, w)), "")
        if words:
            doubts[entry.slug] = words
    return doubts


def _has_words(folded: tuple[str, str], words: str) -> bool:
    return any(words in text and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) for text in folded)


def _trusted(matches: list[Match], doubtful: dict[str, str]) -> list[Match]:
    return [match for match in matches if match[2].entry.slug not in doubtful]


def _mentions(field: Field, matches: list[Match], folded: str, begins: int, gazetteer: Gazetteer) -> Iterator[Mention]:
    """The mentions of one field, whose text begins after its dateline at `begins`."""
    lede_end = begins + LEDE_CHARACTERS
    for start, end, form in matches:
        place: Place = (
            "title" if field == "title" else "dateline" if start < begins else "lede" if start < lede_end else "body"
        )
        entry = form.entry
        if entry.kind not in UNTAGGED:
            yield Mention(entry.slug, entry.kind, form.rule, place, field, start, end)
        if entry.of:
            for slug, kind in _besides(entry, gazetteer):
                yield Mention(slug, kind, form.rule, place, field, start, end)
    for left, right in pairwise(matches):
        one, other = left[2].entry, right[2].entry
        if one.short and other.short and one is not other and (rule := relation_rule(folded, left, right)):
            place = "title" if field == "title" else "lede" if left[0] < lede_end else "body"
            yield Mention(relation(one.short, other.short), "relation", rule, place, field, left[0], right[1])


def _besides(entry: Entry, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    """What an entry names besides itself: the country of an office; several countries, and each two of them."""
    for slug in entry.of:
        yield slug, gazetteer.entries[slug].kind
    if entry.kind == "relation":
        for one, other in combinations(entry.of, 2):
            yield relation(gazetteer.shorts[one], gazetteer.shorts[other]), "relation"
