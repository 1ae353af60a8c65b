"""What somebody who is still typing may mean: pure functions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_TITLES, _TAGS = 6, 8
_SPECIAL = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^$-]')


def titles_body(text: str) -> dict[str, Any]:
    """The body of a `_search` for titles with these words, the last of which may be going on; newest first."""
    return {
        "size": _TITLES,
        "track_total_hits": False,
        "query": {"multi_match": {"query": text, "type": "bool_prefix", "operator": "and", "fields": ["title.exact"]}},
        "sort": [{"recency_at": "desc"}, {"id": "asc"}],
        "collapse": {"field": "cluster_id"},
        "_source": ["id", "title"],
    }


def tags_body(begun: str, named: Sequence[str], size: int = _TAGS) -> dict[str, Any]:
    """The body of a `_search` that counts the tags which begin so, and those of `named`, in two aggregations."""

    def counted(include: str | list[str]) -> dict[str, Any]:
        return {"terms": {"field": "tags", "size": size, "include": include}}

    begins = {"begun": counted(f"{_SPECIAL.sub(_escaped, begun)}.*")}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"match_all": {}},
        "aggs": {**begins, **({"named": counted(list(named))} if named else {})},
    }


def tag_counts(aggregations: Mapping[str, Any], size: int = _TAGS) -> dict[str, int]:
    """The tags out of the answer, the most frequent first."""
    buckets = [bucket for facet in aggregations.values() for bucket in facet["buckets"]]
    counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}
    return dict(sorted(counts.items(), key=lambda tag: (-tag[1], tag[0]))[:size])


def _escaped(special: "re.Match[str]") -> str:
    return f"\\{special[0]}"
