"""Automatic tags: what title and body name weightily enough, each with its score and the place that caused it."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.article import AutoTag
from services.ingest.mentions import Found, Mention, Place, find
from services.vocabulary.gazetteer import Gazetteer

MAX_AUTO_TAGS = 12
ENOUGH = 2.0
"""The score from which a tag is given: named in the title or in the first lines, or thrice further down."""
_RULES_VERSION = 2
"""Raised by hand when the same table gives other tags."""

_ONCE: dict[Place, dict[str, float]] = {
    "title": {"name": 3, "demonym": 2, "metonym": 2, "city": 1.5},
    "dateline": {"name": 3, "demonym": 3, "metonym": 3, "city": 3},
    "lede": {"name": 2, "demonym": 1, "metonym": 1, "city": 0.5},
}
"""What a place of the article adds, by its best rule, however often."""
_OFTEN = {"name": 1.45, "demonym": 0.5, "metonym": 0.3, "city": 0.2}
"""What n mentions further down add, times ln(1 + n). Rules not named here, those of relations, count as names."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A possible tag, and why it is none where it is none."""

    tag: AutoTag
    refused: str = ""


def tags_version(gazetteer: Gazetteer) -> str:
    """Which rules and which table give the tags: `2.1f2e3d4c`."""
    return f"{_RULES_VERSION}.{gazetteer.version}"


def automatic_tags(title: str, body: str, gazetteer: Gazetteer, language: str = "und") -> tuple[AutoTag, ...]:
    """At most 12 tags, best first. `language` is the text's, BCP 47."""
    scored = _scored(find(title, body, gazetteer, language))
    enough = [one for one in scored if one[0] >= ENOUGH][:MAX_AUTO_TAGS]
    return tuple(_tag(score, mention, title, body) for score, mention in enough)


def judged(title: str, body: str, gazetteer: Gazetteer, language: str = "und") -> Iterator[Judged]:
    """Every possible tag, best first, with why it is none: too low a score, too many better ones, a doubtful name."""
    found = find(title, body, gazetteer, language)
    given = 0
    for score, mention in _scored(found):
        given += score >= ENOUGH
        refused = "" if given <= MAX_AUTO_TAGS else f"{MAX_AUTO_TAGS} tags have a higher score"
        if score < ENOUGH:
            refused = f"a score of {ENOUGH:g} is needed"
        yield Judged(_tag(score, mention, title, body), refused)
    for slug, words in found.doubtful.items():
        kind = gazetteer.entries[slug].kind
        nowhere = AutoTag(slug=slug, kind=kind, rule="name", score=0, field="body", start=0, end=0, text="")
        yield Judged(nowhere, f"“{words}” speaks for another meaning")


def _scored(found: Found) -> list[tuple[float, Mention]]:
    """The score of each slug with its weightiest mention, best first."""
    by_slug: dict[str, list[Mention]] = defaultdict(list)
    for mention in found.mentions:
        by_slug[mention.slug].append(mention)
    scored = [_score(mentions) for mentions in by_slug.values()]
    scored.sort(key=lambda one: (-one[0], one[1].slug))
    return scored


def _score(mentions: list[Mention]) -> tuple[float, Mention]:
    once: dict[str, float] = {}
    often: dict[str, int] = {}
    best, weightiest = -1.0, mentions[0]
    for mention in mentions:
        rule = mention.rule if mention.rule in _OFTEN else "name"
        weight = 0.0
        if mention.place == "body":
            often[rule] = often.get(rule, 0) + 1
        else:
            weight = _ONCE[mention.place][rule]
            once[mention.place] = max(weight, once.get(mention.place, 0.0))
        if weight > best:
            best, weightiest = weight, mention
    return sum(once.values()) + sum(_OFTEN[rule] * math.log1p(times) for rule, times in often.items()), weightiest


def _tag(score: float, mention: Mention, title: str, body: str) -> AutoTag:
    text = title if mention.field == "title" else body
    return AutoTag(
        slug=mention.slug,
        kind=mention.kind,
        rule=mention.rule,
        score=round(score, 2),
        field=mention.field,
        start=mention.start,
        end=mention.end,
        text=text[mention.start : mention.end],
    )
