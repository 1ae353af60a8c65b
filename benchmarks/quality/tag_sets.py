"""Stories with the countries that somebody gave them: editors of the wire, translators, a reader of Spanish pages."""

import csv
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from services.ingest.formats.page_html import read_page_html

Tagger = Callable[[str, str, str], set[str]]
"""Gives a story's countries, of its title, its text and its language."""
APART = "united-states"
THEN = {
    **{"uk": "united-kingdom", "west-germany": "germany", "east-germany": "germany", "ussr": "russia", "usa": APART},
    **{"uae": "united-arab-emirates", "ivory-coast": "cote-divoire", "zaire": "democratic-republic-of-the-congo"},
    **{"congo": "republic-of-the-congo", "yemen-arab-republic": "yemen", "yemen-demo-republic": "yemen"},
    **{"burma": "myanmar", "kampuchea": "cambodia", "swaziland": "eswatini", "antigua": "antigua-and-barbuda"},
    **{"trinidad-tobago": "trinidad-and-tobago", "us-virgin-islands": APART, "guam": APART, "soviet-union": "russia"},
}
"""Names of places in 1987, and the slug of what is meant; the rest are slugs as they are."""
_NEWSTEST = "newstest2021"
_SPANISH = Path(__file__).with_name("countries_es.tsv")


@dataclass(frozen=True, slots=True)
class Story:
    """A story in its language, and the countries that it was given."""

    id: str
    title: str
    body: str
    language: str
    gold: frozenset[str] = frozenset()


def wire_stories(of: Path) -> Iterator[Story]:
    """Reuters' stories that have a text and a place, with their datelines in front as they came over the wire."""
    for file in sorted(of.glob("*.sgm")):
        for story in re.findall(r"<REUTERS.*?</REUTERS>", file.read_text(encoding="latin-1"), re.DOTALL):
            places = re.findall(r"<D>(.*?)</D>", _element(story, "PLACES"))
            body = _element(story, "BODY")
            if not places or not body:
                continue
            paragraphs = re.split(r"\n {4}", f"{_element(story, 'DATELINE').strip()} {body}".strip())
            text = "\n".join(" ".join(html.unescape(one).split()) for one in paragraphs)
            title = " ".join(html.unescape(_element(story, "TITLE")).split())
            number = re.findall(r'NEWID="(\d+)"', story)[0]
            yield Story(f"reuters:{number}", title, text, "en", frozenset(THEN.get(place, place) for place in places))


def _element(story: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", story, re.DOTALL)
    return found[1] if found else ""


def translated(of: Path, language: str, tagger: Tagger) -> Iterator[Story]:
    """Stories in the language, with the countries that the tagger gives a human translation of the same story.

    The other side is English for Japanese and German; for French there is German only. So it tells whether one language
    is read as well as another, not whether either is read well.
    """
    other = "de" if language == "fr" else "en"
    for story_id, own, same in _both(of, language):
        gold = tagger(same[0], "\n".join(same[1:]), other)
        yield Story(story_id, own[0], "\n".join(own[1:]), language, frozenset(gold))


def _both(of: Path, language: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Id, lines in the language, and the same lines in the other; the first is the headline."""
    if language == "de":
        sides = (of / "txt/sources/newstest2021.en-de.src.en", of / "txt/references/newstest2021.en-de.ref.A.de")
        german = dict(zip(*(side.read_text(encoding="utf-8").split("\n") for side in sides), strict=True))
        for story, english, _ in _documents(of, "en-ja"):
            known = [line for line in english if line in german]
            yield story, [german[line] for line in known], known
        return
    other = {"ja": "en", "fr": "de"}[language]
    for story, source, reference in _documents(of, f"{language}-{other}"):
        yield story, source, reference
    for story, source, reference in _documents(of, f"{other}-{language}"):
        yield story, reference, source


def _documents(of: Path, pair: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Id, source and first human translation of each story of a pair of languages."""
    for story in ElementTree.parse(of / "xml" / f"{_NEWSTEST}.{pair}.all.xml").iter("doc"):
        lines = [
            [one.text or "" for one in side.iter("seg")]
            for side in (story.find("src"), story.find("ref"))
            if side is not None
        ]
        yield story.get("id", ""), lines[0], lines[1]


def spanish_pages(of: Path) -> Iterator[Story]:
    """Pages in Spanish, with the countries that they are about and name, as one reader of their first lines saw it."""
    with _SPANISH.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            found = read_page_html((of / "tests/eval" / f"{row['page']}.html").read_bytes(), None)[0].values
            gold = frozenset(filter(None, row["countries"].split("|")))
            yield Story(row["page"], str(found.get("title", "")), str(found.get("body", "")), "es", gold)
