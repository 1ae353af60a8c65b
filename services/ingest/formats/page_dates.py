"""The dates that a page's elements tell, and the zone of those that tell none."""

import re
from collections.abc import Iterable
from itertools import islice

from lxml.html import HtmlElement

from schemas.dates import precision_of
from services.ingest.formats.page_words import date_text
from services.ingest.formats.reading import Found

DATES = ("published_at", "updated_at")
_MOST = 50
_BESIDE = frozenset("aside nav footer li".split())
_OFFSET = re.compile(r"\d:\d\d(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)$")


def put_times(found: Found, root: HtmlElement) -> None:
    """The dates of <time>: the first that says what it is, else the first in the article's own column."""
    times = [(e, date_text(e.get("datetime") or "")) for e in islice(root.iter("time"), _MOST)]
    times = [(e, date) for e, date in times if date and not any(a.tag in _BESIDE for a in e.iterancestors())]
    roles = [(f"{e.get('itemprop')} {e.get('class')} {e.get('pubdate')}".lower(), date) for e, date in times]
    for native, words in (("updated_at", ("modif", "updat")), ("published_at", ("publish", "pubdate", "entry-date"))):
        found.put(native, next((date for role, date in roles if any(w in role for w in words)), None), "/time")
    found.put("published_at", times[0][1] if times else None, "/time")


def put_zone(found: Found, stated: Iterable[str]) -> None:
    """Gives times without a zone the one offset that all other dates of the page are stated in, if it is one."""
    offsets = {match[1] for text in stated if (match := _OFFSET.search(text.strip()))}
    if len(offsets) != 1:
        return
    for name in DATES:
        date = found.values.get(name)
        if isinstance(date, str) and precision_of(date) == "local":
            found.values[name] = date + "".join(offsets)
