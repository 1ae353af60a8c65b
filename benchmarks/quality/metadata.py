"""How right are title, day, authors and language of news pages of many countries?"""

import ast
import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import lxml.html

from benchmarks.quality.figures import Figure, set_of
from schemas.submission import Submission
from services.ingest.draft import Draft
from services.ingest.formats.check import checked
from services.ingest.formats.page_html import read_page_html
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.vocabulary.gazetteer import load

WANTED = {"title": 0.95, "title, or another of its headlines": None, "day": 0.97, "authors": 0.85, "language": 0.99}
"""Many pages have several headlines: the marked one is now og:title, now JSON-LD's, now the <h1>."""
_PAGES = Path("tests", "resources", "parser", "test_data")
_PUBLISHERS = Path("src", "fundus", "publishers")
_QUOTES = re.compile("[\"'`´‘’‚‛“”„‟«»‹›]+")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d-]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufeff]")
_NORWEGIAN = {"nb": "no", "nn": "no"}
_FEEDS = frozenset(("RSSFeed", "Sitemap", "NewsMap"))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the set with what people say of it; a gold value that is None was not marked."""

    name: str
    html: bytes
    crawled_at: datetime
    title: str | None
    authors: tuple[str, ...] | None
    published_at: datetime | None
    languages: frozenset[str]


def measure(sets: Path) -> list[Figure]:
    """The share of right values over all pages, and over the Japanese ones; halves of the set stand in the note."""
    tables = Tables(load(), LanguageReader())
    judged = [(page, right(page, read(page, tables))) for page in pages(set_of(sets, "fundus"))]
    japanese = [one for one in judged if "ja" in one[0].languages]
    return [*_figures("", judged), *_figures(", Japanese pages", japanese)]


def _figures(of: str, judged: list[tuple[Page, dict[str, bool]]]) -> Iterator[Figure]:
    for name, wanted in WANTED.items():
        marks = [(number % 2, said[name]) for number, (_, said) in enumerate(judged) if name in said]
        halves = [[mark for half, mark in marks if half == which] for which in (0, 1)]
        note = f"{len(marks)} pages; even {_share(halves[0]):.3f}, odd {_share(halves[1]):.3f}"
        yield Figure(name + of, _share([mark for _, mark in marks]), wanted, note)


def _share(marks: list[bool]) -> float:
    return sum(marks) / len(marks) if marks else 0.0


def pages(root: Path) -> Iterator[Page]:
    """Every page, in alphabetical order of country, publisher and day; its oldest version is the oldest file's."""
    for folder in sorted(path for path in (root / _PAGES).iterdir() if (path / "meta.info").is_file()):
        known = json.loads((folder / "meta.info").read_text(encoding="utf-8"))
        languages = _languages(root / _PUBLISHERS / folder.name / "__init__.py")
        for gold_file in sorted(folder.glob("*.json")):
            files = sorted(folder.glob(f"{gold_file.stem}_[0-9]*_[0-9]*_[0-9]*.html.gz"))
            versions = json.loads(gold_file.read_text(encoding="utf-8"))
            for file, version in zip(files, sorted(versions, key=_number), strict=True):
                gold, crawled = versions[version], datetime.fromisoformat(known[file.name]["crawl_date"])
                yield Page(
                    f"{folder.name}/{file.name.removesuffix('.html.gz')}",
                    gzip.decompress(file.read_bytes()),
                    crawled if crawled.tzinfo else crawled.replace(tzinfo=UTC),
                    gold.get("title"),
                    tuple(gold["authors"]) if "authors" in gold else None,
                    _instant(gold.get("publishing_date")),
                    languages.get(gold_file.stem, frozenset()),
                )


def _number(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _instant(text: str | None) -> datetime | None:
    instant = datetime.fromisoformat(text) if text else None
    return instant.replace(tzinfo=UTC) if instant and instant.tzinfo is None else instant


def _languages(module: Path) -> dict[str, frozenset[str]]:
    """The languages that each publisher is declared to write in, out of the module's source; it is not run."""
    declared: dict[str, frozenset[str]] = {}
    for group in (node for node in ast.parse(module.read_text("utf-8")).body if isinstance(node, ast.ClassDef)):
        values = {n.targets[0].id: n.value for n in group.body if isinstance(n, ast.Assign)}  # type: ignore[attr-defined]
        default = {ast.literal_eval(values.pop("default_language"))}
        for name, publisher in values.items():
            feeds = [n for n in ast.walk(publisher) if isinstance(n, ast.Call) and getattr(n.func, "id", "") in _FEEDS]
            said = [[ast.literal_eval(k.value) for k in feed.keywords if k.arg == "languages"] for feed in feeds]
            declared[name] = frozenset().union(*(one[0] if one else default for one in said))
    return declared


def read(page: Page, tables: Tables) -> Draft:
    """The page as it would be published."""
    content = checked(read_page_html(page.html, None)[0], {}, page.crawled_at).content
    assert isinstance(content, Submission), content
    return normalize(content, "set", tables, 10_000_000, automatic_tags=False)


def right(page: Page, draft: Draft) -> dict[str, bool]:
    """Which of the marked values are right.

    A day is that of the publisher's zone or of UTC. Titles and names are compared without regard to case, blanks, and
    kinds of quotes and dashes; all names have to be there and no other.
    """
    language = (draft.language or "und").partition("-")[0].lower()
    said = {"language": _NORWEGIAN.get(language, language) in page.languages} if page.languages else {}
    if page.title is not None:
        ours, marked = folded(draft.title), folded(page.title)
        said["title"] = ours == marked
        said["title, or another of its headlines"] = ours == marked or all(
            any(title in headline for headline in _headlines(page)) for title in (ours, marked)
        )
    if page.authors is not None:
        said["authors"] = set(map(folded, draft.authors)) == set(map(folded, page.authors))
    if page.published_at is not None:
        days = (page.published_at.date(), page.published_at.astimezone(UTC).date())
        said["day"] = draft.published_at is not None and draft.published_at.date() in days
    return said


def _headlines(page: Page) -> list[str]:
    """Everything that the page calls its headline: og:title, each <h1>, JSON-LD's."""
    source = page.html.decode()
    root = lxml.html.fromstring(source.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    linked = re.findall(r'"headline"\s*:\s*("(?:[^"\\]|\\.)*")', source)
    shown = [str(element.xpath("string()")) for element in root.iter("h1")]
    shared = [element.get("content") or "" for element in root.iter("meta") if element.get("property") == "og:title"]
    return [folded(unescape(text)) for text in (*shared, *shown, *linked)]


def folded(text: str) -> str:
    """The text to compare."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return " ".join(_DASHES.sub("-", _QUOTES.sub("'", _INVISIBLE.sub("", plain))).split())
