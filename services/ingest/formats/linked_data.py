"""JSON-LD as publishers write it: nodes, the references between them, and which of them are articles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.ingest.formats.json_values import only
from services.ingest.formats.reading import Found, escape

Node = Mapping[str, Any]
PREFIXES = ("", "schema:", "http://schema.org/", "https://schema.org/")
_ARTICLES = frozenset(
    "Article AdvertiserContentArticle NewsArticle AnalysisNewsArticle AskPublicNewsArticle BackgroundNewsArticle "
    "OpinionNewsArticle ReportageNewsArticle ReviewNewsArticle Report SatiricalArticle ScholarlyArticle "
    "MedicalScholarlyArticle SocialMediaPosting BlogPosting LiveBlogPosting DiscussionForumPosting TechArticle "
    "APIReference".split()
)
_CONTAINERS = (
    "@graph",
    "@included",
    "mainEntity",
    "itemListElement",
    "item",
    "blogPost",
    "blogPosts",
    "hasPart",
    "dataFeedElement",
)
_DEEPEST = 40
"""Steps of a pointer: lists and objects within each other, further than any publisher goes."""
_LONGEST = 2000
"""A node is written once and may be referred to by every article: what is read out of it has an end."""
_OF_A_REFERENCE = frozenset({"@id", "id", "@type", "type"})


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of a document by their @id."""

    nodes: Mapping[str, Node]

    def value(self, node: Node, name: str) -> Any:
        """What a property holds, be its name prefixed or not; None where there is none."""
        return _opened(next((node[prefix + name] for prefix in PREFIXES if prefix + name in node), None))

    def texts(self, node: Node, *names: str) -> list[str]:
        """The texts of the first of these properties that has any; at most 10, and none of over 2,000 characters."""
        for name in names:
            value = self.value(node, name)
            listed = value[:10] if isinstance(value, list) else [value]
            read = [one for one in map(_opened, listed) if isinstance(one, str)]
            if said := [one for one in read if len(one) <= _LONGEST and one.strip()]:
                return said
        return []

    def resolved(self, value: Any) -> Any:
        """The node that a mere reference, or a text that is an @id, stands for; anything else as it is."""
        if isinstance(value, str):
            return self.nodes.get(value, value)
        if not isinstance(value, Mapping) or not value.keys() <= _OF_A_REFERENCE:
            return value
        return self.nodes.get(id_of(value) or "", value)


def graph_of(value: Any) -> Graph:
    """Every node with an @id in this JSON; of several with the same one, that which says the most."""
    nodes: dict[str, Node] = {}
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, Mapping):
            left.extend(one.values())
            name = id_of(one)
            if name is not None and len(one) > len(nodes.get(name, ())):
                nodes[name] = one
        elif isinstance(one, list):
            left.extend(one)
    return Graph(nodes)


def article_nodes(value: Any, graph: Graph) -> list[tuple[str, Node]]:
    """Each article in this JSON with its place: alone, in lists and graphs, in pages, blogs and lists of items."""
    articles = []
    seen: set[int] = set()
    left = [("", value)]
    while left:
        place, one = left.pop()
        one = graph.resolved(one)
        if id(one) in seen or not isinstance(one, Mapping | list) or place.count("/") > _DEEPEST:
            continue
        seen.add(id(one))
        if isinstance(one, list):
            left.extend(reversed([(f"{place}/{number}", entry) for number, entry in enumerate(one)]))
            continue
        if is_article(one):
            articles.append((place, one))
        left.extend(reversed(list(_parts(one, place))))
    return articles


def is_article(node: Node) -> bool:
    """Whether this is an Article of schema.org, a kind of it, or a work of another kind that has an article's text."""
    types = types_of(node)
    if types & _ARTICLES:
        return True
    has_headline, has_body = (any(prefix + name in node for prefix in PREFIXES) for name in ("headline", "articleBody"))
    return has_headline and (has_body or "CreativeWork" in types)


def types_of(node: Node) -> set[str]:
    """The names of its types, without the vocabulary that they are of."""
    value = node.get("@type", node.get("type"))
    named = value[:10] if isinstance(value, list) else [value]
    return {one[max(one.rfind(mark) for mark in "/#:") + 1 :] for one in named if isinstance(one, str)}


def id_of(node: Node) -> str | None:
    """Its @id."""
    name = node.get("@id", node.get("id"))
    return name if isinstance(name, str) and name else None


def flat(node: Node) -> dict[str, Any]:
    """The node's properties by their names without a prefix, JSON-LD's lists and value objects opened."""
    return {local(name): opened(value) for name, value in node.items()}


def only_of(found: Found, node: Node, place: str, *used: str) -> None:
    """Does as `only` for a node, whose properties may have a prefix."""
    only(found, {local(name): value for name, value in islice(node.items(), 30)}, place, *used, "@type", "@id")


def opened(value: Any) -> Any:
    """What a JSON-LD value object, list or set holds, lists in lists as one; anything else as it is."""
    held = _opened(value)
    if not isinstance(held, list):
        return held
    return [_opened(one) for entry in held for one in (entry if isinstance(entry, list) else [entry])]


def _opened(value: Any) -> Any:
    if isinstance(value, Mapping):
        return next((value[key] for key in ("@value", "@list", "@set") if key in value), value)
    return value


def local(name: str) -> str:
    """The name of a property without its prefix."""
    prefix = next((prefix for prefix in PREFIXES[1:] if name.startswith(prefix)), "") if ":" in name else ""
    return name[len(prefix) :]


def _parts(node: Node, place: str) -> Iterator[tuple[str, Any]]:
    for name in _CONTAINERS:
        for key in (prefix + name for prefix in PREFIXES) if name[0] != "@" else (name,):
            if key in node:
                yield f"{place}/{escape(key)}", node[key]
