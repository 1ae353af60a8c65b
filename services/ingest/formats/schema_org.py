"""Articles of schema.org as JSON-LD (NewsArticle and its relatives), alone or somewhere in a graph."""

import re
from collections.abc import Mapping
from typing import Any

from schemas.reasons import Reason
from schemas.receipt import FieldWarning
from services.errors import Rejected
from services.ingest.formats.json_values import (
    complete,
    entries,
    put_list,
    put_subjects,
    take,
    take_plain,
    text,
    texts,
    whole_number,
)
from services.ingest.formats.linked_data import Graph, Node, article_nodes, flat, graph_of, is_article, local
from services.ingest.formats.linked_names import labels_in, names_in, words_in
from services.ingest.formats.reading import Found, escape, lose_rest, refusal
from services.ingest.formats.schema_org_texts import identify, put_body, put_image

_SOURCES = ("sourceOrganization", "provider", "publisher")
_RIGHTS = ("copyrightNotice", "copyrightHolder", "creditText", "license", "usageInfo")
_USED = frozenset(
    (
        "@context @graph @type type @id id url mainEntityOfPage identifier headline name alternativeHeadline "
        "description abstract articleBody text liveBlogUpdate author creator articleSection keywords "
        "about mentions contentLocation datePublished dateCreated dateModified expires inLanguage image thumbnailUrl "
        "dateline locationCreated genre correction version"
    ).split()
).union(_SOURCES, _RIGHTS)
_DATES = {
    "published_at": ("datePublished", "dateCreated"),
    "updated_at": ("dateModified",),
    "expires_at": ("expires",),
}
_ONE_EACH = (
    *("headline", "name", "alternativeHeadline", "description", "abstract", "version", "mainEntityOfPage"),
    *(key for keys in _DATES.values() for key in keys),
)
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LOOSE_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z+|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


def read_schema_org(value: Any, pointer: str) -> list[Found | Rejected]:
    """Every article in this JSON-LD, which stands at `pointer`; where there is none, one refusal that says so.

    Types and properties are those of schema.org; references by @id are followed within the document.
    """
    graph = graph_of(value)
    nodes = article_nodes(value, graph)
    if not nodes:
        detail = "holds no article of schema.org, such as a NewsArticle"
        return [refusal(Reason.INVALID_FIELD, pointer, detail)]
    return [_article(node, graph, pointer + place) for place, node in nodes]


def _article(node: Node, graph: Graph, pointer: str) -> Found | Rejected:
    found = Found(pointer)
    item = _single(found, flat(node))
    take_plain(found, "title", item, "headline", "name")
    take_plain(found, "subtitle", item, "alternativeHeadline")
    take_plain(found, "summary", item, "description", "abstract")
    for native, keys in _DATES.items():
        take(found, native, item, *keys)
        if isinstance(date := found.values.get(native), str):
            found.values[native] = _rfc_3339(date)
    identify(found, item)
    put_image(found, item, graph)
    put_body(found, item)
    _put_names(found, item, graph)
    _put_labels(found, item, graph)
    _put_language(found, item, graph)
    found.put("version", whole_number(found, item.get("version"), "/version"), "/version")
    lose_rest(found, item, _USED | {"hasPart"} if _has_articles(item.get("hasPart"), graph) else _USED)
    _respell(found, node)
    return complete(found)


def _respell(found: Found, node: Node) -> None:
    """Leads the places to the properties as they are written, which may be with a prefix."""
    names = {local(name): escape(name) for name in node if local(name) != name}
    if not names:
        return

    def respelled(pointer: str) -> str:
        name, between, rest = pointer.removeprefix(f"{found.pointer}/").partition("/")
        return f"{found.pointer}/{names.get(name, name)}{between}{rest}"

    found.places = {name: respelled(place) for name, place in found.places.items()}
    found.warnings = [FieldWarning(pointer=respelled(one.pointer), detail=one.detail) for one in found.warnings]


def _single(found: Found, item: dict[str, Any]) -> dict[str, Any]:
    """The same properties, those that the article has one of without the others in a list."""
    for key in _ONE_EACH:
        value = item.get(key)
        if isinstance(value, list):
            if len({one for one in value if isinstance(one, str)}) + sum(not isinstance(one, str) for one in value) > 1:
                found.lost(f"/{key}", "one is kept")
            item[key] = value[0] if value else None
    return item


def _rfc_3339(date: str) -> str:
    """The date as RFC 3339 where its digits were not (`2026-1-3 9:05:00 UTC`, `31.1.2026`); else as it stands."""
    if match := _DAY_FIRST.fullmatch(date.strip()):
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    match = _LOOSE_DATE.fullmatch(date.strip())
    if match is None:
        return date
    day = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    zone = match[6] if match[6] and match[6][0] in "+-" else "Z" if match[6] else ""
    return f"{day}T{int(match[4]):02}:{match[5]}{zone}" if match[4] else day


def _has_articles(parts: Any, graph: Graph) -> bool:
    """Whether parts of this article are articles, which are items of their own."""
    nodes = map(graph.resolved, parts if isinstance(parts, list) else [parts])
    return any(isinstance(node, Mapping) and is_article(node) for node in nodes)


def _put_names(found: Found, item: Node, graph: Graph) -> None:
    for key in ("author", "creator"):
        put_list(found, "authors", names_in(found, graph, item.get(key), f"/{key}"), f"/{key}")
    _put_first(found, "source", {key: names_in(found, graph, item.get(key), f"/{key}") for key in _SOURCES})
    places = {key: words_in(found, graph, item.get(key), f"/{key}") for key in ("dateline", "locationCreated")}
    _put_first(found, "dateline", places)
    put_list(found, "genre", words_in(found, graph, item.get("genre"), "/genre"), "/genre")
    for native, keys, between in (("rights", _RIGHTS, "\n"), ("correction", ("correction",), "\n\n")):
        said = {word: key for key in keys for word in words_in(found, graph, item.get(key), f"/{key}")}
        found.put(native, between.join(said), "/" + next(iter(said.values()), ""))


def _put_first(found: Found, native: str, said: Mapping[str, list[str]]) -> None:
    for key, words in said.items():
        if any(word != found.values.get(native, words[0]) for word in words):
            found.lost(f"/{key}", "another is used instead")
        found.put(native, words[0] if words else None, f"/{key}")


def _put_labels(found: Found, item: Node, graph: Graph) -> None:
    sections = texts(found, item.get("articleSection"), "/articleSection")
    found.put("section", sections[0] if sections else None, "/articleSection")
    tags, subjects = labels_in(found, graph, item)
    put_list(found, "tags", [*sections[1:], *tags], "/keywords" if item.get("keywords") else "/articleSection")
    put_subjects(found, subjects, "/about" if item.get("about") else "/keywords")


def _put_language(found: Found, item: Node, graph: Graph) -> None:
    """The first language; of a Language node the name that looks like a code (BCP 47)."""
    for place, one in entries(found, item.get("inLanguage"), "/inLanguage"):
        node = graph.resolved(one)
        said = graph.texts(node, "alternateName", "identifier", "name") if isinstance(node, Mapping) else [node]
        language = text(found, said[0] if said else None, place)
        if "language" in found.values and language != found.values["language"]:
            found.lost(place, "one language is kept")
        found.put("language", language, place)
