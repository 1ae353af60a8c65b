"""The names behind a WordPress post's numbers: authors, categories, tags, its picture, its language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from services.ingest.formats.json_values import entries, is_web, put_list, take
from services.ingest.formats.linked_data import article_nodes, flat, graph_of
from services.ingest.formats.reading import Found, escape

_ASK = "holds numbers whose names are not here: ask WordPress for the post with ?_embed"
_EMBEDDED = frozenset({"author", "wp:term", "wp:featuredmedia"})
_NO_TAGS = frozenset({"category", "post_format"})


def put_names(found: Found, item: Mapping[str, Any]) -> None:
    """Whatever names are there: embedded ones, else those in the post itself, in its classes, or from Yoast SEO."""
    embedded, seo = _object(item.get("_embedded")), _object(item.get("yoast_head_json"))
    article = _article(seo.get("schema"))
    for key in (key for key in embedded if key not in _EMBEDDED):
        found.lost(f"/_embedded/{escape(key)}")
    authors = _named(found, embedded.get("author"), "/_embedded/author")
    put_list(found, "authors", _first(found, item, "author", authors, _strings(seo.get("author"))), "/author")
    _put_terms(found, item, embedded, article)
    _put_image(found, item, embedded, seo)
    take(found, "language", item, "lang")
    for language in (article.get("inLanguage"), seo.get("og_locale")):
        found.put("language", language if isinstance(language, str) else None, "/yoast_head_json")


def _put_terms(found: Found, item: Mapping[str, Any], embedded: Mapping[str, Any], article: Mapping[str, Any]) -> None:
    """Categories, of which the first is the section, tags, and the terms of taxonomies of the publisher's own."""
    terms: dict[str, list[str]] = {"category": [], "post_tag": []}
    for place, group in entries(found, embedded.get("wp:term"), "/_embedded/wp:term"):
        for where, term in entries(found, group, place):
            taxonomy = _object(term).get("taxonomy")
            terms.setdefault(taxonomy if isinstance(taxonomy, str) else "", []).extend(_named(found, term, where))
    classes = _strings(item.get("class_list"))
    categories = (terms["category"], _after("category-", classes), _strings(article.get("articleSection")))
    sections = _first(found, item, "categories", *categories)
    tags = _first(
        found, item, "tags", terms.pop("post_tag"), _after("tag-", classes), _strings(article.get("keywords"))
    )
    others = [name for taxonomy, names in terms.items() if taxonomy not in _NO_TAGS for name in names]
    found.put("section", sections[0] if sections else None, "/categories")
    put_list(found, "tags", [*sections[1:], *tags, *others], "/tags")


def _first(found: Found, item: Mapping[str, Any], key: str, embedded: list[str], *others: list[str]) -> list[str]:
    """The first of these lists that is not empty, names that stand in the post itself second."""
    own = entries(found, item.get(key), f"/{key}")
    given = [name for _, one in own for name in _strings(_object(one).get("name", one))]
    names = next(filter(None, (embedded, given, *others)), [])
    if not names and any(one != 0 for _, one in own):
        found.lost(f"/{key}", _ASK)
    return names


def _put_image(found: Found, item: Mapping[str, Any], embedded: Mapping[str, Any], seo: Mapping[str, Any]) -> None:
    media = [_object(one).get("source_url") for _, one in entries(found, embedded.get("wp:featuredmedia"), "")[:1]]
    og_images = seo.get("og_image")
    other = _object(og_images[0]).get("url") if isinstance(og_images, list) and og_images else None
    for address in (*media, item.get("jetpack_featured_media_url"), other):
        found.put("image", address if is_web(address) else None, "/featured_media")
    if "image" not in found.values and item.get("featured_media") not in (None, 0, "", [], {}):
        found.lost("/featured_media", _ASK)


def _named(found: Found, value: Any, place: str) -> list[str]:
    """The names of embedded objects; WordPress puts an error there for what it does not show to everyone."""
    names = []
    for where, one in entries(found, value, place):
        said = _strings(_object(one).get("name"))
        if not said:
            found.lost(where, "has no name, so it is not used")
        names += said
    return names


def _after(start: str, classes: list[str]) -> list[str]:
    """The labels in the post's classes; a number is the name of none."""
    labels = [unquote(name.removeprefix(start)) for name in classes if name.startswith(start)]
    return [label for label in labels if not label.isdigit()]


def _article(schema: Any) -> Mapping[str, Any]:
    """The article in what Yoast SEO says of the page, or nothing."""
    nodes = article_nodes(schema, graph_of(schema))
    return flat(nodes[0][1]) if nodes else {}


def _strings(value: Any) -> list[str]:
    listed = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    return [one for one in listed[:200] if isinstance(one, str) and one.strip()]


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
