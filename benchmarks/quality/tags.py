"""Do automatic tags say which countries a story is about, and which it relates? Editors, translators, readers say."""

import csv
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.quality.figures import Figure, f1, set_of
from benchmarks.quality.tag_sets import APART, THEN, Story, Tagger, spanish_pages, translated, wire_stories
from services.ingest.mentions import find
from services.ingest.tags import automatic_tags
from services.vocabulary.gazetteer import Gazetteer, load

_WIRE, _TRANSLATED, _PAGES = "reuters21578", "wmt21-news-systems", "trafilatura"
_VERDICTS = Path(__file__).with_name("relations.tsv")


def measure(sets: Path) -> list[Figure]:
    """Countries by Reuters' editors, the United States apart; relations by verdicts; countries in other languages."""
    gazetteer = load()
    countries = partial(_countries, gazetteer)
    wire = list(wire_stories(set_of(sets, _WIRE)))
    figures = _places("countries", wire, countries, (0.85, 0.75))
    for name, some in (("even stories", wire[::2]), ("odd stories", wire[1::2])):
        figures += _places(f"  {name}", some, countries)
    bare = [replace(one, body=re.sub(r"^[^\n]{2,60}? - ", "", one.body)) for one in wire]
    figures += _places("  without datelines", bare, countries)
    figures += _relations({one.id: one for one in wire}, gazetteer)
    for language in ("ja", "fr", "de"):
        stories = list(translated(set_of(sets, _TRANSLATED), language, countries))
        figures.append(_recall(language, stories, countries))
    figures.append(_recall("es", list(spanish_pages(set_of(sets, _PAGES))), countries))
    return figures


def _countries(gazetteer: Gazetteer, title: str, body: str, language: str) -> set[str]:
    tags = automatic_tags(title, body, gazetteer, language)
    return {THEN.get(tag.slug, tag.slug) for tag in tags if tag.kind == "country" or tag.slug in THEN}


def _places(name: str, stories: list[Story], tagger: Tagger, wanted: tuple[float, float] | None = None) -> list[Figure]:
    right, given, gold = _counts(stories, tagger, {APART})
    precision, recall = right / given, right / gold
    note = f"F1 {f1(precision, recall):.3f}, {len(stories)} stories, {gold} places"
    least = wanted or (None, None)
    return [Figure(f"{name}: precision", precision, least[0], note), Figure(f"{name}: recall", recall, least[1], note)]


def _recall(language: str, stories: list[Story], tagger: Tagger) -> Figure:
    """The recall; its halves and the precision are noted."""
    right, given, gold = _counts(stories, tagger, set())
    halves = (_counts(stories[at::2], tagger, set()) for at in (0, 1))
    shares = " ".join(f"{half[0] / half[2]:.3f}" for half in halves)
    note = f"P {right / given:.3f}, {len(stories)} stories, {gold} countries; even, odd {shares}"
    return Figure(f"countries in {language}: recall", right / gold, 0.6, note)


def _counts(stories: Iterable[Story], tagger: Tagger, apart: set[str]) -> tuple[int, int, int]:
    """How many tags were given rightly, how many given, how many were to be given."""
    right = given = gold = 0
    for one in stories:
        tags, wanted = tagger(one.title, one.body, one.language) - apart, one.gold - apart
        right, given, gold = right + len(tags & wanted), given + len(tags), gold + len(wanted)
    return right, given, gold


def _relations(stories: dict[str, Story], gazetteer: Gazetteer) -> list[Figure]:
    """The share of right ones among the relations that the judged stories get as tags, and among all seen in them."""
    with _VERDICTS.open(encoding="utf-8", newline="") as table:
        verdicts = {(row["id"], row["relation"]): row for row in csv.DictReader(table, delimiter="\t")}
    tags, seen = set(), set()
    for story_id in sorted({story_id for story_id, _ in verdicts}):
        story = stories[story_id]
        given = automatic_tags(story.title, story.body, gazetteer, "en")
        tags |= {(story_id, tag.slug) for tag in given if tag.kind == "relation"}
        mentions = find(story.title, story.body, gazetteer, "en").mentions
        seen |= {(story_id, mention.slug) for mention in mentions if mention.kind == "relation"}
    unseen = {one for one in seen if one in verdicts and verdicts[one]["sample"] == "unseen"}
    figures = []
    for name, some, wanted in (
        ("relation tags", tags, 0.95),
        ("  all relations in the text", seen, None),
        ("  judged after the rules were written", unseen, None),
    ):
        right = sum(one in verdicts and verdicts[one]["verdict"] == "right" for one in some)
        unknown = sum(one not in verdicts for one in some)
        note = f"{right} right of {len(some)}; {unknown} without a verdict count as wrong"
        figures.append(Figure(f"{name}: precision", right / len(some), wanted, note))
    return figures
