"""Atom's tombstones (RFC 6721), which say that an entry of the feed is no more."""

from lxml import etree

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.reading import Found, refusal
from services.ingest.formats.xml_elements import Children, text_of


def read_deleted_entry(element: etree._Element, pointer: str) -> Found | Rejected:
    """The withdrawal of the entry that this `at:deleted-entry` refers to; its comment is the reason in words."""
    reference = element.get("ref", "").strip()
    if not reference:
        return refusal(Reason.INVALID_FIELD, f"{pointer}/@ref", "names no entry")
    found = Found(pointer, kind="withdrawal")
    found.put("id", reference, "/@ref")
    found.put("at", element.get("when", "").strip(), "/@when")
    children = Children(element, "")
    found.put("correction", text_of(children.first("comment")), "/comment")
    children.lose_rest(found)
    return found
