"""Which lines of an HTML page are not its article's: by their words, by their links, by where they stand."""

import re
from collections.abc import Collection
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from services.ingest.formats.html_text import HtmlText
from services.ingest.formats.page_words import folded
from services.ingest.pages.furniture import recognize
from services.ingest.pages.kinds import Kind
from services.ingest.text import clean_line

_WORDS_OF_A_HEADLINE = 5
_LABELLED = re.compile(r"[^:：»]{2,45}[:：»]\s*(?P<rest>.*[^.!?…])", re.DOTALL)
_WORDS_AFTER_A_LABEL = 3
_FOLLOW: Final = re.compile(
    r"\W*(?:follow|(?:join|like|find) (?:us|our)|folgen? (?:sie|uns|du)|folgt uns|suivez|rejoignez|síg[au]enos|sigue a"
    r"|únete|segui(?:ci)?|siga)\b.{0,100}\b(?:twitter|facebook|instagram|youtube|telegram|whatsapp|tiktok|linkedin)\b"
    r".{0,120}",
    re.IGNORECASE | re.DOTALL,
)
_OTHERS: Final = re.compile(
    r"(?:(?:weitere|mehr) (?:aktuelle )?(?:artikel|beiträge|themen|meldungen|nachrichten|infos|informationen)"
    r"|mehr zum thema|zum weiterlesen|top-themen|lesen sie (?:auch|dazu|mehr)"
    r"|(?:more|other|latest|related|recommended|further) (?:articles|stories|news|posts|topics|reading|information)"
    r"|(?:autres|derniers|plus d['’]) ?(?:articles|actualités)|à lire (?:aussi|également)"
    r"|(?:más|otras|últimas) (?:noticias|notas|artículos)|(?:altri|altre) (?:articoli|notizie)"
    r"|(?:mais|outras|últimas) (?:notícias|matérias))\b.{0,60}",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{3}|\w+")
"""A word; in Chinese and Japanese three characters count as one."""
_LONGEST = 400
_LONGEST_CAPTION = 200
_MAY_BE_SENTENCES = frozenset((Kind.NEWSLETTER, Kind.PAYWALL, Kind.COOKIES, Kind.NOTICE, Kind.CAPTION, Kind.COMMENTS))
_MAY_BE_HEADINGS = frozenset((Kind.MENU, Kind.COUNT, Kind.CRUMBS))


def links_to_pages(root: HtmlElement, address: object = None) -> frozenset[str]:
    """The folded texts of a page's links to other pages of its site.

    Without the page's own `address` every link counts; those within the page and to mail or telephone never do.
    """
    here = str(address or "")
    found = ((link.get("href") or "", folded(link.text_content())) for link in root.iter("a"))
    return frozenset(text for target, text in found if text and _leads_on(target, here))


def without_furniture(text: HtmlText, links: Collection[str] = ()) -> HtmlText:
    """The text without what is known furniture or nothing but a link, and without headings at its end."""
    paragraphs = text.text.split("\n\n") if text.text else []
    kept = [one for one in paragraphs if not _is_furniture(one, one in text.headings, links)]
    while kept and kept[-1] in text.headings:
        kept.pop()
    left = set(kept)
    return HtmlText("\n\n".join(kept), tuple(heading for heading in text.headings if heading in left), text.image)


def left_out(page_text: str, title: str, body: str) -> dict[str, str]:
    """Why each line of a page's whole text that is neither its title nor in its body was left out."""
    kept = {title, *body.split("\n")}
    lines = (clean_line(line) for line in page_text.split("\n"))
    return {line: _reason(line) for line in lines if line and line not in kept}


def _reason(line: str) -> str:
    kind = _known(line)
    return f"known furniture: {kind}" if kind else "outside the article's text"


def _known(line: str) -> Kind | None:
    """What the line is known as, by its words alone."""
    if _FOLLOW.fullmatch(line):
        return Kind.SHARE
    if _OTHERS.fullmatch(line) and not _SENTENCE_END.search(line):
        return Kind.OTHERS
    kind = recognize(line)[0]
    if kind is Kind.CAPTION and len(line) > _LONGEST_CAPTION:
        return None
    return kind


def _is_furniture(paragraph: str, is_heading: bool, links: Collection[str]) -> bool:
    if len(paragraph) > _LONGEST:
        return False
    if _is_pointer(paragraph, links):
        return True
    kind = _known(paragraph)
    if kind is None or (is_heading and kind in _MAY_BE_HEADINGS):
        return False
    return kind in _MAY_BE_SENTENCES or kind is Kind.SHARE or not _SENTENCE_END.search(paragraph)


def _is_pointer(paragraph: str, links: Collection[str]) -> bool:
    """Whether this is only a link to another page, as long as a headline is, or a label and such a link."""
    if folded(paragraph) in links and _words(paragraph) >= _WORDS_OF_A_HEADLINE:
        return True
    labelled = _LABELLED.fullmatch(paragraph)
    return labelled is not None and folded(rest := labelled["rest"]) in links and _words(rest) >= _WORDS_AFTER_A_LABEL


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _leads_on(target: str, here: str) -> bool:
    """Whether this link leads to another page, of the same site where the address of this page is known."""
    page, mark, _ = target.partition("#")
    if not page or page.startswith(("mailto:", "tel:")) or (mark and page == here):
        return False
    site, own = _site(page), _site(here)
    return not site or not own or site == own


def _site(address: str) -> str:
    """The last two parts of an address's host; empty for an address without one."""
    with suppress(ValueError):
        return ".".join(urlsplit(address).netloc.lower().split(".")[-2:])
    return ""
