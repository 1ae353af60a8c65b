"""ninjs, the IPTC's news in JSON: 1.x, 2.x and 3.x side by side, told apart by their keys, and Superdesk's dialect."""

import re
from collections.abc import Mapping
from typing import Any

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.json_values import (
    coded,
    complete,
    entries,
    is_web,
    only,
    own_id,
    put_list,
    put_subjects,
    subject,
    take,
    text,
    texts,
    whole_number,
)
from services.ingest.formats.ninjs_texts import put_body, put_headlines, put_image, put_summary
from services.ingest.formats.reading import Found, lose_rest, refusal

_TEXTS = {
    "id": ("uri", "guid"),
    "url": ("url",),
    "slugline": ("slugline",),
    "dateline": ("located",),
    "language": ("language",),
    "editor_note": ("edNote", "ednote"),
    "published_at": (
        *("firstPublished", "firstpublished", "publishedAt", "firstCreated", "firstcreated"),
        *("contentCreated", "contentcreated"),
    ),
    "updated_at": ("versionCreated", "versioncreated"),
    "embargoed_until": ("embargoedUntil", "embargoeduntil", "embargoed"),
    "expires_at": ("expires",),
}
"""Native field, and its keys: those of 3.x in camel case, of 1.x and 2.x in small letters; `guid` is Superdesk's."""
_SUBJECTS = {
    **dict.fromkeys(("subject", "subjects"), "subject"),
    **dict.fromkeys(("person", "people"), "person"),
    **dict.fromkeys(("organisation", "organisations"), "organisation"),
    **dict.fromkeys(("place", "places"), "place"),
    **dict.fromkeys(("event", "events"), "event"),
    **dict.fromkeys(("object", "objects"), "object"),
}
_OF_A_SUBJECT = ("name", "code", "scheme", "uri", "literal")
_GENRES = ("genre", "genres")
_SOURCES = ("source", "infoSources", "infosources", "infosource")
_RIGHTS = ("copyrightNotice", "copyrightnotice", "copyrightHolder", "copyrightholder", "usageTerms", "usageterms")
_RIGHTS_INFO = ("rightsInfo", "rightsinfo")
_OTHERS = (
    "type standard $standard version urgency pubStatus pubstatus signal signals title by byline authors service "
    "keywords associations renditions headline headlines description descriptions body bodies"
)
_USED = frozenset((*_OTHERS.split(), *_SUBJECTS, *_GENRES, *_SOURCES, *_RIGHTS, *_RIGHTS_INFO)).union(*_TEXTS.values())
_EXTENSIBLE = ("headline_", "description_", "body_")
_WITHDRAWN = frozenset({"canceled", "cancelled", "withheld"})
_BETWEEN_NAMES = re.compile(r" ?, ?| (?:and|&) ")
_BY = {"de": "von", "fr": "par", "es": "por", "pt": "por", "it": "di", "nl": "door", "sv": "av", "nb": "av", "da": "af"}
"""How a byline begins, by its language; in any language it may begin in English."""


def read_ninjs(value: Any, pointer: str) -> list[Found | Rejected]:
    """The one item of this ninjs object, which stands at `pointer`; a canceled or withheld one is a withdrawal."""
    if not isinstance(value, Mapping):
        return [refusal(Reason.INVALID_FIELD, pointer, "expected an object with uri, headline and body")]
    found = Found(pointer)
    for native, keys in _TEXTS.items():
        take(found, native, value, *keys)
    found.put("version", whole_number(found, value.get("version"), "/version"), "/version")
    if is_web(found.values.get("id")):
        found.put("url", found.values["id"], found.places["id"].removeprefix(pointer))
    place, status = _status(value)
    if status in _WITHDRAWN:
        return [_withdrawal(found)]
    if status != "usable":
        return [refusal(Reason.INVALID_FIELD, pointer + place, "is neither usable nor withheld nor canceled")]
    _put_signal(found, value)
    put_headlines(found, value)
    put_image(found, value)
    put_body(found, value)
    put_summary(found, value)
    _put_names(found, value)
    _put_labels(found, value)
    _put_rights(found, value)
    _put_urgency(found, value)
    lose_rest(found, {key: one for key, one in value.items() if not key.startswith(_EXTENSIBLE)}, _USED)
    return [complete(found)]


def _status(item: Mapping[str, Any]) -> tuple[str, str]:
    """Where the status stands, and the status in small letters; usable where none stands."""
    key = next((key for key in ("pubStatus", "pubstatus") if item.get(key) not in (None, "")), None)
    if key is None:
        return "", "usable"
    return f"/{key}", item[key].strip().lower().removeprefix("stat:") if isinstance(item[key], str) else ""


def _withdrawal(found: Found) -> Found | Rejected:
    """The same item taken back; the note to editors is the reason in words."""
    if not found.values.keys() & {"id", "url"}:
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}/uri", "names no article to withdraw")
    names = {"id": "id", "url": "url", "updated_at": "at", "version": "version", "editor_note": "correction"}
    return Found(
        found.pointer,
        {names[name]: value for name, value in found.values.items() if name in names},
        "withdrawal",
        {names[name]: place for name, place in found.places.items() if name in names},
        found.warnings,
    )


