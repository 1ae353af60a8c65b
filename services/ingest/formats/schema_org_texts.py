"""An article of schema.org: how it is named, its picture and its text."""

import re
from collections.abc import Mapping
from typing import Any

from services.ingest.formats.json_values import entries, own_id, plain, put_text, text, texts, web_address
from services.ingest.formats.linked_data import Graph, Node, flat, id_of, only_of
from services.ingest.formats.reading import Found

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


def identify(found: Found, item: Node) -> None:
    """The address where people read it; the publisher's own id where there is none."""
    addresses = texts(found, item.get("url"), "/url")
    page = item.get("mainEntityOfPage")
    if isinstance(page, Mapping):
        only_of(found, page, "/mainEntityOfPage", "url", "id")
        page = id_of(page) or page.get("url")
    places = [*((one, "/url") for one in addresses), (page, "/mainEntityOfPage"), (id_of(item), "/@id")]
    for address, place in places:
        found.put("url", web_address(address), place)
    named = entries(found, item.get("identifier"), "/identifier")
    if "url" not in found.values:
        _put_own_id(found, item, named)
        found.put("url", addresses[0] if addresses else None, "/url")
    elif any(one != found.values["url"] for _, one in named):
        found.lost("/identifier", "is not used, because the address names the article")
    if any((web_address(one) or one) != found.values["url"] for one in addresses):
        found.lost("/url", "is not used: expected one http or https address")


def _put_own_id(found: Found, item: Node, named: list[tuple[str, Any]]) -> None:
    """An identifier, be it a text or a PropertyValue; else the @id, where that means the same everywhere."""
    for place, one in named:
        if "id" in found.values:
            found.lost(place, "one is kept")
        found.put("id", own_id(found, one.get("value") if isinstance(one, Mapping) else one, place), place)
    name = id_of(item)
    found.put("id", name if name and _ABSOLUTE.match(name) else None, "/@id")


def put_image(found: Found, item: Node, graph: Graph) -> None:
    """The first picture that has an address."""
    for key in ("image", "thumbnailUrl"):
        for place, one in entries(found, item.get(key), f"/{key}"):
            address = _picture(found, graph, one, place)
            if address is None:
                found.lost(place, "has no http address, so it is not used")
            elif found.values.get("image", address) != address:
                found.lost(place, "one picture is kept")
            found.put("image", address, place)


def _picture(found: Found, graph: Graph, value: Any, place: str) -> str | None:
    """The address of a picture, be it a text or an ImageObject; an @id with a fragment is none."""
    node = graph.resolved(value)
    if not isinstance(node, Mapping):
        return web_address(node)
    only_of(found, node, place, "url", "contentUrl")
    names = [one for one in (id_of(node),) if one and "#" not in one]
    addresses = [*graph.texts(node, "url"), *graph.texts(node, "contentUrl"), *names]
    return next(filter(None, map(web_address, addresses)), None)


def put_body(found: Found, item: Node) -> None:
    """The text; of a live blog without one its updates, each with its headline."""
    for key in ("articleBody", "text"):
        said = "\n\n".join(texts(found, item.get(key), f"/{key}"))
        if said and "body" in found.values:
            found.lost(f"/{key}", "another is used instead")
        elif said:
            put_text(found, said, f"/{key}")
    updates = item.get("liveBlogUpdate")
    if updates and "body" in found.values:
        found.lost("/liveBlogUpdate", "the text is used instead")
    elif updates:
        listed = updates if isinstance(updates, list) else [updates]
        read = [_update(found, one, f"/liveBlogUpdate/{number}") for number, one in enumerate(listed)]
        found.put("headings", [head for head, _ in read if head], "/liveBlogUpdate")
        found.put("body", "\n\n".join(part for pair in read for part in pair if part), "/liveBlogUpdate")


def _update(found: Found, value: Any, place: str) -> tuple[str, str]:
    """Headline and text of an entry of a live blog."""
    if not isinstance(value, Mapping):
        return "", plain(text(found, value, place) or "")
    item = flat(value)
    only_of(found, item, place, "headline", "articleBody", "datePublished", "url")
    head, body = (text(found, item.get(key), f"{place}/{key}") or "" for key in ("headline", "articleBody"))
    return " ".join(plain(head).split()), plain(body)
