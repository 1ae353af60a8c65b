"""NITF, the News Industry Text Format (IPTC, all of 3.x): a document of its own, or a NewsML-G2 item's text."""

import re

from lxml import etree

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.html_text import element_text
from services.ingest.formats.json_values import complete, is_web, put_list, put_subjects, subject
from services.ingest.formats.reading import Found, refusal
from services.ingest.formats.xml import parse_xml
from services.ingest.formats.xml_elements import LANGUAGE, Children, local, most, offer, text_of

_KINDS = {"person": "person", "org": "organisation", "location": "place", "event": "event", "classifier": "subject"}
_WITHDRAWN = frozenset({"withheld", "canceled", "cancelled"})
_OF_A_WITHDRAWAL = {"id": "id", "published_at": "at", "correction": "correction"}
_DOCDATA = (
    ("id", "doc-id", "id-string"),
    ("urgency", "urgency", "ed-urg"),
    ("published_at", "date.issue", "norm"),
    ("embargoed_until", "date.release", "norm"),
    ("expires_at", "date.expire", "norm"),
    ("editor_note", "ed-msg", "info"),
    ("slugline", "du-key", "key"),
    ("correction", "correction", "info"),
)
_HTML_NAMES = {"block": "div", "bq": "blockquote", "credit": "p"}
_BY = re.compile(r"by:?\s+(?=[^\W\d_])", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r" ?, ?| (?:and|&) ")


def read_nitf(body: bytes, charset: str | None = None) -> list[Found | Rejected]:
    """The article in this NITF document, or its withdrawal (`management-status`). Raises Rejected for other XML."""
    root = parse_xml(body, charset)
    if local(root) != "nitf":
        raise refusal(Reason.INVALID_FIELD, f"/{local(root)[:60]}", "expected nitf")
    found = Found("/nitf")
    read_nitf_element(found, root, "")
    docdata = root.find("{*}head/{*}docdata")
    status = "" if docdata is None else docdata.get("management-status", "").lower()
    if status in _WITHDRAWN:
        return [_withdrawal(found)]
    if status == "embargoed" and "embargoed_until" not in found.values:
        return [refusal(Reason.INVALID_FIELD, "/nitf/head/docdata/date.release", "is embargoed, and not until when")]
    return [complete(found)]


def read_nitf_element(found: Found, nitf: etree._Element, place: str) -> None:
    """Adds what this `nitf` element says to what is found already, which holds; takes its pictures out of the tree.

    `place` is the element's own, below the item's pointer.
    """
    offer(found, "language", [nitf.get("baselang") or nitf.get(LANGUAGE) or ""], f"{place}/@baselang")
    top = Children(nitf, place)
    body, head = top.inside("body"), top.inside("head")
    _read_body_head(found, body.inside("body.head"))
    if (content := body.first("body.content")) is not None:
        _read_content(found, content, f"{body.place}/body.content")
    _read_head(found, head)
    for part in (top, head, body):
        part.lose_rest(found)


def byline_names(line: str) -> list[str]:
    """The names in a byline: Jane Doe and John Roe in By Jane Doe and John Roe."""
    return [name for name in _BETWEEN_NAMES.split(_BY.sub("", line, count=1)) if name]


def _withdrawal(found: Found) -> Found | Rejected:
    """The same document taken back; the note to editors is the reason in words."""
    if "id" not in found.values:
        return refusal(Reason.INVALID_FIELD, "/nitf/head/docdata/doc-id", "names no article to withdraw")
    if "editor_note" in found.values:
        found.put("correction", found.values["editor_note"], found.places["editor_note"].removeprefix(found.pointer))
    return Found(
        found.pointer,
        {_OF_A_WITHDRAWAL[name]: value for name, value in found.values.items() if name in _OF_A_WITHDRAWAL},
        "withdrawal",
        {_OF_A_WITHDRAWAL[name]: place for name, place in found.places.items() if name in _OF_A_WITHDRAWAL},
        found.warnings,
    )


def _read_head(found: Found, head: Children) -> None:
    head.put(found, "title", "title")
    tobject, docdata = head.inside("tobject"), head.inside("docdata")
    properties = [one.get("tobject.property.type") for one in tobject.few(found, "tobject.property")]
    put_list(found, "genre", properties, f"{tobject.place}/tobject.property")
    identified = docdata.inside("identified-content")
    topics = [_topic(one) for one in tobject.few(found, "tobject.subject")]
    subjects = [*topics, *_identified(found, identified)]
    if "subjects" in found.values and any(subjects):
        found.lost(head.place, "its subjects are not used, but others instead")
    place = f"{tobject.place}/tobject.subject" if any(topics) else identified.place
    put_subjects(found, most(found, subjects, place), place)
    _read_docdata(found, docdata, _classes(identified))
    head.put_attribute(found, "section", "pubdata", "position.section")
    head.put_attribute(found, "source", "pubdata", "name")
    head.put_attribute(found, "published_at", "pubdata", "date.publication")
    for part in (tobject, docdata):
        part.lose_rest(found)


