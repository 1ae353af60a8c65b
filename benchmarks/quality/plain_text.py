"""How well is an article told from the rest of a scraped page? F1 of 4-word shingles, and right titles."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from lxml import html

from benchmarks.quality.figures import Figure, f1, set_of
from services.ingest.pages.page import read_page
from services.ingest.text import clean, clean_line

_MARKED, _PUBLISHERS = "article-extraction-benchmark", "fundus"
_UNSEEN = ("head", "script", "style", "noscript", "template", "svg")
_LINES = frozenset(
    "address article aside blockquote body br button caption dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section select summary table tr"
    " ul".split()
)
_CELLS = frozenset(("td", "th"))
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
"""Words as the benchmark's own metric counts them; of a script without blanks, each character."""
Scraper = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Marked:
    """A page and what people say stands in it; `title` is None where nobody said."""

    name: str
    page: bytes
    body: str
    title: str | None = None


def measure(sets: Path) -> list[Figure]:
    """F1 of the bodies, by scraper, halves apart; shares of right titles, Japanese ones apart."""
    pages = list(_marked(set_of(sets, _MARKED)))
    figures = [_bodies("body F1, a line a block element", pages, blocks, 0.92)]
    figures += [_bodies(f"  of {half} pages", pages[at::2], blocks) for at, half in enumerate(("even", "odd"))]
    figures.append(_bodies("body F1, a line a text node", pages, text_nodes))
    news = list(_of_publishers(set_of(sets, _PUBLISHERS)))
    japanese = [one for one in news if one.name.startswith("jp/")]
    for name, some in (("news", news), ("Japanese news", japanese)):
        figures += [_bodies(f"body F1, {name}", some, blocks), _titles(f"right titles, {name}", some, blocks)]
    return figures


def blocks(page: bytes) -> str:
    """The page as html-to-text tools give it: a line for each block element, links and emphasis within their line."""
    return "".join(_pieces(_body(page), lambda tag: "\n" if tag in _LINES else " " if tag in _CELLS else ""))


def text_nodes(page: bytes) -> str:
    """The page as a naive scraper gives it: each text node a line of its own."""
    return "".join(_pieces(_body(page), lambda _: "\n"))


def _body(page: bytes) -> Any:
    tree: Any = html.fromstring(page, parser=html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True))
    for unseen in list(tree.iter(*_UNSEEN)):
        unseen.drop_tree()
    return tree


def _pieces(element: Any, around: Callable[[str], str]) -> Iterator[str]:
    edge = around(element.tag)
    yield edge
    yield " ".join((element.text or "").split("\n"))
    for child in element:
        yield from _pieces(child, around)
        yield " ".join((child.tail or "").split("\n"))
    yield edge


def _marked(of: Path) -> Iterator[Marked]:
    truth = json.loads((of / "ground-truth.json").read_text(encoding="utf-8"))
    for name, told in sorted(truth.items()):
        yield Marked(name, gzip.decompress((of / "html" / f"{name}.html.gz").read_bytes()), told["articleBody"])


def _of_publishers(of: Path) -> Iterator[Marked]:
    """The publishers' pages in the order of their crawls, which is that of the versions people wrote down."""
    for told_file in sorted((of / "tests/resources/parser/test_data").glob("*/*.json")):
        told = json.loads(told_file.read_text(encoding="utf-8"))
        pages = sorted(told_file.parent.glob(f"{told_file.stem}_????_??_??.html.gz"))
        for page, version in zip(pages, sorted(told), strict=False):
            if told[version].get("body") and told[version].get("title"):
                name = f"{told_file.parent.name}/{page.name}"
                yield Marked(name, gzip.decompress(page.read_bytes()), _told(told[version]), told[version]["title"])


def _told(article: Any) -> str:
    sections = [text for one in article["body"]["sections"] for text in (*one["headline"], *one["paragraphs"])]
    return "\n".join((*article["body"]["summary"], *sections))


def _bodies(name: str, pages: list[Marked], scraper: Scraper, wanted: float | None = None) -> Figure:
    shares = [shingle_shares(one.body, read_page(clean(scraper(one.page))).body) for one in pages]
    precision, recall = mean(share[0] for share in shares), mean(share[1] for share in shares)
    return Figure(name, f1(precision, recall), wanted, f"P {precision:.3f} R {recall:.3f}, {len(pages)} pages")


def _titles(name: str, pages: list[Marked], scraper: Scraper) -> Figure:
    """The share of right titles, of the pages on which the title stands as people wrote it down."""
    texts = [(clean(scraper(one.page)), clean_line(one.title or "")) for one in pages]
    right = [read_page(text).title == title for text, title in texts if title in text.split("\n")]
    return Figure(name, mean(right), None, f"{len(right)} of {len(pages)} pages have it")


def shingle_shares(marked: str, made: str) -> tuple[float, float]:
    """Precision and recall of the text's shingles of four words, as the benchmark defines them."""
    true, found = _shingles(marked), _shingles(made)
    both = sum((true & found).values())
    if true == found:
        return 1.0, 1.0
    return (both / found.total() if found else 0.0), (both / true.total() if true else 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORDS.findall(text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)) if words)
