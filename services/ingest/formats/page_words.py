"""Bylines, dates and headlines as pages word them."""

import re
from collections.abc import Iterable, Set
from contextlib import suppress
from datetime import datetime, timedelta, timezone, tzinfo
from html import unescape

from dateutil import parser as dates

from schemas.dates import parse_instant

_SITE_MARK = re.compile(r"\s+(?:[\-–—•·:»«›*]|::)\s+|\s*[|│｜ㅣ：]\s*|-(?=[^\x00-\x7f]+$)")
_LONGEST_HEADLINE = 500
_CUT_SHORT = ("…", "...")
_PERHAPS_CUT_SHORT = 75
_BY = re.compile(
    r"^\s*(?:(?:written|words|story|text|report|interview)\s+)?(?:(?:by|von|par|por|di|door)\s+|"
    r"(?:text|author|auteur|autora?)\b\s*:?\s*)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_APART = re.compile(r"\s*[;|、，]\s*|\s+/\s+")
_AND = re.compile(r"\s*(?:,\s*)?\b(?:and|und|et|og|och|en|y|e|ve|dan)\s+|\s*(?:,\s*)?&\s+")
_COMMA = re.compile(r"\s*,\s*")
_ASIDE = re.compile(r"\s*\([^()]*\)?\s*$")
_JOB = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|journalist|columnist|contributor|producer|photographer|professor|"
    r"director|analyst|redakteur|redaktion|korrespondent|autor|chefredakteur|journaliste|correspondant|rédacteur|"
    r"rédactrice|redactor|corresponsal|periodista|giornalista|inviato|redacteur|verslaggever)(?:in|a|s)?\b",
    re.IGNORECASE,
)
_JOB_AT_THE_END = re.compile(r"(?:\s*(?:記者|编辑|編集委員|論説委員)|\s+(?:기자|특파원|논설위원))$")
_CREDIT = re.compile(r"(?:image|photo|foto|bild|picture|video|graphic|illustration|credit)s?\s*:", re.IGNORECASE)
_ADDRESS = re.compile(r"\S*(?:https?:|www\.|@|\[at\])\S*", re.IGNORECASE)
_NOBODY = frozenset(
    ("", "admin", "administrator", "publisher", "root", "super user", "superuser", "unknown", "user", "webmaster")
)
_SURELY_A_NAME = re.compile(
    r"(?!Www )[^\W\d_a-z][\w.'’-]*"
    r"(?: (?:(?:van|von|de|der|den|la|le|du|da|dos|di|bin|al|el|zu|ten)\b|(?:[dl]['’])?[^\W\d_a-z][\w.'’-]*)){1,4}"
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_IN_WORDS = re.compile(r"(?=.*[A-Za-z]{3})(?=.*\b\d{4}\b)(?=.*\b\d{1,2})")
_DEFAULTS = (datetime(2001, 1, 1), datetime(2002, 2, 2))
_HOURS = {"UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


def folded(text: object) -> str:
    """The letters and digits of a text in lower case, to compare; empty for what is no text."""
    return re.sub(r"[\W_]+", "", unescape(text).casefold()) if isinstance(text, str) else ""


def author_names(texts: Iterable[str]) -> list[str]:
    """The people in these bylines, each once, without "By", what they are by profession, and addresses.

    What "and" or a comma parts are several people only if each of them has two words or more.
    """
    names: list[str] = []
    for text in texts:
        for part in _APART.split(_BY.sub("", _TAG.sub(" ", unescape(text[:1000])), count=1)):
            names += _several(part.strip())
    told = [_name(name) for name in names if not _CREDIT.match(name)]
    return list(dict.fromkeys(name for name in told if name.casefold() not in _NOBODY and not name.isdecimal()))


def _several(part: str) -> list[str]:
    """The people in one part of a byline, without a place, a house or a profession after a name."""
    joined = _AND.split(part)
    if not all(" " in one.strip() for one in joined):
        joined = [part]
    names: list[str] = []
    for one in joined:
        first, *rest = _COMMA.split(one)
        if not (rest and is_surely_a_name(_name(first))):
            names.append(one)
            continue
        more = (name for name in map(_name, rest) if is_surely_a_name(name) and not _JOB.search(name))
        names += [first, *more]
    return names


def _name(text: str) -> str:
    """The name alone."""
    name = " ".join(_ADDRESS.sub("", _ASIDE.sub("", text)).split()).strip(" ,-–/()")
    return _JOB_AT_THE_END.sub("", name)


def is_surely_a_name(text: str) -> bool:
    """Whether this looks like the name of a person: two to five words in capitals."""
    return _SURELY_A_NAME.fullmatch(text) is not None


def date_text(text: str) -> str | None:
    """A date as `parse_instant` reads it; None for what is no date, or another one in another country."""
    text = " ".join(text.split())[:100]
    if match := _YEAR_FIRST.match(text):
        text = f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}{text[match.end() :]}"
    elif match := _DAY_FIRST.match(text):
        text = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}{text[match.end() :]}"
    with suppress(ValueError):
        parse_instant(text)
        return text
    if not _IN_WORDS.match(text):
        return None
    try:  # what the text leaves open would come out of the default
        one, other = (dates.parse(text, default=default, tzinfos=_zone) for default in _DEFAULTS)
    except (ValueError, ArithmeticError, TypeError, IndexError, AttributeError):
        return None
    if one != other:
        return None
    return one.isoformat() if ":" in text else one.date().isoformat()


def _zone(name: str | None, seconds: int | None) -> tzinfo | None:
    if seconds is not None:
        return timezone(timedelta(seconds=seconds))
    if name is None:
        return None
    if name not in _HOURS:
        raise ValueError(f"the zone {name} has no known offset")
    return timezone(timedelta(hours=_HOURS[name]))


def without_site(title: str, sites: Set[str], heads: Set[str], filed: Set[str] = frozenset()) -> str:
    """The headline alone out of "Headline | Site" and the like.

    `sites`, the page's `heads`, and the sections it is `filed` under, which stand before the site's name, are folded.
    """
    whole = title
    for mark in reversed(list(_SITE_MARK.finditer(title)) if len(title) <= _LONGEST_HEADLINE else []):
        before, after = title[: mark.start()], title[mark.end() :]
        if folded(after) in sites or folded(before) in heads or (title != whole and folded(after) in filed):
            title = before
        elif folded(before) in sites or folded(after) in heads:
            return after
    return title


def is_beginning(part: str, whole: str) -> bool:
    """Whether a headline that may be cut short, as at a quote in its attribute, is the beginning of the other."""
    is_cut = part.endswith(_CUT_SHORT) or len(part) >= _PERHAPS_CUT_SHORT or whole[len(part) :].lstrip()[:1] == '"'
    return is_cut and len(whole) > len(part) and folded(whole).startswith(folded(part))