def _put_signal(found: Found, item: Mapping[str, Any]) -> None:
    """A correction or an update is worded by the note to editors, else by the signal itself."""
    for key in ("signal", "signals"):
        for place, one in entries(found, item.get(key), f"/{key}"):
            said = [one.get(name) for name in ("name", "code", "qcode", "uri")] if isinstance(one, Mapping) else [one]
            words = [word for word in said if isinstance(word, str) and word]
            if not any(re.search(r"(?:correction|update)\Z", word, re.IGNORECASE) for word in words):
                found.lost(place, "is no signal of a correction or an update")
            else:
                found.put("correction", found.values.get("editor_note") or words[0], place)


def _put_names(found: Found, item: Mapping[str, Any]) -> None:
    put_list(found, "authors", _names(found, item, "authors"), "/authors")
    for key in ("by", "byline"):
        line = text(found, item.get(key), f"/{key}") or ""
        put_list(found, "authors", _authors(line, found.values.get("language", "")), f"/{key}")
    for key in _SOURCES:
        said = ", ".join(_names(found, item, key))
        if said and found.values.get("source", said) != said:
            found.lost(f"/{key}", "another is used instead")
        found.put("source", said, f"/{key}")
    for key in _GENRES:
        put_list(found, "genre", _names(found, item, key), f"/{key}")


def _authors(byline: str, language: str) -> list[str]:
    """The names in a byline."""
    word, _, names = byline.strip().partition(" ")
    begins = word.lower().rstrip(":") in ("by", _BY.get(language[:2].lower()))
    return _BETWEEN_NAMES.split(names.strip() if begins and names else byline.strip())


def _names(found: Found, item: Mapping[str, Any], key: str) -> list[str]:
    """The names, or else the codes, of these people, sources or genres."""
    names = []
    for place, one in entries(found, item.get(key), f"/{key}"):
        said = _subject(found, one, place, key)
        names.append(said.get("name") or said.get("code") or "")
        if said.get("name") and said.keys() & {"code", "scheme"}:
            found.lost(place, "of it only the name is used")
        if isinstance(one, Mapping):
            only(found, one, place, *_OF_A_SUBJECT)
    return names


def _put_labels(found: Found, item: Mapping[str, Any]) -> None:
    """Superdesk's services and keywords are plain labels; subjects of every kind keep their codes."""
    services = _names(found, item, "service")
    found.put("section", services[0] if services else None, "/service")
    put_list(found, "tags", [*services[1:], *texts(found, item.get("keywords"), "/keywords")], "/keywords")
    subjects = []
    for key, kind in _SUBJECTS.items():
        listed = entries(found, item.get(key), f"/{key}")
        subjects += [_subject(found, one, place, kind) for place, one in listed]
        if any(one.keys() - _OF_A_SUBJECT for _, one in listed if isinstance(one, Mapping) and len(one) < 100):
            found.lost(f"/{key}", f"of its entries only {', '.join(_OF_A_SUBJECT)} can be used")
    put_subjects(found, subjects, "/" + next((key for key in _SUBJECTS if item.get(key)), ""))


def _subject(found: Found, one: Any, place: str, kind: str) -> dict[str, str]:
    """A concept with its code and scheme: 1.x gives both, 2.x and 3.x an address and perhaps the code alone."""
    if not isinstance(one, Mapping):
        return subject(text(found, one, place), None, None, kind)
    name, scheme, uri = (text(found, one.get(key), f"{place}/{key}") for key in ("name", "scheme", "uri"))
    codes = {key: own_id(found, one.get(key), f"{place}/{key}") for key in ("code", "literal")}
    told = str(uri or codes["code"] or codes["literal"] or "")
    code, scheme = coded(told) if scheme is None else (told, scheme)
    if not (name or code):
        found.lost(place, "has neither a name nor a code, so it is not used")
    for key, other in codes.items():
        if other is not None and str(other) not in (told, code, name):
            found.lost(f"{place}/{key}", "another code is used instead")
    return subject(name, code, scheme, kind)


def _put_rights(found: Found, item: Mapping[str, Any]) -> None:
    """The notice, the holder where the notice does not name it, the terms, and the address of further rights."""
    said: dict[str, str] = {}
    for key in _RIGHTS:
        words = text(found, item.get(key), f"/{key}")
        if words and not any(words in other for other in said):
            said[words] = f"/{key}"
    for key in _RIGHTS_INFO:
        for place, one in entries(found, item.get(key), f"/{key}"):
            names = ("linkedRights", "linkedrights")
            address = (
                next((one[name] for name in names if is_web(one.get(name))), "") if isinstance(one, Mapping) else ""
            )
            if isinstance(one, Mapping) and address:
                only(found, one, place, *names)
                said[address] = place
            else:
                found.lost(place, "holds no address of rights, so it is not used")
    found.put("rights", "\n".join(said), next(iter(said.values()), ""))


def _put_urgency(found: Found, item: Mapping[str, Any]) -> None:
    urgency = whole_number(found, item.get("urgency"), "/urgency")
    if urgency is not None and not 1 <= urgency <= 9:
        found.lost("/urgency", "is not between 1 and 9, so it is not used")
    else:
        found.put("urgency", urgency, "/urgency")