def _read_docdata(found: Found, docdata: Children, classes: list[str]) -> None:
    for field, name, attribute in _DOCDATA:
        docdata.put_attribute(found, field, name, attribute)
    keywords = docdata.inside("key-list")
    words = [one.get("key") or text_of(one) for one in keywords.few(found, "keyword")]
    place = f"{keywords.place}/keyword" if words else docdata.place
    put_list(found, "tags", most(found, [*words, *classes], place), place)
    notices = [f"© {one.get('year', '')} {one.get('holder', '')}".split() for one in docdata.all("doc.copyright")]
    offer(found, "rights", [" ".join(one) for one in notices if one[1:]], f"{docdata.place}/doc.copyright")


def _topic(element: etree._Element) -> dict[str, str]:
    """A tobject.subject: its narrowest name, and its number in IPTC's scheme or another."""
    detail, matter, general, number, code, scheme = (
        element.get(f"tobject.subject.{name}", "").strip()
        for name in ("detail", "matter", "type", "refnum", "code", "ipr")
    )
    return subject(detail or matter or general, number or code, scheme or "IPTC", "subject")


def _identified(found: Found, identified: Children) -> list[dict[str, str]]:
    """Persons, organisations, places and events, and classifiers that have a scheme."""
    subjects = []
    for name, kind in _KINDS.items():
        for one in identified.few(found, name):
            scheme = one.get("idsrc") or one.get("code-source")
            code = one.get("value") or one.get("location-code")
            if name != "classifier" or scheme:
                subjects.append(subject(_label(one), code, scheme, kind))
    identified.lose_rest(found)
    return subjects


def _classes(identified: Children) -> list[str]:
    """Classifiers without a scheme, which are plain labels."""
    return [text_of(one) or one.get("value", "") for one in identified.all("classifier") if not one.get("idsrc")]


def _label(element: etree._Element) -> str:
    """An element's text; of a place that is written from the street to the country the first of them."""
    parts = [text_of(part) for part in element]
    return next(filter(None, parts), "") if local(element) == "location" and parts else text_of(element)


def _read_body_head(found: Found, head: Children) -> None:
    titles = head.inside("hedline")
    titles.put(found, "title", "hl1")
    titles.put(found, "subtitle", "hl2")
    _read_bylines(found, head)
    head.put(found, "source", "distributor")
    _read_datelines(found, head)
    head.put(found, "editor_note", "note")
    head.put(found, "rights", "rights")
    abstracts = [element_text(one).text for one in head.few(found, "abstract")]
    offer(found, "summary", abstracts, f"{head.place}/abstract")
    for part in (titles, head):
        part.lose_rest(found)


def _read_bylines(found: Found, head: Children) -> None:
    bylines = head.few(found, "byline")
    place = f"{head.place}/byline"
    if any(line.find(".//{*}byttl") is not None for line in bylines):
        found.lost(f"{place}/byttl")
    names = []
    for line in bylines:
        etree.strip_elements(line, "{*}byttl", with_tail=False)
        persons = [name for person in line.iter("{*}person") for name in byline_names(text_of(person))]
        names += persons or byline_names(text_of(line))
    put_list(found, "authors", most(found, names, place), place)


def _read_datelines(found: Found, head: Children) -> None:
    datelines = head.all("dateline")
    place = f"{head.place}/dateline"
    if any(line.find(".//{*}story.date") is not None for line in datelines):
        found.lost(f"{place}/story.date")
    for line in datelines:
        etree.strip_elements(line, "{*}story.date", with_tail=False)
    offer(found, "dateline", [text_of(line) for line in datelines], place)


def _read_content(found: Found, content: etree._Element, place: str) -> None:
    unused = {lost for media in content.iter("{*}media") for lost in _read_media(found, media, f"{place}/media")}
    for lost in sorted(unused):
        found.lost(lost)
    etree.strip_elements(content, "{*}media", with_tail=False)
    for element in list(content.iter(*(f"{{*}}{name}" for name in _HTML_NAMES))):
        element.tag = _HTML_NAMES[local(element)]
    text = element_text(content)
    offer(found, "body", [text.text], place)
    found.put("headings", list(text.headings), place)


def _read_media(found: Found, media: etree._Element, place: str) -> list[str]:
    """Takes the first picture that has an address; the places of what is not used, captions among them."""
    sources = [one.get("source", "") for one in media.iterchildren("{*}media-reference")]
    address = next(filter(is_web, sources), None)
    if media.get("media-type") != "image" or not address or "image" in found.values:
        return [place]
    found.put("image", address, f"{place}/media-reference")
    return [f"{place}/{local(part)}" for part in media if local(part) != "media-reference"]
