"""The blocks of a page that its own markup calls furniture: captions, share lines, comments, other articles."""

import re
from typing import Final

from lxml.html import HtmlElement

from services.ingest.formats.page_linked import json_ld_scripts

_WIDGETS = ("nav", "amp-ad", "amp-embed", "amp-sticky-ad", "amp-consent", "amp-sidebar", "template", "dialog")
_BLOCKS = "div section p ul ol dl span figure figcaption footer table blockquote h2 h3 h4 h5 h6 small em".split()
_OFFER = re.compile(
    r"\b(?:(?:pay|reg)wall|subscri(?:be|ption))[-_](?:stub|prompt|offer|cta|message|overlay|banner|barrier|modal|promo)\b",
    re.IGNORECASE,
)
_NAMES: Final = re.compile(
    r"""(?:^|[\s_-])(?:
        comments | comment-?(?:list|section|area|form|thread|box) | kommentare | disqus | respond
        | social | shar(?:e|ing) | sharedaddy | addtoany | addthis
        | newsletters? | promo(?:tion)? | disclaimer | disclosure | affiliate | cookies? | consent | gdpr | copyright
        | related | recommend(?:ed|ations?) | most-(?:read|popular|viewed) | (?:read|up)-next
        | more-(?:stories|news|articles)
        | teasers? | breadcrumbs? | footer | tags | tag-?list
        | author-?(?:box|bio|info|card|about|description) | about-(?:the-)?author | bio | byline
        | captions? | credits?
    )(?:$|[\s_-])
    | (?:^|\s)comments?(?:$|[\s_-])
    | (?:^|[\s_-])side-?bar(?:$|\s)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words of a class or an id that tell what is in a block."""
_MOST = 0.1
"""A block with more than this share of the page's text is no furniture, be it called as it may."""


def drop_misleading(root: HtmlElement) -> None:
    """Takes out JSON-LD, which is read already, menus, widgets, and what stands at a paywall instead of the rest."""
    blocks = (*root.iterfind(".//div[@class]"), *root.iterfind(".//section[@class]"))
    offers = [element for element in blocks if _OFFER.search(element.get("class") or "")]
    for element in (*json_ld_scripts(root), *root.iter(*_WIDGETS), *offers):
        element.drop_tree()


def drop_furniture(root: HtmlElement) -> None:
    """Takes out the blocks that are furniture by their names, unless they hold the headline or much of the text."""
    unread = sum(len(element.text or "") for element in root.iter("script", "style", "noscript"))
    most = (len(root.text_content()) - unread) * _MOST
    for element in list(root.iter(*_BLOCKS)):
        if _is_called_furniture(element) and len(element.text_content()) < most and element.find(".//h1") is None:
            element.drop_tree()


def _is_called_furniture(element: HtmlElement) -> bool:
    called = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag == "figcaption" or (called != " " and _NAMES.search(called) is not None)
