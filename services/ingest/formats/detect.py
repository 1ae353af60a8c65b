"""Which format a body is in: by Content-Type, and for JSON and generic XML by what is inside."""

from collections.abc import Mapping
from typing import Any

JSON_TYPES = frozenset({"application/json", "text/json", "application/x-json"})
NDJSON_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
XML_TYPES = frozenset({"application/xml", "text/xml", "application/rdf+xml"})
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
FORM_TYPE = "application/x-www-form-urlencoded"
MULTIPART_TYPE = "multipart/form-data"

_NINJS_KEYS = frozenset(
    "pubstatus pubStatus versioncreated versionCreated firstcreated firstCreated contentcreated contentCreated "
    "contentmodified body_html body_xhtml body_text bodies headlines usageterms representationtype "
    "representationType altids altIds infosource infoSources edNote ednote".split()
)
_SCHEMA_ORG_KEYS = frozenset({"@context", "@graph", "@type"})
_WORDPRESS_DATES = frozenset({"date_gmt", "modified_gmt"})
_JSON_FEED_ITEM_KEYS = frozenset({"content_html", "content_text", "date_published", "external_url"})
_MICROPUB_ACTIONS = frozenset({"create", "update", "delete", "undelete"})
_FEED_ROOTS = frozenset({"rss", "RDF", "feed", "entry"})
_NEWSML_ROOTS = frozenset(
    {"newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "catalogItem", "planningItem"}
)


def family(media_type: str) -> str | None:
    """`json`, `ndjson`, `xml`, `html`, `text` or `form`; None for what is not taken."""
    if media_type in JSON_TYPES or media_type.endswith("+json"):
        return "json"
    if media_type in NDJSON_TYPES:
        return "ndjson"
    if media_type in HTML_TYPES:
        return "html"
    if media_type in XML_TYPES or media_type.endswith("+xml"):
        return "xml"
    return {"text/plain": "text", FORM_TYPE: "form", MULTIPART_TYPE: "form"}.get(media_type)


def json_format(value: object) -> str:
    """The format of one JSON value, by its key names; `native` where nothing speaks for another."""
    if not isinstance(value, Mapping):
        return "schema-org" if _is_linked_data(value) else "native"
    keys = value.keys()
    if keys & _SCHEMA_ORG_KEYS:
        return "schema-org"
    if _is_json_feed(value):
        return "json-feed"
    if _is_micropub(value):
        return "micropub"
    if _is_rendered(value.get("title")) or _is_rendered(value.get("content")) or keys & _WORDPRESS_DATES:
        return "wordpress"
    is_ninjs = keys & _NINJS_KEYS or ("uri" in keys and "body" not in keys)
    return "ninjs" if is_ninjs else "native"


def xml_format(root: str) -> str | None:
    """The format that a document with this root element (its local name) is in; None for what is not taken."""
    if root in _FEED_ROOTS:
        return "feed"
    if root in _NEWSML_ROOTS:
        return "newsml-g2"
    return {"nitf": "nitf", "urlset": "sitemap", "sitemapindex": "sitemap", "html": "html"}.get(root)


def _is_linked_data(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(v, Mapping) and v.keys() & _SCHEMA_ORG_KEYS for v in value)


def _is_json_feed(value: Mapping[str, Any]) -> bool:
    if "jsonfeed.org/version" in str(value.get("version", ""))[:100]:
        return True
    items = value.get("items")
    return isinstance(items, list) and any(isinstance(i, Mapping) and i.keys() & _JSON_FEED_ITEM_KEYS for i in items)


def _is_micropub(value: Mapping[str, Any]) -> bool:
    if ("properties" in value and "type" in value) or value.get("h") in ("entry", "h-entry"):
        return "body" not in value
    return "url" in value and value.get("action") in (*_MICROPUB_ACTIONS,) and "body" not in value


def _is_rendered(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value.keys() & {"rendered", "raw"})
