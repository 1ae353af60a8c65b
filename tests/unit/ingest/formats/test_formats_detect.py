"""Which format a body is in."""

from typing import Any

import pytest

from services.ingest.formats.detect import family, json_format, xml_format

JSON: list[tuple[str, Any]] = [
    ("native", {"title": "t", "body": "b"}),
    ("native", {"title": "t", "body": "b", "version": 3, "url": "https://q.example/"}),
    ("native", {"title": "t", "body": "b", "url": "https://q.example/", "action": "delete"}),
    ("native", {}),
    ("native", {"uri": "urn:x:1", "title": "t", "body": "b"}),
    ("ninjs", {"uri": "urn:x:1", "headline": "h"}),
    ("native", {"items": "none"}),
    ("native", {"items": [{"title": "t", "body": "b"}]}),
    ("native", [1, "x", None]),
    ("native", [{"title": "t", "body": "b"}]),
    ("native", "text"),
    ("native", None),
    ("schema-org", {"@context": "https://schema.org", "@type": "NewsArticle"}),
    ("schema-org", {"@graph": []}),
    ("schema-org", {"@type": ["NewsArticle"], "headline": "h"}),
    ("schema-org", [{"@type": "BreadcrumbList"}, {"@type": "NewsArticle"}]),
    ("json-feed", {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": []}),
    ("json-feed", {"version": "http://jsonfeed.org/version/1"}),
    ("json-feed", {"title": "t", "items": [{"id": "1", "content_text": "x"}]}),
    ("json-feed", {"items": [{"id": "1", "content_html": "x"}, 7]}),
    ("micropub", {"type": ["h-entry"], "properties": {}}),
    ("micropub", {"action": "update", "url": "https://q.example/1", "replace": {}}),
    ("micropub", {"action": "undelete", "url": "https://q.example/1"}),
    ("wordpress", {"id": 1, "title": {"rendered": "t"}, "content": {"rendered": "c"}}),
    ("wordpress", {"id": 1, "content": {"raw": "c"}}),
    ("wordpress", {"id": 1, "date_gmt": "2026-01-31T09:00:00"}),
    ("ninjs", {"uri": "urn:x:1", "pubstatus": "usable", "headline": "h"}),
    ("ninjs", {"uri": "urn:x:1", "headlines": [{"value": "h"}]}),
    ("ninjs", {"uri": "urn:x:1", "versionCreated": "2026-01-31T09:00:00Z"}),
    ("ninjs", {"uri": "urn:x:1", "body_xhtml": "<p>b</p>"}),
]
TYPES = [
    ("application/json", "json"),
    ("application/ld+json", "json"),
    ("application/feed+json", "json"),
    ("application/mf2+json", "json"),
    ("text/json", "json"),
    ("application/x-ndjson", "ndjson"),
    ("application/jsonl", "ndjson"),
    ("application/xml", "xml"),
    ("text/xml", "xml"),
    ("application/rss+xml", "xml"),
    ("application/atom+xml", "xml"),
    ("application/vnd.iptc.g2.newsitem+xml", "xml"),
    ("text/html", "html"),
    ("application/xhtml+xml", "html"),
    ("text/plain", "text"),
    ("application/x-www-form-urlencoded", "form"),
    ("multipart/form-data", "form"),
    ("", None),
    ("image/png", None),
    ("application/octet-stream", None),
    ("application/json5", None),
]
ROOTS = [
    ("rss", "feed"),
    ("RDF", "feed"),
    ("feed", "feed"),
    ("entry", "feed"),
    ("newsItem", "newsml-g2"),
    ("newsMessage", "newsml-g2"),
    ("packageItem", "newsml-g2"),
    ("nitf", "nitf"),
    ("urlset", "sitemap"),
    ("sitemapindex", "sitemap"),
    ("html", "html"),
    ("NewsML", None),
    ("opml", None),
    ("RSS", None),
]


@pytest.mark.parametrize(("name", "value"), JSON)
def test_json_is_told_apart_by_its_keys(name: str, value: Any) -> None:
    assert json_format(value) == name


@pytest.mark.parametrize(("media_type", "name"), TYPES)
def test_a_content_type_belongs_to_a_family(media_type: str, name: str | None) -> None:
    assert family(media_type) == name


@pytest.mark.parametrize(("root", "name"), ROOTS)
def test_xml_is_told_apart_by_its_root(root: str, name: str | None) -> None:
    assert xml_format(root) == name
