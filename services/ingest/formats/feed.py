"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, with the namespaces that news feeds use.

The tree is read here and not by feedparser, parts of which take time in the square of what they read (half a minute
for an author of 100 kB) and which fails as a whole on one odd element; feedparser reads what is no XML (feed_rescue).
"""

from collections import Counter
from dataclasses import dataclass

from lxml import etree

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.deleted_entries import read_deleted_entry
from services.ingest.formats.feed_pictures import is_picture, read_pictures
from services.ingest.formats.feed_rescue import rescue_feed
from services.ingest.formats.feed_texts import LONGEST, address, date_of, is_text, line_of, person, read_text, title_of
from services.ingest.formats.html_text import HtmlText
from services.ingest.formats.json_values import MOST_ENTRIES, complete, is_web, put_list, put_subjects, subject
from services.ingest.formats.reading import Found, refusal
from services.ingest.formats.xml import parse_xml
from services.ingest.formats.xml_elements import BASE, LANGUAGE, Children, local, most, namespace, offer, text_of

MAX_ITEMS = 2000
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PREFIXES = {
    **dict.fromkeys(("http://search.yahoo.com/mrss", "http://search.yahoo.com/mrss/"), "media:"),
    **dict.fromkeys(("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://purl.org/rss/1.0/", ""), ""),
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
}
_ITEMS = ("{*}item", "{*}entry", "{*}deleted-entry")
_IDS = ("guid", "id")
_BODIES = ("content:encoded", "content", "xhtml:body")
_SUMMARIES = ("description", "summary", "dc:description", "media:description", "itunes:summary")
_BRACKETS = frozenset({"media:group", "categories"})
_PUBLISHED = ("pubDate", "published", "issued", "dcterms:issued", "dc:date")
_UPDATED = ("updated", "modified", "dcterms:modified")
_RIGHTS = ("rights", "copyright", "dc:rights")
_CATEGORIES = ("category", "dc:subject", "media:category")


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a feed says of all its items; `place` is where."""

    place: str
    base: str
    language: str
    rights: str
    authors: list[str]


def read_feed(body: bytes, charset: str | None) -> list[Found | Rejected]:
    """Each item of a feed in its order, each Atom tombstone a withdrawal; a lone Atom entry too.

    `charset` is the Content-Type's. Raises Rejected for what is no feed, is cut off, has no items or more than 2,000.
    """
    root = parse_xml(body, charset, rescue_feed)
    items = _items(root)
    feed = _read_feed(root)
    return [_read_item(item, pointer, feed) for pointer, item in items]


def _read_feed(root: etree._Element) -> _Feed:
    place, head = f"/{local(root)}", root
    if (channel := root.find("{*}channel")) is not None:
        place, head = f"{place}/channel", channel
    for element in (root, head):
        if len(element.get(BASE, "")) > LONGEST:
            del element.attrib[BASE]
    told, said = Children(head, place, _name), Found("")
    told.put(said, "language", "language", "dc:language")
    told.put(said, "rights", *_RIGHTS, read=line_of)
    links = sorted(told.few(said, "link"), key=lambda link: link.get("rel") != "self")
    addresses = [address(link, link.get("href") or link.text or "") for link in links]
    language = head.get(LANGUAGE) or root.get(LANGUAGE) or said.values.get("language", "")
    rights = said.values.get("rights", "")
    authors = list(filter(None, map(person, told.few(said, "author"))))[:20]
    base = next(filter(is_web, addresses), "")
    return _Feed(place, base, language[:100], rights if len(rights) <= LONGEST else "", authors)


def _items(root: etree._Element) -> list[tuple[str, etree._Element]]:
    """The items in the order of the document, each with its pointer; of RSS 1.0 they stand beside the channel."""
    name = local(root)
    if name == "entry":
        return [("/entry", root)]
    containers = [(f"/{name}", root), *((f"/{name}/channel", one) for one in root.iterchildren("{*}channel"))]
    items, counts = [], Counter[str]()
    for container, element in containers:
        for child in element.iterchildren(*_ITEMS):
            place = f"{container}/{local(child)}"
            items.append((f"{place}/{counts[place]}", child))
            counts[place] += 1
    if not items:
        raise refusal(Reason.INVALID_FIELD, containers[-1][0], "has no items")
    if len(items) > MAX_ITEMS:
        raise refusal(Reason.TOO_LARGE, "", f"has {len(items)} items; at most {MAX_ITEMS} are taken in one body")
    return items


def _name(element: etree._Element) -> str:
    """What an element is called here, whichever prefix the feed has for its namespace."""
    own, parent = namespace(element), element.getparent()
    if own in _PREFIXES:
        return _PREFIXES[own] + local(element)
    is_of_the_feed = parent is not None and own == namespace(parent)
    return local(element) if is_of_the_feed or not element.prefix else f"{element.prefix}:{local(element)}"


