"""A page's tree made text: the article's own paragraphs and section headings."""

import logging

import trafilatura
from courlan.meta import clear_caches as forget_addresses
from htmldate.meta import reset_caches as forget_dates
from lxml.html import HtmlElement
from trafilatura.utils import line_processing, trim

from services.ingest.formats.html_text import HtmlText, element_text
from services.ingest.formats.page_blocks import drop_furniture
from services.ingest.formats.page_lines import links_to_pages, without_furniture

_SHORT = 1_000
"""Where fewer characters were found, or no paragraphs, a second and slower look may find more."""
_MOST_ELEMENTS = 10_000
"""No second look at a larger page: it would take seconds."""
_HTML_NAMES = {
    **{"head": "h2", "list": "ul", "item": "li", "quote": "blockquote", "row": "tr", "cell": "td", "lb": "br"},
    **{"code": "pre", "p": "p", "div": "div", "section": "section", "table": "table", "body": "body"},
}
"""What trafilatura's elements are in HTML; the others stand within a line."""
log = logging.getLogger(__name__)


def article_text(root: HtmlElement, address: object = None) -> HtmlText:
    """The article's text, tables kept, comments and furniture left out; empty where there is none.

    `address` is the page's own. The tree is used up.
    """
    links = links_to_pages(root, address)
    drop_furniture(root)
    extracted = _extracted(root, fast=True)
    seems_missed = len(extracted.text) < _SHORT or "\n\n" not in extracted.text
    if seems_missed and sum(1 for _ in root.iter()) <= _MOST_ELEMENTS:
        second = _extracted(root, fast=False)
        extracted = second if second.text else extracted
    return without_furniture(extracted, links)


def _extracted(root: HtmlElement, fast: bool) -> HtmlText:
    """What trafilatura takes for the text; where not `fast`, readability and justext are asked as well."""
    try:
        document = trafilatura.bare_extraction(root, fast=fast, include_comments=False)
    except Exception:  # it is a heap of heuristics, and a page without a body still has a headline
        log.warning("the text of a page could not be extracted", exc_info=True)
        document = None
    finally:
        _forget_texts()
    if document is None or isinstance(document, dict):
        return HtmlText("")
    for element in document.body.iter("*"):
        element.tag = _HTML_NAMES.get(element.tag, "span")
    return element_text(document.body)


def _forget_texts() -> None:
    """Empties the caches in which trafilatura and its libraries keep thousands of texts, be they ever so long."""
    trim.cache_clear()
    line_processing.cache_clear()
    forget_dates()
    forget_addresses()
