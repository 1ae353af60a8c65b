"""A post as WordPress's REST API gives it (`/wp-json/wp/v2/posts/7?_embed`)."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.html_text import html_text
from services.ingest.formats.json_values import complete, is_web, own_id, put_html, take, text
from services.ingest.formats.reading import Found, lose_rest, refusal
from services.ingest.formats.wordpress_names import put_names

_USED = frozenset(
    (
        "id guid link date date_gmt modified modified_gmt status title content excerpt author categories tags "
        "featured_media jetpack_featured_media_url lang class_list yoast_head_json _embedded"
    ).split()
)
_PLUMBING = frozenset(
    (
        "_links slug type template comment_status ping_status sticky format generated_slug permalink_template "
        "password yoast_head"
    ).split()
)
"""What tells how WordPress keeps the post, and what stands elsewhere in it too."""
_HIDDEN = ("draft", "pending", "private", "auto-draft")
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\s*\Z", re.IGNORECASE)


def read_wordpress(value: Any, pointer: str) -> list[Found | Rejected]:
    """The one post of this JSON, which stands at `pointer`; drafts, private and protected posts are refused.

    A post in the trash is a withdrawal. One that is scheduled is embargoed until then.
    """
    if not isinstance(value, Mapping):
        return [refusal(Reason.INVALID_FIELD, pointer, "expected an object with title and content")]
    status = value.get("status", "publish")
    if status not in ("publish", "future", "trash"):
        why = "the post is not public" if status in _HIDDEN else "expected publish, future or trash"
        return [refusal(Reason.INVALID_FIELD, f"{pointer}/status", why)]
    found = Found(pointer)
    _identify(found, value)
    _put_dates(found, value)
    if status == "trash":
        return [_withdrawal(found)]
    if isinstance(content := value.get("content"), Mapping) and content.get("protected") not in (None, False):
        detail = "the post is behind a password, so it is not taken"
        return [refusal(Reason.INVALID_FIELD, f"{pointer}/content/protected", detail)]
    if status == "future":
        found.put("embargoed_until", found.values.get("published_at"), "/date_gmt")
        if "embargoed_until" not in found.values:
            return [refusal(Reason.INVALID_FIELD, f"{pointer}/date_gmt", "the post is scheduled, but for no time")]
    put_names(found, value)
    _put_texts(found, value)
    lose_rest(found, value, _USED | _PLUMBING)
    return [complete(found)]


def _identify(found: Found, item: Mapping[str, Any]) -> None:
    """The guid, which stays when the address changes; WordPress's number where there is no address either."""
    guid, place = _rendered(found, item, "guid")
    found.put("id", unescape(guid).strip() if guid else None, place)
    take(found, "url", item, "link")
    if not is_web(found.values.get("url")):
        found.put("id", own_id(found, item.get("id"), "/id"), "/id")


def _put_dates(found: Found, item: Mapping[str, Any]) -> None:
    for native, key in (("published_at", "date"), ("updated_at", "modified")):
        for name in (f"{key}_gmt", key):
            date = text(found, item.get(name), f"/{name}")
            if native in found.values or date is None or date.startswith("0000"):
                continue
            found.put(native, date, f"/{name}")
            if name == key and not _ZONE.search(date):
                found.lost(f"/{name}", f"has no zone, so it was read as UTC; {key}_gmt is better")


def _withdrawal(found: Found) -> Found | Rejected:
    """The post taken back at its last change; the address of a post in the trash is another than it was."""
    name = next((name for name in ("id", "url") if name in found.values), None)
    if name is None:
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}/guid", "names no post to withdraw")
    withdrawal = Found(found.pointer, kind="withdrawal", warnings=found.warnings)
    for native, source in ((name, name), ("at", "updated_at")):
        if source in found.values:
            withdrawal.values[native] = found.values[source]
            withdrawal.places[native] = found.places[source]
    return withdrawal


def _put_texts(found: Found, item: Mapping[str, Any]) -> None:
    for native, key in (("title", "title"), ("summary", "excerpt")):
        html, place = _rendered(found, item, key)
        words = html_text(html).text if html else ""
        found.put(native, " ".join(words.split()) if native == "title" else words.removesuffix("[…]").rstrip(), place)
    html, place = _rendered(found, item, "content")
    if html:
        put_html(found, html, place)


def _rendered(found: Found, item: Mapping[str, Any], key: str) -> tuple[str | None, str]:
    """A field's HTML and its place: as readers get it, or else as it was written; a text alone is taken too."""
    value = item.get(key)
    if not isinstance(value, Mapping):
        return text(found, value, f"/{key}"), f"/{key}"
    name = next((name for name in ("rendered", "raw") if value.get(name) not in (None, "")), "rendered")
    return text(found, value.get(name), f"/{key}/{name}"), f"/{key}/{name}"
