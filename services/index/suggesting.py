"""What somebody who is still typing may mean, and what somebody meant whose line finds nothing: pure functions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.index.asked import Asked, parse
from services.index.scoring import matching

_TITLES, _TAGS, _SPELLINGS = 6, 8, 3
_SHORTEST = 4
"""Letters in a word that may be misspelt: of shorter ones too many are another word."""
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


def spellings_body(line: str) -> dict[str, Any] | None:
    """The body of a `_search` that suggests other spellings of a line's words; None where it has none."""
    parts = parse(line)
    words = " ".join((parts.words, *parts.phrases)).strip()
    if not words:
        return None
    likely = {
        "field": "title.exact",
        "suggest_mode": "popular",
        "min_word_length": _SHORTEST,
        "prefix_length": 1,
    }
    phrase = {
        "field": "title.exact",
        "gram_size": 1,  # the field keeps words, not their order
        "size": _SPELLINGS,
        "max_errors": 0.9,
        "confidence": 0,
        "direct_generator": [likely],
    }
    return {"size": 0, "track_total_hits": False, "suggest": {"text": words, "spelling": {"phrase": phrase}}}


def spelt_lines(line: str, answer: Mapping[str, Any]) -> list[str]:
    """The line in other spellings, the likeliest first, its exclusions kept; none that are the line itself."""
    excluded = "".join(f" -{word}" for word in parse(line).excluded)
    options = [option["text"] for entry in answer["suggest"]["spelling"] for option in entry["options"]]
    lines = dict.fromkeys(f"{option}{excluded}" for option in options)
    return [spelt for spelt in lines if spelt.casefold() != line.strip().casefold()]


def finds_body(asked: Asked, line: str) -> dict[str, Any]:
    """The body of a `_search` that tells whether this line would find anything."""
    query = {"bool": {"filter": [matching(replace(asked, line=line))]}}
    return {"size": 0, "track_total_hits": 1, "terminate_after": 1, "query": query}


def _escaped(special: "re.Match[str]") -> str:
    return f"\\{special[0]}"
