"""A page as it was scraped: the article in it, without what stands around it."""

import logging

import trafilatura
from lxml.html import HtmlElement

from schemas.reasons import Reason
from services.ingest.formats.html_text import HtmlText
from services.ingest.formats.page_blocks import drop_misleading
from services.ingest.formats.page_body import article_text
from services.ingest.formats.page_meta import read_facts
from services.ingest.formats.page_source import NO_CHARACTER, page_text, parsed_page
from services.ingest.formats.page_words import author_names, folded, is_surely_a_name
from services.ingest.formats.reading import Found, refusal

MAX_PAGE_BYTES = 3_000_000
_TOP = 3
log = logging.getLogger(__name__)


def read_page_html(body: bytes, charset: str | None) -> list[Found]:
    """The one article of this page; its pointer is "".

    `charset` is the Content-Type's. The facts come out of JSON-LD, microdata, <meta> and the like, in this order; their
    places are `/script/0/headline` (a JSON pointer into the page's first JSON-LD), `/meta/og:title`, `/h1`.

    Raises Rejected for a page over 3,000,000 bytes, one that is not text in its charset, one that is nested too deep or
    has too many elements, and one that has neither a title nor a text.
    """
    if len(body) > MAX_PAGE_BYTES:
        raise refusal(Reason.TOO_LARGE, "", f"a page of {len(body)} bytes; at most {MAX_PAGE_BYTES} are taken")
    source = page_text(body, charset)
    root = parsed_page(source)
    found = read_facts(root)
    if NO_CHARACTER in source:
        found.lost("", f"bytes that are no text in its charset are now {NO_CHARACTER}")
    drop_misleading(root)
    _put_last_resorts(found, root)
    _put_body(found, article_text(root, found.values.get("url")))
    if not (found.values.get("title") or found.values.get("body") or found.values.get("summary")):
        raise refusal(Reason.INVALID_FIELD, "", "has neither a title nor a text")
    return [found]


def _put_body(found: Found, extracted: HtmlText) -> None:
    """The text that was extracted, or JSON-LD's where that has more than twice as much of it."""
    stated = found.values.get("body")
    if isinstance(stated, str) and len(extracted.text) < len(stated) / 2:
        return
    for name in ("body", "headings"):
        found.values.pop(name, None)
    paragraphs = extracted.text.split("\n\n")
    known = {folded(found.values.get(name)) for name in ("title", "subtitle")}
    names = found.values.get("authors")
    top = [p for p in paragraphs[:_TOP] if folded(p) not in known and not (names and author_names([p]) == names)]
    found.put("body", "\n\n".join((*top, *paragraphs[_TOP:])), "/body")
    found.put("headings", [heading for heading in extracted.headings if folded(heading) not in known], "/body")


def _put_last_resorts(found: Found, root: HtmlElement) -> None:
    """What only the page's look tells: byline, day and name of the site."""
    if all(name in found.values for name in ("authors", "published_at", "source")):
        return
    try:
        told = trafilatura.extract_metadata(root, default_url=found.values.get("url"), extensive=False)
    except Exception:
        log.warning("the facts of a page could not be extracted", exc_info=True)
        return
    names = author_names([told.author or ""])
    found.put("authors", names if all(map(is_surely_a_name, names)) else None, "/body")
    found.put("published_at", told.date, "/body")
    found.put("source", told.sitename, "/body")
