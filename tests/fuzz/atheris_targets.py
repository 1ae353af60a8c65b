"""What atheris is let loose on: each reader of XML and HTML, and the check of what it found."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from services.ingest.formats.check import checked
from services.ingest.formats.feed import read_feed
from services.ingest.formats.html_text import html_text
from services.ingest.formats.newsml_g2 import read_newsml_g2
from services.ingest.formats.nitf import read_nitf
from services.ingest.formats.page_html import read_page_html
from services.ingest.formats.reading import Found
from services.ingest.formats.sitemap import read_sitemap
from services.ingest.formats.xml import parse_xml

_NOW = datetime(2026, 1, 31, tzinfo=UTC)


def _items(read: Callable[[bytes], Iterable[object]]) -> Callable[[bytes], object]:
    return lambda data: [checked(one, {}, _NOW) for one in read(data) if isinstance(one, Found)]


READERS: dict[str, Callable[[bytes], object]] = {
    "feed": _items(lambda data: read_feed(data, None)),
    "newsml_g2": _items(read_newsml_g2),
    "nitf": _items(read_nitf),
    "sitemap": _items(read_sitemap),
    "xml": parse_xml,
    "page_html": _items(lambda data: read_page_html(data, None)),
    "html_text": lambda data: html_text(data.decode("utf-8", "surrogateescape")),
}
