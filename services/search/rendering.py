"""Templates into HTML: everything is escaped, and a few words and numbers are put as people write them."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_LEFT_OVER = " \n–—-,.;:)”’…"
_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he ks ku-arab ps sd ug ur yi".split())
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MARK = re.compile(r"(</?mark>)")
_MARKS = {"<mark>": Markup("<mark>"), "</mark>": Markup("</mark>")}
_FIELD_NAMES: Mapping[str, str] = {
    "body": "text",
    "published_at": "date",
    "embargoed_until": "embargo",
    "expires_at": "expiry",
    "url": "address",
}


def render(template: str, view: Any) -> str:
    """The page of this template; it sees `view` and nothing else."""
    return environment().get_template(template).render(view=view)


@cache
def environment() -> Environment:
    """The templates, read as they are first needed; a name that a view lacks is an error."""
    made = Environment(
        loader=PackageLoader("services.search", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(
        article_path=article_path,
        begun=begun,
        field_name=field_name,
        grouped=grouped,
        marked=marked,
        moment=moment,
        outgoing=outgoing,
        plural=plural,
        spoken=spoken,
    )
    return made


def marked(escaped: str) -> Markup:
    """Escaped HTML with <mark> as HTML; whatever else is in it is escaped anew."""
    return Markup("").join(_MARKS.get(part) or Markup.escape(unescape(part)) for part in _MARK.split(escaped))


def begun(escaped: str) -> str:
    """A fragment of a text without the rest of the sentence before, where that is punctuation only."""
    return escaped.lstrip(_LEFT_OVER)


def moment(instant: datetime, exact: bool = False) -> str:
    """`27 Oct 2026`, or exactly `27 Oct 2026, 09:40 UTC`."""
    return f"{instant:%-d %b %Y, %H:%M} UTC" if exact else f"{instant:%-d %b %Y}"


def spoken(language: str | None) -> Markup:
    """The attributes `lang` and `dir` of a text in this language; nothing where it is not known."""
    if not language or language == "und" or not _LANGUAGE.fullmatch(language):
        return Markup(' dir="auto"')
    tag = language.lower()
    direction = "rtl" if tag in _RIGHT_TO_LEFT or tag.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
    return Markup(' lang="{}" dir="{}"').format(language, direction)


def article_path(article_id: str) -> str:
    """Where its page is."""
    return f"/articles/{quote(article_id, safe='')}"


def outgoing(url: str | None) -> str | None:
    """The address where it may be a link: http and https alone."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:
        return None


def grouped(number: int) -> str:
    """`12,345`."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """The word for this number of things."""
    return one if number == 1 else many or f"{one}s"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 article`, `12,345 articles`."""
    return f"{grouped(number)} {plural(number, one, many)}"


def field_name(field: str) -> str:
    """What people call a field."""
    return _FIELD_NAMES.get(field, field.replace("_", " "))
