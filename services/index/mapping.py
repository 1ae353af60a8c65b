"""The body of the index: how articles are analyzed and which fields they have, each with its reason.

Only modules that every OpenSearch has. Verified with the queries of tests/integration/test_search.py.
"""

from typing import Any

_DASHES = "2010 2011 2012 2013 2014 2015 2212 fe58 fe63 ff0d"
_QUOTES = "2018 2019 201b 02bc 2032 00b4 0060 ff07"
_BLANKS = "00a0 202f 2009"
_NOTHING = "200b 00ad feff 2060"

_NOT_IN_WORD = r"(?<![\p{L}\p{N}])"
_WORD_ENDS = r"(?![\p{L}\p{N}])"
_JOIN = (
    # begins with a literal class, so that it fails at once on every other character, and only ever deletes
    r"[-.,&](?:"
    rf"(?<={_NOT_IN_WORD}\p{{L}}{{1,5}}-)(?=\p{{N}}{{1,3}}[A-Za-z]?{_WORD_ENDS})"  # F-35, B-52H, COVID-19
    rf"|(?<={_NOT_IN_WORD}\p{{L}}\.)(?=\p{{L}}{_WORD_ENDS})"  # U.S, A.I, N.A.S.A
    r"|(?<=\p{N},)(?=\p{N}{3}(?!\p{N}))"  # 5,000
    rf"|(?<={_NOT_IN_WORD}\p{{L}}{{1,2}}&)(?=\p{{L}}{_WORD_ENDS})"  # S&P, AT&T
    r")"
)


def _characters(codes: str, becomes: str) -> list[str]:
    return [f"\\u{code}=>{becomes}" for code in codes.split()]


_CHAR_FILTERS: dict[str, Any] = {
    "punct": {
        "type": "mapping",
        "mappings": [
            *_characters(_DASHES, "-"),
            *_characters(_QUOTES, "'"),
            *_characters(_BLANKS, "\\u0020"),
            *_characters(_NOTHING, ""),
            *_characters("ff06", "&"),
        ],
    },
    "join": {"type": "pattern_replace", "pattern": _JOIN, "replacement": ""},
    "tag_dots": {
        "type": "pattern_replace",
        "pattern": rf"{_NOT_IN_WORD}(\p{{L}})\.(?=\p{{L}}?{_WORD_ENDS})",
        "replacement": "$1",
    },
    "tag_and": {"type": "pattern_replace", "pattern": r"\s*&\s*", "replacement": " and "},
    "tag_separators": {"type": "pattern_replace", "pattern": r"[\s\-_/,:;.!?()\[\]\"#+]+", "replacement": "-"},
    "tag_ends": {"type": "pattern_replace", "pattern": "^-+|-+$|'", "replacement": ""},
}

_KEPT_STEMS = (
    "news united us usa texas organization organisation organ university universe general generous international "
    "intern customs custom"
).split()

_FILTERS: dict[str, Any] = {
    # before lowercasing, so that the country US is told from the pronoun us
    "country": {"type": "stemmer_override", "rules": ["US => usa", "USA => usa"]},
    "elide": {"type": "elision", "articles": ["l", "d", "qu"], "articles_case": True},
    "possessive": {"type": "stemmer", "language": "possessive_english"},
    # a plain list costs least at index time
    "joined": {"type": "synonym", "synonyms": ["covid19 => covid19, covid", "sars2 => sars2, sars"]},
    "stem_keep": {"type": "stemmer_override", "rules": [f"{word} => {word}" for word in _KEPT_STEMS]},
    # a lower-case query "us japan" means the country
    "us_query": {"type": "synonym", "synonyms": ["us => usa"]},
    # at query time only: both directions at no cost while indexing
    "names_query": {
        "type": "synonym_graph",
        "synonyms": [
            "united states of america, united states, usa",
            "united kingdom, great britain, uk, britain",
            "united arab emirates, uae",
            "european union, eu",
            "united nations, un",
            "ivory coast, cote divoire, cote ivoire",
            "artificial intelligence, ai",
            "north korea, dprk",
            "covid 19, covid19",
        ],
    },
}


def _analyzer(*filters: str) -> dict[str, Any]:
    return {"type": "custom", "char_filter": ["punct", "join"], "tokenizer": "standard", "filter": list(filters)}


_BEFORE = ("country", "lowercase", "asciifolding", "elide", "possessive")
_AFTER = ("stem_keep", "porter_stem", "cjk_bigram")
ANALYSIS: dict[str, Any] = {
    "char_filter": _CHAR_FILTERS,
    "filter": _FILTERS,
    "analyzer": {
        # no stop words: phrases, "The Who", the WHO
        "news": _analyzer(*_BEFORE, "joined", *_AFTER),
        "news_query": _analyzer(*_BEFORE, "us_query", "names_query", *_AFTER),
        "exact": _analyzer("lowercase", "possessive", "cjk_bigram"),
    },
    "normalizer": {
        # the safety net under the canonical tags, and what lets a client's `term` match any spelling
        "tag": {
            "type": "custom",
            "char_filter": ["punct", "tag_dots", "tag_and", "tag_separators", "tag_ends"],
            "filter": ["lowercase", "asciifolding"],
        }
    },
}

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_SHOWN_ONLY = {"type": "keyword", "index": False, "doc_values": False}
_TEXT_SHOWN_ONLY = {"type": "text", "index": False}
_SCORE_SHOWN_ONLY = {"type": "half_float", "index": False, "doc_values": False}
_NUMBER_SHOWN_ONLY = {"type": "integer", "index": False, "doc_values": False}
_NEWS = {"type": "text", "analyzer": "news", "search_analyzer": "news_query"}
_TAG = {"type": "keyword", "normalizer": "tag"}