def _read_item(element: etree._Element, pointer: str, feed: _Feed) -> Found | Rejected:
    if local(element) == "deleted-entry":
        return read_deleted_entry(element, pointer)
    found = Found(pointer)
    _open_brackets(found, element)
    item = Children(element, "", _name)
    item.put(found, "id", *_IDS)
    found.put("id", element.get(_ABOUT, "").strip(), "/@rdf:about")
    _read_links(found, item, feed.base)
    item.put(found, "title", "title", "dc:title", "media:title", read=line_of)
    found.put("language", _own_language(element), "/@xml:lang")
    read_pictures(found, item, feed.base)
    _read_texts(found, item)
    _read_authors(found, item)
    _read_categories(found, item)
    item.put(found, "published_at", *_PUBLISHED, read=date_of)
    item.put(found, "updated_at", *_UPDATED, read=date_of)
    item.put(found, "source", "source", read=title_of)
    item.put(found, "rights", *_RIGHTS, read=line_of)
    item.put(found, "language", "dc:language")
    for field, value in (("authors", feed.authors), ("rights", feed.rights), ("language", feed.language)):
        if value and field not in found.values:
            found.values[field] = value
            found.places[field] = feed.place
    item.lose_rest(found)
    return complete(found)


def _open_brackets(found: Found, element: etree._Element) -> None:
    """Lets what stands in an element that only groups others stand beside it."""
    for bracket in [child for child in element if _name(child) in _BRACKETS][:MOST_ENTRIES]:
        element.extend(most(found, list(bracket), f"/{_name(bracket)}"))
        element.remove(bracket)


def _own_language(item: etree._Element) -> str | None:
    """The xml:lang of the content, or else of the item."""
    tagged = (one.get(LANGUAGE) for one in (*item.iterchildren("{*}content"), item))
    return next((language for language in tagged if language), None)


def _read_links(found: Found, item: Children, base: str) -> None:
    """The page for people: the link without another relation, else an id that is an address."""
    links = item.few(found, "link")
    pages = [one for one in links if one.get("rel", "alternate").lower() == "alternate"]
    item.put(found, "url", "feedburner:origLink")
    offer(found, "url", [address(one, one.get("href") or one.text or "", base) for one in pages], "/link")
    is_permalink = all(one.get("isPermaLink", "").lower() != "false" for one in item.all("guid"))
    if is_permalink and "url" not in found.values and is_web(found.values.get("id")):
        found.put("url", found.values["id"], found.places["id"].removeprefix(found.pointer))
    if any(one not in pages and not is_picture(one) for one in links):
        found.lost("/link", "is not the address of the page")


def _read_texts(found: Found, item: Children) -> None:
    """The content is the body, and the description beside it the summary; a description alone is the body."""
    bodies, summaries = _texts(found, item, _BODIES), _texts(found, item, _SUMMARIES)
    if not bodies:
        bodies, summaries = summaries, []
    for place, text in bodies[:1]:
        found.put("body", text.text, place)
        found.put("headings", list(text.headings), place)
        found.put("image", text.image, place)
    for place, text in summaries[:1]:
        if text.text != found.values["body"]:
            found.put("summary", text.text, place)
    for place, _ in (*bodies[1:], *summaries[1:]):
        found.lost(place, "another is used instead")


def _texts(found: Found, item: Children, names: tuple[str, ...]) -> list[tuple[str, HtmlText]]:
    """The texts in elements of these names, each with its place."""
    texts = []
    for name in names:
        for one in item.few(found, name)[:5]:
            if not is_text(one):
                found.lost(f"/{name}", "is no text, or stands at another address")
            elif (text := read_text(one)).text:
                texts.append((f"/{name}", text))
    return texts


def _read_authors(found: Found, item: Children) -> None:
    for name in ("dc:creator", "author", "itunes:author"):
        people = [person(one) for one in item.few(found, name)]
        if "" in people:
            found.lost(f"/{name}", "has no name in it")
        put_list(found, "authors", people, f"/{name}")


def _read_categories(found: Found, item: Children) -> None:
    """Categories of a scheme are subjects, those of none plain tags."""
    subjects, tags = [], []
    for name in _CATEGORIES:
        for one in item.few(found, name):
            term = one.get("term", "").strip() or text_of(one)
            label, scheme = one.get("label", "").strip() or term, one.get("scheme") or one.get("domain")
            if scheme:
                subjects.append(subject(label, term, scheme, "category"))
            else:
                tags.append(label)
    listed = item.all("media:keywords", "itunes:keywords")
    tags += [word.strip() for one in listed for word in text_of(one).split(",")]
    put_subjects(found, most(found, subjects, "/category"), "/category")
    put_list(found, "tags", most(found, tags, "/category"), "/category")
