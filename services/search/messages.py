"""Why a page cannot be shown, in words for those who read: pure functions."""

from dataclasses import dataclass, replace

from schemas.reasons import Reason
from services.errors import WiredeskError
from services.index.asked import Asked
from services.search.asking import Page, query_string

_WORDS = {
    Reason.NOT_FOUND: (
        "This article is not here",
        "It may have been withdrawn by its publisher, or it has expired, or it never was here.",
    ),
    Reason.GONE: ("This list is no longer kept", "Lists are kept for a while only, and this one is too old."),
    Reason.RATE_LIMITED: ("A little slower, please", "There were too many requests from your address in a minute."),
    Reason.OVERLOADED: ("Too many are reading at once", "Please try again in a moment."),
    Reason.INDEX_UNAVAILABLE: (
        "The articles cannot be reached now",
        "The search server does not answer. Nothing is lost; please try again in a moment.",
    ),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is wrong, and where to go instead."""

    title: str
    detail: str
    action: str = "To the newest articles"
    href: str = "/"


def message(error: WiredeskError, asked: Asked | None = None, page: Page | None = None) -> Message:
    """The error in words. For a search, where to go is the same search from its beginning."""
    title, detail = _WORDS.get(error.reason, ("This cannot be searched for", error.detail))
    if asked is None or page is None or error.reason is Reason.INVALID_FIELD:
        return Message(title, detail)
    again = query_string(asked, replace(page, cursor=None)) or "/"
    return Message(title, detail, "Start again" if page.cursor else "Try again", again)
