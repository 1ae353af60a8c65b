"""The contentMeta and the rightsInfo of a NewsML-G2 item."""

from lxml import etree

from services.ingest.formats.json_values import distinct, is_web, put_list, put_subjects, subject
from services.ingest.formats.newsml_g2_names import Names, code_and_scheme, last_part
from services.ingest.formats.nitf import byline_names
from services.ingest.formats.reading import Found
from services.ingest.formats.xml_elements import Children, most, offer, text_of

_KINDS = {
    **dict.fromkeys(("person", "animal"), "person"),
    **dict.fromkeys(("organisation", "company", "team"), "organisation"),
    **dict.fromkeys(("geoarea", "poi", "place", "city", "country", "statprov"), "place"),
    "event": "event",
    "category": "category",
}
_MAIN_HEADLINES = frozenset({"", "main", "title", "headline", "mainheadline", "maintitle"})


def read_content_meta(found: Found, meta: Children, names: Names) -> None:
    """Adds what the content is: who wrote what where when, and about what."""
    _read_headlines(found, meta, names)
    _read_authors(found, meta, names)
    offer(found, "summary", _texts(found, meta, "description", names), f"{meta.place}/description")
    meta.put(found, "dateline", "dateline")
    meta.put(found, "slugline", "slugline")
    meta.put(found, "urgency", "urgency")
    meta.put(found, "published_at", "contentCreated")
    _read_labels(found, meta, names)
    _read_sources(found, meta, names)
    addresses = [text_of(one) for one in meta.all("altId") if is_web(text_of(one))]
    offer(found, "url", addresses, f"{meta.place}/altId")
    if len(meta.all("altId")) > len(addresses):
        found.lost(f"{meta.place}/altId")


def read_located(found: Found, meta: Children, names: Names) -> None:
    """Where it was made, where neither a dateline nor the text tells where it was reported from."""
    located = [name for one in meta.few(found, "located") if (name := names.of(one))]
    if "dateline" not in found.values:
        found.put("dateline", ", ".join(located), f"{meta.place}/located")


def read_rights(found: Found, rights: Children, names: Names) -> None:
    """The copyright notice, the holder where the notice does not name it, and the terms of use."""
    notices = _texts(found, rights, "copyrightNotice", names)
    holders = [names.of(one) for one in rights.few(found, "copyrightHolder")]
    terms = _texts(found, rights, "usageTerms", names)
    said = distinct([*notices, *(one for one in holders if not any(one in notice for notice in notices)), *terms])
    found.put("rights", "\n".join(said[:20]), rights.place)
    rights.lose_rest(found)


def _in_one_language(found: Found, part: Children, name: str, names: Names) -> list[etree._Element]:
    """The children of this name in the preferred language; says where there are others."""
    children = part.few(found, name)
    right = names.preferred(children)
    if len(right) < len(children):
        found.lost(f"{part.place}/{name}", "in other languages is not used")
    return right


def _texts(found: Found, part: Children, name: str, names: Names) -> list[str]:
    return [text_of(one) for one in _in_one_language(found, part, name, names)]


def _read_headlines(found: Found, meta: Children, names: Names) -> None:
    """The first headline without another role is the title, the first of the others the subtitle."""
    place = f"{meta.place}/headline"
    headlines = _in_one_language(found, meta, "headline", names)
    lines = [(last_part(one, "role", "roleuri"), text_of(one)) for one in headlines]
    lines = [(role, line) for role, line in lines if line]
    main = next((line for role, line in lines if role in _MAIN_HEADLINES), lines[0][1] if lines else "")
    found.put("title", main, place)
    offer(found, "subtitle", [line for _, line in lines if line != main], place)


def _read_authors(found: Found, meta: Children, names: Names) -> None:
    """The names in the byline, then the people who made it, unless the byline names them."""
    lines = _texts(found, meta, "by", names)
    people = [*meta.few(found, "creator"), *meta.few(found, "contributor")]
    called = [names.of(one) for one in people if not _is_source(one)]
    known = [name for name in called if name and any(name in line for line in lines)]
    bylines = [] if known else [name for line in lines for name in byline_names(line)]
    place = f"{meta.place}/{'by' if bylines else 'creator'}"
    put_list(found, "authors", most(found, [*bylines, *called], place), place)


def _is_source(party: etree._Element) -> bool:
    return last_part(party, "type", "typeuri") == "organisation" or last_part(party, "role", "roleuri") == "source"


def _read_labels(found: Found, meta: Children, names: Names) -> None:
    genres = [names.of(one) or code_and_scheme(one)[0] for one in meta.few(found, "genre")]
    put_list(found, "genre", genres, f"{meta.place}/genre")
    put_list(found, "tags", [text_of(one) for one in meta.few(found, "keyword")], f"{meta.place}/keyword")
    subjects = []
    for one in meta.few(found, "subject"):
        kind = _KINDS.get(last_part(one, "type", "typeuri"), "subject")
        subjects.append(subject(names.of(one), *code_and_scheme(one), kind))
        if len({text_of(name) for name in one.iterchildren("{*}name")}) > 1:
            found.lost(f"{meta.place}/subject/name", "names in other languages are not used")
    put_subjects(found, subjects, f"{meta.place}/subject")
    tags = [one.get("tag", "").strip() for one in meta.all("language")]
    offer(found, "language", tags, f"{meta.place}/language/@tag")


def _read_sources(found: Found, meta: Children, names: Names) -> None:
    """Whom the article credits: its source, else an organisation that made it, else the credit line."""
    offer(found, "source", [names.of(one) for one in meta.all("infoSource")], f"{meta.place}/infoSource")
    makers = [names.of(one) for name in ("creator", "contributor") for one in meta.all(name) if _is_source(one)]
    offer(found, "source", makers, f"{meta.place}/creator")
    meta.put(found, "source", "creditline")