PROPERTIES: dict[str, Any] = {
    "id": _KEYWORD,
    "publisher": _KEYWORD,
    "external_id": _KEYWORD,
    "url": {"type": "keyword", "ignore_above": 2048},
    "title": {
        **_NEWS,
        "fields": {
            "exact": {"type": "text", "analyzer": "exact"},
            "suggest": {"type": "search_as_you_type", "max_shingle_size": 3},
        },
    },
    "subtitle": _NEWS,
    "summary": _NEWS,
    "body": _NEWS,  # no subfields: each costs a third of the indexing rate
    "headings": _SHOWN_ONLY,
    "authors": {"type": "keyword", "fields": {"text": {"type": "text"}}},
    "source": _KEYWORD,
    "section": _KEYWORD,
    "genre": _KEYWORD,
    "slugline": {**_KEYWORD, "ignore_above": 1024},
    "dateline": {**_KEYWORD, "ignore_above": 1024},
    "urgency": {"type": "byte"},
    "image": _TEXT_SHOWN_ONLY,
    "rights": _TEXT_SHOWN_ONLY,
    "editor_note": _TEXT_SHOWN_ONLY,
    "correction": _TEXT_SHOWN_ONLY,
    "subjects": {
        "type": "object",
        "dynamic": "strict",
        "properties": {"name": _KEYWORD, "code": _KEYWORD, "scheme": _KEYWORD, "kind": _KEYWORD},
    },
    "tags": {**_TAG, "ignore_above": 128, "fields": {"text": _NEWS}},
    "tag_labels": _SHOWN_ONLY,
    "auto_tags": {
        "type": "object",
        "dynamic": "strict",
        "properties": {
            "slug": _TAG,
            "kind": _KEYWORD,
            "rule": _KEYWORD,
            "score": _SCORE_SHOWN_ONLY,
            "field": _SHOWN_ONLY,
            "start": _NUMBER_SHOWN_ONLY,
            "end": _NUMBER_SHOWN_ONLY,
            "text": _SHOWN_ONLY,
        },
    },
    "tags_version": _KEYWORD,
    "acronyms": _KEYWORD,
    "language": _KEYWORD,
    "language_confidence": {"type": "half_float"},
    "status": _KEYWORD,
    "version": {"type": "long"},
    "revision": {"type": "long"},
    "supersedes": {"type": "long"},
    "changed": _SHOWN_ONLY,
    "field_hashes": _SHOWN_ONLY,
    "withdrawn_at": _DATE,
    "published_at": _DATE,
    "published_precision": _KEYWORD,
    "published_from": _KEYWORD,
    "date_flags": _KEYWORD,
    "recency_at": _DATE,  # what sorts by date: never later than it was accepted
    "updated_at": _DATE,
    "accepted_at": _DATE,
    "indexed_at": _DATE,
    "embargoed_until": _DATE,
    "expires_at": _DATE,
    "content_hash": {"type": "keyword", "doc_values": False},
    "cluster_id": _KEYWORD,
}

VERSION_PROPERTIES: dict[str, Any] = {
    "id": _KEYWORD,
    "publisher": _KEYWORD,
    "version": {"type": "long"},
    "revision": {"type": "long"},
    "kind": _KEYWORD,
    "supersedes": {"type": "long"},
    "changed": _SHOWN_ONLY,
    "correction": _TEXT_SHOWN_ONLY,
    "accepted_at": _DATE,
    "withdrawn_at": _DATE,
    "article": {"type": "object", "enabled": False},  # kept as it was, not searched
}

ARTICLES_FILTER: dict[str, Any] = {
    "bool": {
        "filter": [{"term": {"status": "published"}}],
        "must_not": [{"range": {"expires_at": {"lte": "now"}}}],
    }
}
"""What the alias `articles` lets through, for every client and every query."""


def versions_body(schema_version: int, replicas: int, codec: str) -> dict[str, Any]:
    """Settings and mappings of the index that keeps every version."""
    return {
        "settings": {
            "index": {
                "number_of_shards": 1,
                "number_of_replicas": replicas,
                "refresh_interval": "30s",
                "merge.policy.expunge_deletes_allowed": 0,
                "codec": codec,
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"schema_version": schema_version},
            "properties": VERSION_PROPERTIES,
        },
    }


def index_body(schema_version: int, replicas: int, codec: str) -> dict[str, Any]:
    """Settings and mappings of a new index. `codec` is `default` or `best_compression`."""
    return {
        "settings": {
            "index": {
                "number_of_shards": 1,
                "number_of_replicas": replicas,
                # the indexer refreshes when it has written something; this is for what it could not
                "refresh_interval": "30s",
                "merge.policy.expunge_deletes_allowed": 0,  # so that a purge leaves nothing in the files
                "codec": codec,
                "analysis": ANALYSIS,
                "query": {"default_field": ["title^3", "tags.text^2", "summary", "body"]},
            }
        },
        "mappings": {"dynamic": "strict", "_meta": {"schema_version": schema_version}, "properties": PROPERTIES},
    }
