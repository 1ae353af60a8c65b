"""JSON Feed 1.0 and 1.1 (jsonfeed.org): each item is an article."""

from collections.abc import Mapping
from typing import Any

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.json_values import (
    complete,
    entries,
    is_web,
    only,
    own_id,
    put_html,
    put_list,
    take,
    take_plain,
    text,
    texts,
)
from services.ingest.formats.reading import Found, lose_rest, refusal

_USED = frozenset(
    "id url external_url title content_html content_text summary image banner_image date_published date_modified "
    "authors author tags language".split()
)
_MOST_AUTHORS = 20
_LONGEST_NAME = 200


def read_json_feed(value: Any, pointer: str) -> list[Found | Rejected]:
    """Every item of this feed, which stands at `pointer`. The feed's language and authors hold for items without.

    Raises Rejected where there is no list of items.
    """
    items = value.get("items") if isinstance(value, Mapping) else None
    if not isinstance(items, list):
        raise refusal(Reason.INVALID_FIELD, f"{pointer}/items", "expected a list of items")
    of_all = _of_all_items(value, pointer)
    return [_item(item, of_all, f"{pointer}/items/{number}") for number, item in enumerate(items)]


def _of_all_items(feed: Mapping[str, Any], pointer: str) -> Found:
    """What the feed says of each item that does not say it itself; since it goes to every item, it has an end."""
    found = Found(pointer)
    take(found, "language", feed, "language")
    _put_authors(found, feed)
    if len(found.values.get("language", "")) > _LONGEST_NAME:
        del found.values["language"]
    if "authors" in found.values:
        names = found.values["authors"][:_MOST_AUTHORS]
        found.values["authors"] = [name for name in names if len(name) <= _LONGEST_NAME]
    return found


def _item(item: Any, of_all: Found, pointer: str) -> Found | Rejected:
    if not isinstance(item, Mapping):
        return refusal(Reason.INVALID_FIELD, pointer, "expected an object with id, url and content")
    found = Found(pointer)
    _identify(found, item)
    if "id" not in found.values:
        return refusal(Reason.INVALID_FIELD, f"{pointer}/id", "has neither an id nor a url")
    take(found, "title", item, "title")
    take(found, "published_at", item, "date_published")
    take(found, "updated_at", item, "date_modified")
    take(found, "language", item, "language")
    take(found, "image", item, "image", "banner_image")
    _put_texts(found, item)
    _put_authors(found, item)
    put_list(found, "tags", texts(found, item.get("tags"), "/tags"), "/tags")
    lose_rest(found, item, _USED)
    for name, value in of_all.values.items():
        if name not in found.values:
            found.values[name] = list(value) if isinstance(value, list) else value
            found.places[name] = of_all.places[name]
    return complete(found)


def _identify(found: Found, item: Mapping[str, Any]) -> None:
    """The id and the address, which may serve as each other; the page that a link blog is about comes last."""
    found.put("id", own_id(found, item.get("id"), "/id"), "/id")
    take(found, "url", item, "url")
    if is_web(found.values.get("id")):
        found.put("url", found.values["id"], "/id")
    elif is_web(item.get("url")):
        found.put("id", item["url"], "/url")
    take(found, "url", item, "external_url")


def _put_texts(found: Found, item: Mapping[str, Any]) -> None:
    take_plain(found, "summary", item, "summary")
    html = text(found, item.get("content_html"), "/content_html")
    if html:
        put_html(found, html, "/content_html")
    take(found, "body", item, "content_text")


def _put_authors(found: Found, item: Mapping[str, Any]) -> None:
    """The authors (1.1), else the author (1.0)."""
    for key in ("authors", "author"):
        named = [_author(found, one, place) for place, one in entries(found, item.get(key), f"/{key}")]
        put_list(found, "authors", named, f"/{key}")


def _author(found: Found, value: Any, place: str) -> str | None:
    if not isinstance(value, Mapping):
        return text(found, value, place)
    name = text(found, value.get("name"), f"{place}/name")
    if name is None:
        found.lost(place, "has no name, so it is not used")
    else:
        only(found, value, place, "name")
    return name
