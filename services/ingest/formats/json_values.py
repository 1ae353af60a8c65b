"""Values of parsed JSON, whose types nobody promised: read as texts, lists and subjects, or told of as lost."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from itertools import islice
from typing import Any

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.html_text import has_markup, html_text
from services.ingest.formats.reading import Found, escape, refusal

MOST_ENTRIES = 200
"""As many as a native list holds."""
_QCODE = re.compile(r"([A-Za-z][\w.-]{0,40}):([^\s:/]+)")


def text(found: Found, value: object, place: str) -> str | None:
    """The value where it is a text that says something; anything else but null is told of as lost."""
    if isinstance(value, str):
        return value if value.strip() else None
    if value not in (None, [], {}):
        found.lost(place, "expected a text, so it is not used")
    return None


_NEVER_DROPPED = frozenset({"embargoed_until", "expires_at"})
"""Without these the article would be shown at once, or for ever."""


def take(found: Found, native: str, item: Mapping[str, Any], *names: str) -> None:
    """Sets a native field to the first text among these keys; other texts there are told of as lost."""
    for name in names:
        place = "/" + escape(name)
        if native in _NEVER_DROPPED and not isinstance(item.get(name), str):
            found.put(native, item.get(name), place)  # the centre refuses what is no instant
            continue
        value = text(found, item.get(name), place)
        if value is None or found.values.get(native) == value:
            continue
        if native in found.values:
            found.lost(place, "another is used instead")
        found.put(native, value, place)


def entries(found: Found, value: object, place: str) -> list[tuple[str, Any]]:
    """Each entry of a list with its place, at most 200; a value alone as the only entry; nothing for null."""
    if not isinstance(value, list):
        return [] if value in (None, "", {}) else [(place, value)]
    if len(value) > MOST_ENTRIES:
        found.lost(place, f"has {len(value)} entries, of which the first {MOST_ENTRIES} are used")
    return [(f"{place}/{n}", one) for n, one in enumerate(value[:MOST_ENTRIES]) if one not in (None, "", {}, [])]


def texts(found: Found, value: object, place: str) -> list[str]:
    """The texts in a list of them, or a text alone."""
    read = (text(found, one, where) for where, one in entries(found, value, place))
    return [one for one in read if one is not None]


def distinct(values: Iterable[str | None]) -> list[str]:
    """The texts that say something, each once, in their order."""
    return list(dict.fromkeys(value for value in values if value))


def put_list(found: Found, native: str, values: Iterable[str | None], place: str) -> None:
    """Sets a native list to these texts, each once; where it has others already they are told of as lost."""
    said = distinct(values)
    if native in found.values and not set(said) <= set(found.values[native]):
        found.lost(place, "others are used instead")
    found.put(native, said, place)


def whole_number(found: Found, value: object, place: str) -> int | None:
    """A whole number, be it written as a number or in digits; anything else but null is told of as lost."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,16}\s*", value):
        return int(value)
    if value not in (None, "", [], {}):
        found.lost(place, "expected a whole number, so it is not used")
    return None


def own_id(found: Found, value: object, place: str) -> str | int | None:
    """A text or a number that names an article."""
    return value if isinstance(value, int) and not isinstance(value, bool) else text(found, value, place)


def plain(value: str) -> str:
    """The text without its HTML, where it has any; markup that was escaped as a whole is markup too."""
    source = _unescaped(value)
    return html_text(source).text if has_markup(source) else source


def take_plain(found: Found, native: str, item: Mapping[str, Any], *names: str) -> None:
    """Does as `take` for a text that may be HTML."""
    take(found, native, item, *names)
    if native not in found.values:
        return
    if read := plain(found.values[native]):
        found.values[native] = read
    else:
        del found.values[native]
        found.lost(found.places.pop(native).removeprefix(found.pointer), "holds no text")


def put_html(found: Found, value: str, place: str) -> None:
    """Body and headings out of HTML, and its first picture where no other is named."""
    read = html_text(value)
    if not read.text:
        found.lost(place, "holds no text")
    found.put("body", read.text, place)
    found.put("headings", list(read.headings), place)
    found.put("image", read.image, place)


def put_text(found: Found, value: str, place: str) -> None:
    """The body out of a text that may be plain or HTML."""
    source = _unescaped(value)
    if has_markup(source):
        put_html(found, source, place)
    else:
        found.put("body", source, place)


def _unescaped(value: str) -> str:
    return unescape(value) if "<" not in value and "&lt;/" in value else value


def only(found: Found, value: Mapping[str, Any], place: str, *used: str) -> None:
    """Tells that an object holds more than the keys that are used; of a large one the first keys are looked at."""
    first = islice(value.items(), 30)
    if any(content not in (None, "", [], {}) for name, content in first if name not in used):
        found.lost(place, f"of this only {', '.join(used)} can be used")


def coded(address: str) -> tuple[str, str | None]:
    """Code and scheme of a concept: an http address is cut after its last `/` or `#`, a QCode at its colon."""
    if match := _QCODE.fullmatch(address):
        return match[2], match[1]
    bare = address.rstrip("/#")
    cut = max(bare.rfind("/"), bare.rfind("#")) + 1
    if not is_web(address) or bare.count("/") < 3:
        return address, None
    return bare[cut:], bare[:cut]


def subject(name: str | None, code: str | None, scheme: str | None, kind: str) -> dict[str, str]:
    """A native subject; empty where there is neither a name nor a code."""
    if not (name or code):
        return {}
    said = {"name": name, "code": code, "scheme": scheme, "kind": kind}
    return {key: value for key, value in said.items() if value}


def put_subjects(found: Found, subjects: Iterable[Mapping[str, str]], place: str) -> None:
    """Sets the native subjects, each once."""
    found.put("subjects", list({tuple(one.items()): one for one in subjects if one}.values()), place)


def is_web(value: object) -> bool:
    """Whether this is an http or https address, by its beginning."""
    return isinstance(value, str) and value.lstrip()[:8].lower().startswith(("http://", "https://"))


def web_address(value: object) -> str | None:
    """The address where it is one of the web; one without its scheme (`//cdn.example/a.jpg`) is https."""
    if isinstance(value, str) and value.startswith("//"):
        return f"https:{value}"
    return value if isinstance(value, str) and is_web(value) else None


def complete(found: Found) -> Found | Rejected:
    """The article that was found, or its refusal where it has neither a title nor a text."""
    if any(found.values.get(name) for name in ("title", "body", "summary")):
        return found
    return refusal(Reason.INVALID_FIELD, found.pointer, "has neither a title nor a text")
