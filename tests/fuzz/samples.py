"""Valid samples to spoil: the files of the repository by their kind, and small documents made up here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import orjson

from tests.fuzz import documents

_ROOT = Path(__file__).parents[2]
_FOLDERS = ("tests/fixtures", "services/cli/samples")
_KINDS = {
    **dict.fromkeys((".json", ".jsonld"), "json"),
    **dict.fromkeys((".ndjson", ".jsonl"), "ndjson"),
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), "xml"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    ".txt": "text",
    ".form": "form",
}
_KEY = re.compile(rb'"([\w@$-]+)"\s*:')
_MADE_UP = 6
CONTENT_TYPES = {
    "json": ("application/json", "text/json", "application/ld+json", "application/feed+json", "application/mf2+json"),
    "ndjson": ("application/x-ndjson", "application/ndjson", "application/jsonl"),
    "xml": (
        "application/xml",
        "text/xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/vnd.iptc.g2+xml",
    ),
    "html": ("text/html", "application/xhtml+xml", "text/html; charset=utf-8"),
    "text": ("text/plain", "text/plain; charset=utf-8"),
    "form": ("application/x-www-form-urlencoded",),
}


@dataclass(frozen=True, slots=True)
class Samples:
    """Bodies by kind: `json`, `ndjson`, `xml`, `html`, `text` and `form`; and every key of the JSON ones."""

    by_kind: dict[str, tuple[bytes, ...]]
    keys: tuple[str, ...] = ()

    def any(self, random: Random, kind: str) -> bytes:
        """One of this kind."""
        return random.choice(self.by_kind[kind])


def load(seed: int = 0) -> Samples:
    """Every sample file, and some made-up documents of each format; the same for the same seed."""
    random = Random(seed)
    by_kind: dict[str, list[bytes]] = {kind: [] for kind in CONTENT_TYPES}
    for kind, body in (*_files(), *_made_up(random)):
        by_kind[kind].append(body)
    keys = {key.decode() for body in by_kind["json"] for key in _KEY.findall(body)}
    return Samples({kind: tuple(bodies) for kind, bodies in by_kind.items()}, tuple(sorted(keys)))


def files() -> list[Path]:
    """The sample files, in a fixed order."""
    found = (path for folder in _FOLDERS for path in (_ROOT / folder).rglob("*"))
    return sorted(path for path in found if path.is_file() and path.suffix in _KINDS)


def kind_of(path: Path) -> str:
    """Which kind of body a file is."""
    return _KINDS[path.suffix]


def _files() -> Iterator[tuple[str, bytes]]:
    for path in files():
        if body := path.read_bytes():
            yield kind_of(path), body


def _made_up(random: Random) -> Iterator[tuple[str, bytes]]:
    for _ in range(_MADE_UP):
        for of_json in documents.JSON:
            yield "json", orjson.dumps(of_json(random))
        for of_xml in (*documents.STRICT_XML, *documents.FEEDS):
            yield "xml", of_xml(random).encode()
        yield "html", documents.html(random).encode()
        yield "text", f"{documents.words(random)}\n\n{documents.paragraphs(random)}".encode()
        yield "form", b"h=entry&name=Pilots+strike&content=Pilots+voted.&category[]=ports"
        yield "ndjson", b"\n".join(orjson.dumps(documents.native(random)) for _ in range(3))
