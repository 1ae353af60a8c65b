"""What a person typed, as an OpenSearch query: pure functions, every shape with its reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.index.acronyms import ambiguous_acronyms

_PHRASE = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')
_EXCLUDED = re.compile(r"(?<!\S)-(?=\S)(\S+)")
_WORD = re.compile(r"[^\W_]")

PHRASE_FIELDS = ["title^3", "summary", "body"]
WORD_FIELDS = ["title^3", "tags.text^2", "summary^1.5", "body"]
_COLLAPSED: dict[str, Any] = {
    "collapse": {"field": "cluster_id", "inner_hits": {"name": "cluster", "size": 3, "_source": ["id", "publisher"]}},
    "aggs": {"clusters": {"cardinality": {"field": "cluster_id", "precision_threshold": 40_000}}},
}
SHOWN = ["id", "title", "published_at", "publisher", "source", "tags", "url", "version", "language", "summary"]


@dataclass(frozen=True, slots=True)
class Parts:
    """A search line taken apart."""

    words: str
    phrases: tuple[str, ...]
    excluded: tuple[str, ...]


def parse(line: str) -> Parts:
    """Words, "phrases" and -exclusions; punctuation that means nothing is no error."""
    phrases = tuple(phrase.strip() for phrase in _PHRASE.findall(line) if _WORD.search(phrase))
    rest = _PHRASE.sub(" ", line)
    excluded = tuple(word for word in _EXCLUDED.findall(rest) if _WORD.search(word))
    words = " ".join(word for word in _EXCLUDED.sub(" ", rest).split() if _WORD.search(word))
    return Parts(words, phrases, excluded)


def search_body(
    line: str,
    tags: Sequence[str] = (),
    size: int = 10,
    start: int = 0,
    sort: Literal["relevance", "date"] = "relevance",
    collapse: bool = False,
) -> dict[str, Any]:
    """The body of a `_search` on the alias `articles`.

    `*` or an empty line finds everything that carries all the tags; a line of nothing but punctuation finds nothing.
    `collapse` shows the best article of each cluster, with three of it among its inner hits `cluster`, and counts the
    clusters in the aggregation `clusters`; the total counts articles still.
    """
    query = _scored(line, tags)
    by_date = [
        {"recency_at": {"order": "desc", "missing": "_last", "unmapped_type": "date"}},
        {"published_at": {"order": "desc", "missing": "_last"}},  # of what was indexed before there was the other
        {"id": "asc"},
    ]
    return {
        "from": start,
        "size": size,
        "track_total_hits": True,
        "query": query,
        "sort": by_date if sort == "date" or _is_everything(line) else [{"_score": "desc"}, *by_date],
        "track_scores": True,
        "_source": SHOWN,
        "highlight": _highlight(),
        **(_COLLAPSED if collapse else {}),
    }


def _is_everything(line: str) -> bool:
    return line.strip() in ("*", "")


def _scored(line: str, tags: Sequence[str]) -> dict[str, Any]:
    filters: list[dict[str, Any]] = [{"term": {"tags": tag}} for tag in tags]
    if _is_everything(line):
        return {"bool": {"filter": [{"match_all": {}}, *filters]}}
    parts = parse(line)
    if not (parts.words or parts.phrases or parts.excluded):
        return {"match_none": {}}
    filters += [{"term": {"acronyms": name}} for name in _meant_acronyms(parts.words)]
    query = {
        "bool": {
            "must": _must(parts),
            "must_not": [
                {"multi_match": {"query": word, "type": "phrase", "fields": PHRASE_FIELDS}} for word in parts.excluded
            ],
            "filter": filters,
            "should": _should(parts.words),
        }
    }
    return {
        "function_score": {
            "query": query,
            "boost_mode": "multiply",
            "score_mode": "sum",
            # age takes at most three tenths: it never hides a clearly better match
            "functions": [
                {"weight": 0.7},
                {
                    "weight": 0.3,
                    "gauss": {"recency_at": {"origin": "now", "offset": "1d", "scale": "30d", "decay": 0.5}},
                },
            ],
        }
    }


def _meant_acronyms(words: str) -> tuple[str, ...]:
    """WHO in capitals means the organization; in a line of one lower-case word or more it stays a word."""
    return tuple(name for name in (ambiguous_acronyms(words) or _alone(words)) if name != "US")


def _alone(words: str) -> tuple[str, ...]:
    return ambiguous_acronyms(f"{words} x") if " " not in words.strip() else ()


def _must(parts: Parts) -> list[dict[str, Any]]:
    must: list[dict[str, Any]] = [
        {"multi_match": {"query": phrase, "type": "phrase", "fields": PHRASE_FIELDS}} for phrase in parts.phrases
    ]
    if parts.words:
        must.append(
            {
                "multi_match": {
                    "query": parts.words,
                    # one term may stand in the title and the next in the body
                    "type": "cross_fields",
                    "fields": WORD_FIELDS,
                    # all of two, two of three, a third of many: never an empty page for a long line
                    "minimum_should_match": "2<2 3<3 7<30%",
                    "tie_breaker": 0.1,
                }
            }
        )
    return must


def _should(words: str) -> list[dict[str, Any]]:
    """What lifts a hit: the tag itself, and the words as a phrase, in constant steps.

    Constant, because a boosted BM25 score of a phrase in an old body loses to scattered words in a fresh title.
    """
    if not words:
        return []
    tiers = [("title", 0, 20), ("body", 0, 15), ("title", 3, 4), ("body", 5, 3)]
    return [
        {"term": {"tags": {"value": words, "boost": 3}}},
        {
            "dis_max": {
                "queries": [
                    {
                        "constant_score": {
                            "filter": {"match_phrase": {field: {"query": words, "slop": slop}}},
                            "boost": boost,
                        }
                    }
                    for field, slop, boost in tiers
                ]
            }
        },
    ]


def _highlight() -> dict[str, Any]:
    return {
        "type": "unified",
        "encoder": "html",
        "pre_tags": ["<em>"],
        "post_tags": ["</em>"],
        "fields": {
            "title": {"number_of_fragments": 0},
            "body": {"number_of_fragments": 2, "fragment_size": 160},
            "summary": {"number_of_fragments": 0},
        },
    }
