"""The article in a page's JSON-LD or microdata that is the page's own."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import orjson
from lxml.html import HtmlElement

from services.ingest.formats.page_words import folded
from services.ingest.formats.reading import Found
from services.ingest.formats.schema_org import read_schema_org

JSON_LD = "application/ld+json"
_MOST = 50
_TELLING = 15
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report)\s*$")
_LISTS = frozenset("author creator keywords articleSection about mentions image".split())
_LONG_TEXTS = frozenset(("articleBody", "text"))


def line(element: HtmlElement) -> str:
    """The element's text on one line."""
    return " ".join(element.text_content().split())


def address_path(address: object) -> str:
    """Host, path and query of an address, to compare; empty for that of a whole site."""
    with suppress(ValueError):
        parts = urlsplit(str(address))
        if path := parts.path.strip("/"):
            return f"{parts.netloc.removeprefix('www.')}/{path}?{parts.query}".lower()
    return ""


def json_ld_scripts(root: HtmlElement) -> list[HtmlElement]:
    """The elements that hold the page's JSON-LD."""
    return [e for e in root.iter("script") if (e.get("type") or "").partition(";")[0].strip().lower() == JSON_LD]


def linked_articles(root: HtmlElement, found: Found) -> list[Found]:
    """The articles in the page's JSON-LD; a script that is no JSON is told of."""
    articles: list[Found] = []
    for number, script in enumerate(json_ld_scripts(root)[:_MOST]):
        text, place = script.text, f"/script/{number}"
        if not text or text.isspace():
            continue
        try:
            articles += [one for one in read_schema_org(_json(text), place) if isinstance(one, Found)]
        except (ValueError, RecursionError) as problem:
            found.lost(place, f"not JSON, so it is not used: {problem}")
    return articles


def _json(text: str) -> Any:
    """JSON as it stands in scripts: within a comment or CDATA, a semicolon after it, line ends in its strings.

    Raises ValueError or RecursionError.
    """
    with suppress(ValueError):
        return orjson.loads(text)
    for mark in ("<!--", "-->", "<![CDATA[", "]]>"):
        text = text.replace(mark, "")
    value = json.loads(text.strip(" \t\r\n/*;"), strict=False)
    json.dumps(value, ensure_ascii=False).encode()  # json takes a lone surrogate for text
    return value


def microdata_articles(root: HtmlElement) -> list[Found]:
    """The articles that itemprop attributes tell of (HTML, 5.2), without their texts."""
    scopes = (e for e in root.xpath("//*[@itemscope]") if _ARTICLE_TYPE.search(e.get("itemtype") or ""))
    items = (_item(scope) for scope in islice(scopes, _MOST))
    return [one for item in items for one in read_schema_org(item, "/itemscope") if isinstance(one, Found)]


def _item(scope: HtmlElement, depth: int = 0) -> dict[str, Any]:
    """The properties of one item as JSON-LD has them."""
    item: dict[str, Any] = {"@type": (scope.get("itemtype") or "").strip().rpartition("/")[2]}
    left = list(reversed(scope))
    while left:
        element = left.pop()
        is_item = element.get("itemscope") is not None
        for name in (element.get("itemprop") or "").split()[:5]:
            if name in _LONG_TEXTS or (name in item and name not in _LISTS):
                continue
            value = _item(element, depth + 1) if is_item and depth < 3 else _item_value(element)
            item[name] = [*item.get(name, ()), value][:_MOST] if name in _LISTS else value
        if not is_item:
            left.extend(reversed(element))
    return item


def _item_value(element: HtmlElement) -> str:
    given = (element.get(name) for name in ("content", "datetime", "href", "src"))
    return next((value for value in given if value), None) or line(element)


def of_this_page(articles: Sequence[Found], addresses: Sequence[str], titles: Sequence[str]) -> Found | None:
    """The article that has this page's address or headline; one that agrees in neither only if it is alone."""
    paths = {address_path(address) for address in addresses} - {""}
    heads = [folded(title) for title in titles]

    def agreement(article: Found) -> int:
        path, title = address_path(article.values.get("url")), folded(article.values.get("title"))
        of_address = 0 if not (path and paths) else 2 if path in paths else -1
        of_title = 0 if not (title and heads) else 2 if any(_agree(title, head) for head in heads) else -1
        return of_address + of_title

    best = max(articles, key=agreement, default=None)
    least = -1 if len(articles) == 1 else 1
    return best if best and agreement(best) >= least else None


def _agree(one: str, other: str) -> bool:
    """Whether one of two folded headlines is the beginning of the other."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _TELLING and longer.startswith(shorter))
