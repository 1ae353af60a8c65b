"""The properties of an h-entry (microformats2), as native fields."""

from collections.abc import Mapping
from typing import Any

from services.ingest.formats.json_values import (
    coded,
    entries,
    is_web,
    only,
    put_html,
    put_list,
    put_subjects,
    subject,
    text,
    texts,
)
from services.ingest.formats.reading import Found, escape

NATIVE = {
    "name": "title",
    "summary": "summary",
    "photo": "image",
    "content": "body",
    "category": "tags",
    "author": "authors",
    "published": "published_at",
    "updated": "updated_at",
    "url": "url",
    "uid": "id",
    "mp-slug": "id",
    "in-language": "language",
    "mp-lang": "language",
    "lang": "language",
}
LISTS = frozenset({"tags", "authors", "subjects"})
_STATUS = frozenset({"post-status", "visibility"})


def put_properties(found: Found, properties: Mapping[str, Any], base: str) -> None:
    """Sets the native fields out of properties whose values stand alone or in lists, at `base` within the item."""
    for name in NATIVE:
        if name in properties:
            _put(found, name, properties[name], f"{base}/{name}")
    for name, value in properties.items():
        if name not in NATIVE and name not in _STATUS and value not in (None, "", [], {}):
            found.lost(f"{base}/{escape(name)}")


def _put(found: Found, name: str, value: Any, place: str) -> None:
    match NATIVE[name]:
        case "body":
            _put_content(found, value, place)
        case "tags":
            _put_categories(found, value, place)
        case "authors":
            names = [_author(found, one, where) for where, one in entries(found, value, place)]
            put_list(found, "authors", names, place)
        case native:
            for where, one in entries(found, value, place):
                _put_first(found, native, one, where)


def _put_first(found: Found, native: str, value: Any, place: str) -> None:
    """A field of one value; a photo may stand with its alternative text, which is not kept."""
    if native == "image" and isinstance(value, Mapping):
        only(found, value, place, "value")
        value = value.get("value")
    said = text(found, value, place)
    if said is not None and found.values.get(native, said) != said:
        found.lost(place, "one is kept")
    found.put(native, said, place)


def _put_content(found: Found, value: Any, place: str) -> None:
    for where, one in entries(found, value, place):
        html = text(found, one.get("html"), f"{where}/html") if isinstance(one, Mapping) else None
        words = text(found, one.get("value") if isinstance(one, Mapping) else one, where)
        if "body" in found.values:
            found.lost(where, "one is kept")
        elif html:
            put_html(found, html, where)
        found.put("body", words, where)


def _put_categories(found: Found, value: Any, place: str) -> None:
    """Words are tags; a person or a place that is tagged, as an h-card, is a subject."""
    tags, subjects = [], []
    for where, one in entries(found, value, place):
        if isinstance(one, Mapping):
            subjects.append(_card(found, one, where))
        else:
            tags.append(text(found, one, where))
    put_list(found, "tags", tags, place)
    put_subjects(found, subjects, place)


def _card(found: Found, value: Mapping[str, Any], place: str) -> dict[str, str]:
    """An h-card's name and address; `value` is its name where it has no properties."""
    properties = value.get("properties")
    card = properties if isinstance(properties, Mapping) else value
    names, addresses = (texts(Found(""), card.get(key), "") for key in ("name", "url"))
    names = names or texts(Found(""), value.get("value"), "")
    only(found, card, place, "name", "url", "type", "value")
    if not names:
        found.lost(place, "has no name, so it is not used")
        return {}
    address = next(filter(is_web, addresses), None)
    kinds = texts(Found(""), value.get("type"), "")
    kind = {"h-card": "person", "h-adr": "place", "h-geo": "place"}.get(kinds[0] if kinds else "", "subject")
    code, scheme = coded(address) if address else (None, None)
    return subject(names[0], code, scheme, kind)


def _author(found: Found, value: Any, place: str) -> str | None:
    if isinstance(value, Mapping):
        return _card(found, value, place).get("name")
    if is_web(value):
        found.lost(place, "is an address, not a name")
        return None
    return text(found, value, place)
