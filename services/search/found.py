"""What OpenSearch answers, as the answers of the reading room: pure functions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from services.index.asked import Asked
from services.index.facets import ALTERNATIVES, choices, ends_at
from services.search.model import ArticleView, DateBucket, DateFacet, Facets, FacetValue, GivenTag, Hit, VersionSummary

Label = Callable[[str, str], str]
"""What people call a value of a facet: `label("languages", "en")` is `English`."""
_RULES = {"demonym": "as an adjective", "metonym": "by its capital", "city": "by one of its cities"}
_OTHERS = 3


def hit(raw: Mapping[str, Any], copies: tuple[int, Sequence[Mapping[str, Any]]] = (1, ())) -> Hit:
    """One hit of a search; `copies` are how many of its cluster were found and the best of them, itself included."""
    source, marked = raw["_source"], raw.get("highlight", {})
    number, others = copies
    return Hit.model_validate(
        {
            **source,
            "title_html": marked.get("title", [escape(source["title"])])[0],
            "snippets_html": marked.get("body", ()),
            "corrected": bool(source.get("supersedes")),
            "score": raw.get("_score"),
            "copies": number - 1,
            "also": [one for one in others if one["id"] != source["id"]][:_OTHERS],
        }
    )


def marks_of(raw: Sequence[Mapping[str, Any]], collapse: bool) -> list[str]:
    """What tells each hit from the others: its cluster where those are shown once, else its id."""
    sources = [one["_source"] for one in raw]
    return [(collapse and one.get("cluster_id")) or one["id"] for one in sources]


def facets(counted: Mapping[str, Any], asked: Asked, label: Label) -> Facets:
    """The facets out of their aggregations."""
    groups = {
        name: _values(choices(counted[name], getattr(asked, name)), name, getattr(asked, name), label)
        for name in ("tags", *ALTERNATIVES)
    }
    return Facets(**groups, dates=dates(counted["dates"]))


def dates(counted: Mapping[str, Any]) -> DateFacet:
    """Articles over time."""
    interval = str(counted["interval"])
    starts = [(datetime.fromisoformat(one["key_as_string"]), one["doc_count"]) for one in counted["buckets"]]
    buckets = [DateBucket(since=start, until=ends_at(start, interval), count=count) for start, count in starts]
    return DateFacet(interval=interval, buckets=tuple(buckets))


def article(
    source: Mapping[str, Any], cluster: Sequence[Hit], versions: Sequence[VersionSummary], label: Callable[[str], str]
) -> ArticleView:
    """The whole article, with the reason of each of its tags."""
    return ArticleView.model_validate(
        {
            **source,
            "title_html": escape(source["title"]),
            "corrected": bool(source.get("supersedes")),
            "tags": given_tags(source, label),
            "cluster": cluster,
            "versions": versions,
            "related": f"/v1/related/{quote(source['id'], safe='')}",
        }
    )


def given_tags(source: Mapping[str, Any], label: Callable[[str], str]) -> list[GivenTag]:
    """Every tag, those from the text with their place."""
    found = {one["slug"]: one for one in source.get("auto_tags", ())}
    return [_given_tag(slug, found.get(slug), label(slug)) for slug in source.get("tags", ())]


def version(entry: Mapping[str, Any]) -> VersionSummary:
    """A version, without its text."""
    return VersionSummary.model_validate({**entry, "title": entry.get("article", {}).get("title")})


def shown_version(source: Mapping[str, Any]) -> VersionSummary:
    """The version that an article is shown in."""
    kind = "published" if source.get("supersedes") is None else "corrected"
    return VersionSummary.model_validate({**source, "kind": kind})


def is_open(entry: Mapping[str, Any], now: datetime) -> bool:
    """Whether a version may be read: no embargo of it goes on."""
    until = entry.get("article", {}).get("embargoed_until")
    return until is None or datetime.fromisoformat(until) <= now


def _given_tag(slug: str, found: Mapping[str, Any] | None, label: str) -> GivenTag:
    if found is None:
        return GivenTag(slug=slug, label=label, origin="publisher", reason="given by the publisher")
    where = "in the title" if found["field"] == "title" else "in the text"
    how = _RULES.get(found["rule"])
    reason = f"“{found['text']}” {where}" + (f", {how}" if how else "")
    return GivenTag.model_validate({**found, "label": label, "origin": "text", "reason": reason})


def _values(counts: Mapping[str, int], name: str, chosen: Sequence[str], label: Label) -> tuple[FacetValue, ...]:
    return tuple(
        FacetValue(value=value, label=label(name, value), count=count, selected=value in chosen)
        for value, count in counts.items()
    )
