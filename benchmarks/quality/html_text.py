"""Is the text that is made of an HTML page the article's, the whole of it, and nothing else?"""

import gzip
import json
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.quality.figures import Figure, f1, set_of
from services.errors import Rejected
from services.ingest.formats.page_html import read_page_html

_WORD = re.compile(r"\w+")
_SHINGLE = 4

Counts = tuple[int, int, int]
"""What was kept and is the article's, was kept and is not, is the article's and was not kept."""


def measure(sets: Path) -> list[Figure]:
    """Whole texts of news pages, compared by shingles, and telling segments of pages of all kinds."""
    return [*_whole_texts(set_of(sets, "article-extraction-benchmark")), *_segments(set_of(sets, "trafilatura"))]


def body_of(page: bytes) -> str:
    """The body that ingest takes from a page; empty where it refuses the page."""
    try:
        return str(read_page_html(page, None)[0].values.get("body") or "")
    except Rejected:
        return ""


def shingle_counts(truth: str, text: str) -> Counts:
    """How the runs of four words of a text compare with those that it should have."""
    wanted, got = _shingles(truth), _shingles(text)
    return (wanted & got).total(), (got - wanted).total(), (wanted - got).total()


def segment_counts(item: dict[str, Any], text: str) -> Counts:
    """How many segments of `with` and of `without` are in a text, whitespace aside."""
    flat = _flat(text)
    found = sum(_flat(segment) in flat for segment in item["with"])
    return found, sum(_flat(segment) in flat for segment in item["without"]), len(item["with"]) - found


def _whole_texts(place: Path) -> Iterator[Figure]:
    """The mean of all pages' precision, and of their recall, as the set's own evaluation takes it."""
    truths: dict[str, dict[str, str]] = json.loads((place / "ground-truth.json").read_text())
    counts = {
        name: shingle_counts(truth["articleBody"], body_of(gzip.decompress(_page(place, name).read_bytes())))
        for name, truth in sorted(truths.items())
    }
    for part, pages in _parts(counts):
        precision = statistics.mean(hit / (hit + extra) for hit, extra, _ in pages if hit + extra)
        recall = statistics.mean(hit / (hit + missed) for hit, _, missed in pages if hit + missed)
        note = f"precision {precision:.3f}, recall {recall:.3f}, {len(pages)} pages"
        yield Figure(f"html body F1{part}", f1(precision, recall), None if part else 0.96, note)


def _segments(place: Path) -> Iterator[Figure]:
    """Precision and F1 over the segments of all pages together."""
    items: dict[str, dict[str, Any]] = json.loads((place / "tests/evaldata.json").read_text())
    counts: dict[str, Counts] = {}
    for address, item in sorted(items.items()):
        files = [path for folder in ("cache", "eval") if (path := place / "tests" / folder / item["file"]).is_file()]
        if files:
            counts[address] = segment_counts(item, body_of(files[0].read_bytes()))
    absent = len(items) - len(counts)
    for part, pages in _parts(counts):
        found, extra, missed = (sum(column) for column in zip(*pages, strict=True))
        precision, recall = found / (found + extra), found / (found + missed)
        note = f"recall {recall:.3f}, {found + missed} segments of {len(pages)} pages" + f", {absent} absent" * (
            not part
        )
        yield Figure(f"html segments F1{part}", f1(precision, recall), None if part else 0.93, note)
        yield Figure(f"html segments precision{part}", precision, None if part else 0.91)


def _parts(counts: dict[str, Counts]) -> Iterator[tuple[str, list[Counts]]]:
    """All pages; then those that the rules were developed on (every other one), and those that they had not seen."""
    pages = list(counts.values())
    yield from (("", pages), (", developed on", pages[::2]), (", not seen", pages[1::2]))


def _page(place: Path, name: str) -> Path:
    return place / "html" / f"{name}.html.gz"


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words)


def _flat(text: str) -> str:
    return " ".join(text.split())
