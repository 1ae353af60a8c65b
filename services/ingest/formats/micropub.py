"""Micropub (W3C): an h-entry to create, as JSON or as a form, and requests to update, delete and undelete one."""

from collections.abc import Mapping
from typing import Any

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.json_values import complete, distinct, entries, text, texts
from services.ingest.formats.micropub_entry import LISTS, NATIVE, put_properties
from services.ingest.formats.reading import Found, escape, lose_rest, refusal

_USED = frozenset({"type", "properties", "action", "url", "replace", "add", "delete", "access_token"})
_ENVELOPE = frozenset({"h", "type", "action", "access_token"})
_CAN_GO = {name: native for name, native in NATIVE.items() if native not in ("id", "url")}
_CHANGES = ("replace", "add", "delete")


def read_micropub_json(value: Any, pointer: str) -> list[Found | Rejected]:
    """The one request of this JSON, which stands at `pointer`: an article, an update, a withdrawal or a restore."""
    if not isinstance(value, Mapping):
        return [
            refusal(Reason.INVALID_FIELD, pointer, "expected an object with type and properties, or action and url")
        ]
    found = Found(pointer)
    if "h" in value:
        return [_entry(found, {name: one for name, one in value.items() if name not in _ENVELOPE}, "")]
    lose_rest(found, value, _USED)
    match value.get("action") or "create":
        case "create":
            return [_create(found, value)]
        case "update":
            return [_update(found, value)]
        case "delete" | "undelete" as action:
            return [_by_address(found, value, action)]
    return [refusal(Reason.INVALID_FIELD, f"{pointer}/action", "expected create, update, delete or undelete")]


def read_micropub_form(pairs: list[tuple[str, str]]) -> list[Found | Rejected]:
    """The one request of this form: an article, a withdrawal or a restore. Pointers are field names (`/category`)."""
    fields: dict[str, list[Any]] = {}
    for name, value in pairs:
        key = name.removesuffix("[]")
        if key in ("content[html]", "content[value]"):
            fields.setdefault("content", []).append({key[8:-1]: value})
        else:
            fields.setdefault(key, []).append(value)
    found = Found("")
    action, kind, url = (_first(fields, name) for name in ("action", "h", "url"))
    if action in ("delete", "undelete"):
        return [_by_address(found, {"url": url}, action)]
    if action not in (None, "create"):
        detail = "an update is sent as JSON" if action == "update" else "expected create, delete or undelete"
        return [refusal(Reason.INVALID_FIELD, "/action", detail)]
    if kind not in (None, "entry", "h-entry"):
        return [refusal(Reason.INVALID_FIELD, "/h", "only an entry is taken")]
    properties = {name: value for name, value in fields.items() if name not in _ENVELOPE}
    return [_entry(found, properties, "")]


def _first(fields: Mapping[str, list[Any]], name: str) -> str | None:
    return next((value for value in fields.get(name, []) if isinstance(value, str) and value), None)


def _create(found: Found, value: Mapping[str, Any]) -> Found | Rejected:
    if "h-entry" not in texts(Found(""), value.get("type"), ""):
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}/type", "only an h-entry is taken")
    properties = value.get("properties")
    if not isinstance(properties, Mapping):
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}/properties", "expected an object")
    return _entry(found, properties, "/properties")


def _entry(found: Found, properties: Mapping[str, Any], base: str) -> Found | Rejected:
    if hidden := _hidden(properties):
        detail = "the post is not for everyone, so it is not taken"
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}{base}/{hidden}", detail)
    put_properties(found, properties, base)
    return complete(found)


def _hidden(properties: Mapping[str, Any]) -> str | None:
    """Which property says that the post is not public."""
    for name, public in (("post-status", "published"), ("visibility", "public")):
        if any(one != public for _, one in entries(Found(""), properties.get(name), "")):
            return name
    return None


def _by_address(found: Found, value: Mapping[str, Any], action: str) -> Found | Rejected:
    found.kind = "withdrawal" if action == "delete" else "restore"
    found.put("url", text(found, value.get("url"), "/url"), "/url")
    if "url" not in found.values:
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}/url", f"expected the address of the post to {action}")
    return found


def _update(found: Found, value: Mapping[str, Any]) -> Found | Rejected:
    found.kind = "update"
    found.put("url", text(found, value.get("url"), "/url"), "/url")
    if "url" not in found.values:
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}/url", "expected the address of the post to update")
    if not any(value.get(key) for key in _CHANGES):
        return refusal(Reason.INVALID_FIELD, found.pointer, "changes nothing: expected replace, add or delete")
    for key in _CHANGES:
        given = value.get(key) or {}
        if not isinstance(given, Mapping | list if key == "delete" else Mapping):
            return refusal(Reason.INVALID_FIELD, f"{found.pointer}/{key}", "expected an object of properties")
        if key == "replace" and (hidden := _hidden(given)):
            detail = "the post would not be for everyone; delete it instead"
            return refusal(Reason.INVALID_FIELD, f"{found.pointer}/replace/{hidden}", detail)
        change = _deleted(found, given) if key == "delete" else _changed(found, given, key)
        if change:
            found.values[key] = change
    return found


def _changed(found: Found, given: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The native fields that these properties set, or add to; an id is never changed, and only lists grow."""
    part = Found(found.pointer, warnings=found.warnings)
    put_properties(part, given, f"/{key}")
    if "body" in part.values:
        part.values.setdefault("headings", [])
    if "photo" not in given:
        part.values.pop("image", None)
    for name in (name for name, value in given.items() if name in NATIVE and value in (None, [])):
        if key == "replace" and NATIVE[name] in LISTS:
            part.values.setdefault(NATIVE[name], [])
        else:
            found.lost(f"/{key}/{name}", "holds nothing")
    for native, place in part.places.items():
        is_name = native in ("id", "url")
        if (is_name or (key == "add" and native not in LISTS)) and part.values.pop(native, None) is not None:
            detail = "names the post, so it is not changed" if is_name else "can be replaced, but nothing added to it"
            found.lost(place.removeprefix(found.pointer), detail)
    return part.values


def _deleted(found: Found, given: Mapping[str, Any] | list[Any]) -> dict[str, list[str]] | list[str]:
    """The native fields that go as a whole, or the values that go from each."""
    if isinstance(given, list):
        names = texts(found, given, "/delete")
        for name in names:
            if name not in _CAN_GO:
                found.lost("/delete", f"{name[:40]} is not kept, so there is nothing to delete")
        return distinct([*map(_CAN_GO.get, names), "headings" if "content" in names else None])
    gone = {}
    for name, value in given.items():
        if name in _CAN_GO:
            gone[_CAN_GO[name]] = texts(found, value, f"/delete/{name}")
        else:
            found.lost(f"/delete/{escape(name)}", "is not kept, so there is nothing to delete")
    return gone
