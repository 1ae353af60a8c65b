"""Which articles answer a search, and which of them stand first: pure functions, every shape with its reason."""

from datetime import datetime
from typing import Any

from services.index.acronyms import ambiguous_acronyms
from services.index.asked import Asked, Parts, parse

PHRASE_FIELDS = ["title^3", "summary", "body"]
WORD_FIELDS = ["title^3", "tags.text^2", "summary^1.5", "body"]
Query = dict[str, Any]
_LONGEST_WORD = 4
"""Ideographs in what is taken for one word."""
_SHORTEST_SENTENCE = 7
_SMALL_WORDS = frozenset(
    [
        *"a an and are as at be been but by could did do does for from had has have he her him his how i if in".split(),
        *"into is it its me my no not of on or our out she should so such that the their them then there these".split(),
        *"they this those to up was we were what which who with would you your".split(),
    ]
)
NAMES_WITH_SMALL_WORDS = ("united states of america",)
"""Of those that the analysis knows under another name."""
_LONGEST_TITLE = 16
"""Words in what may stand as it is in a title or a text."""


def scored(asked: Asked, now: str = "now") -> Query:
    """The query of a search, scored by what it says and its age at `now`. A line of mere punctuation finds nothing."""
    if asked.is_everything or not parse(asked.line):
        return matching(asked)
    return {
        "function_score": {
            "query": matching(asked),
            "boost_mode": "multiply",
            "score_mode": "sum",
            # age takes at most three tenths: it never hides a clearly better match
            "functions": [
                {"weight": 0.7},
                {
                    "weight": 0.3,
                    "gauss": {"recency_at": {"origin": now, "offset": "1d", "scale": "30d", "decay": 0.5}},
                },
            ],
        }
    }


def matching(asked: Asked) -> Query:
    """The query of a search without its age: what a percolator can hold too."""
    narrowed = narrowing(asked)
    if asked.is_everything:
        return {"bool": {"filter": [{"match_all": {}}, *narrowed]}}
    parts = parse(asked.line)
    if not parts:
        return {"match_none": {}}
    return {
        "bool": {
            "must": _must(parts),
            "must_not": [_phrase(word) for word in parts.excluded],
            "filter": [*narrowed, *({"term": {"acronyms": name}} for name in _meant_acronyms(parts.words))],
            "should": _should(parts.words),
        }
    }


def narrowing(asked: Asked) -> list[Query]:
    """The filters of a search: one an argument that narrows it, and one a tag."""
    one_of = {
        "source": asked.sources,
        "publisher": asked.publishers,
        "authors": asked.authors,
        "language": asked.languages,
        "section": asked.sections,
    }
    filters: list[Query] = [{"term": {"tags": tag}} for tag in asked.tags]
    filters += [{"terms": {field: list(values)}} for field, values in one_of.items() if values]
    if asked.since or asked.until:
        filters.append({"range": {"recency_at": _between(asked.since, asked.until)}})
    return filters


def _between(since: datetime | None, until: datetime | None) -> dict[str, str]:
    bounds = {"gte": since, "lt": until}
    return {name: instant.isoformat() for name, instant in bounds.items() if instant}


def _meant_acronyms(words: str) -> tuple[str, ...]:
    """WHO in capitals means the organization; in a line of one lower-case word or more it stays a word."""
    return tuple(name for name in (ambiguous_acronyms(words) or _alone(words)) if name != "US")


def _alone(words: str) -> tuple[str, ...]:
    return ambiguous_acronyms(f"{words} x") if " " not in words.strip() else ()


def _phrase(text: str) -> Query:
    return {"multi_match": {"query": text, "type": "phrase", "fields": PHRASE_FIELDS}}


def _unspaced(run: str) -> Query:
    """A short run is a word or two, a long one a sentence: of the pairs in that some may be missing."""
    if len(run) <= _LONGEST_WORD:
        return _phrase(run)
    return {"multi_match": {"query": run, "type": "cross_fields", "fields": WORD_FIELDS, "minimum_should_match": "75%"}}


def _words(words: str) -> Query:
    """Of two telling words both, of more most of them; of a sentence four in ten.

    Never all of many, or a long line would find nothing; measured on judged queries (docs/searching.md).
    """
    enough = "2<2 6<3 7<4 10<40%" if _is_sentence(words) else "2<2 3<3"
    # cross_fields: one word may stand in the title and the next in the body
    how = {"type": "cross_fields", "fields": WORD_FIELDS, "minimum_should_match": enough, "tie_breaker": 0.1}
    return {"multi_match": {"query": " ".join(_telling(words)), **how}}


def _is_sentence(words: str) -> bool:
    return len(words.split()) >= _SHORTEST_SENTENCE


def _telling(words: str) -> list[str]:
    """All but the small words, if that leaves two. With a capital they are names, unless all words have one."""
    every = words.split()
    if any(name in words.lower() for name in NAMES_WITH_SMALL_WORDS):
        return every
    said = [word.lower() if words.isupper() or (n == 0 and word.istitle()) else word for n, word in enumerate(every)]
    telling = [word for word, plain in zip(every, said, strict=True) if plain not in _SMALL_WORDS]
    return telling if len(telling) > 1 else every


def _must(parts: Parts) -> list[Query]:
    must = [*map(_phrase, parts.phrases), *map(_unspaced, parts.unspaced)]
    if parts.words:
        must.append(_words(parts.words))
    return must


def _should(words: str) -> list[Query]:
    """What lifts a hit: the tag itself, the words as they are written in the title, the words as a phrase.

    In constant steps, because a boosted BM25 score of a phrase in an old body loses to words in a fresh title.
    """
    if not words or len(words.split()) > _LONGEST_TITLE:
        return []
    as_phrases = [("title", 0, 20), ("body", 0, 15)]
    if _is_sentence(words):
        return [_highest(words, as_phrases)]
    as_written: Query = {"match": {"title.exact": {"query": words, "operator": "and"}}}
    return [
        {"term": {"tags": {"value": words, "boost": 3}}},
        _step(as_written, 2),
        _highest(words, [*as_phrases, ("title", 3, 4), ("body", 5, 3)]),
    ]


def _highest(words: str, tiers: list[tuple[str, int, int]]) -> Query:
    """The best of these steps: a field, how far apart the words may be, and what that is worth."""
    steps = [_step({"match_phrase": {field: {"query": words, "slop": slop}}}, boost) for field, slop, boost in tiers]
    return {"dis_max": {"queries": steps}}


def _step(query: Query, boost: float) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}
