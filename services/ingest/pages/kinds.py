"""The kinds of furniture that a line of a page can be."""

from enum import StrEnum


class Kind(StrEnum):
    """What a line of a page is known as: by its words alone, or because earlier pages of its publisher had it."""

    MENU = "menu"
    AD = "mark of an advertisement"
    CRUMBS = "path through the site"
    COUNT = "count"
    SHARE = "share line"
    CAPTION = "caption or credit"
    LINK = "link to another article"
    OTHERS = "head of a list of other articles"
    NEWSLETTER = "newsletter box"
    AUTHOR = "note on the author"
    PAYWALL = "subscription note"
    BROWSER = "note on the browser"
    COMMENTS = "comments"
    COOKIES = "cookie note"
    NOTICE = "legal notice"
    SOURCE = "source"
    BYLINE = "byline"
    DATE = "date"
    TAGS = "tags"
    REPEATED = "repeated"


def reason(kind: Kind) -> str:
    """Why a line of this kind is no text of the article, as its publisher reads it."""
    return "stood on earlier pages of this publisher" if kind is Kind.REPEATED else f"known furniture: {kind}"
