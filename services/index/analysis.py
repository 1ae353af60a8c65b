"""How texts and search lines become terms, each step with its reason and what it costs.

Only what every OpenSearch has: no plugin. A text is taken as cheaply as it can be, and whatever can be left to the
line is left to it: a line is short and is read once, a text is long (docs/decisions/0016-analysis.md).
"""

from typing import Any

_DASHES = "2010 2011 2012 2013 2014 2015 2212 fe58 fe63 ff0d"
_QUOTES = "2018 2019 201b 02bc 2032 00b4 0060 ff07"
_BLANKS = "00a0 202f 2009"
_NOTHING = "200b 00ad feff 2060"

_NOT_IN_WORD = r"(?<![\p{L}\p{N}])"
_WORD_ENDS = r"(?![\p{L}\p{N}])"
_INNER_DOTS = rf"\.(?<={_NOT_IN_WORD}\p{{L}}\.)(?=\p{{L}}{_WORD_ENDS})"  # U.S, A.I, N.A.S.A
_INNER_COMMAS = r",(?<=\p{N},)(?=\p{N}{3}(?!\p{N}))"  # 5,000
_LETTERS_AND_DIGITS = (
    rf"(?<={_NOT_IN_WORD}\p{{L}}{{1,5}})-?(?=\p{{N}}{{1,3}}[A-Za-z]?{_WORD_ENDS})"  # F-35, F35, COVID-19
)
_INNER_AND = rf"(?<={_NOT_IN_WORD}\p{{L}}{{1,2}})&(?=\p{{L}}{_WORD_ENDS})"  # S&P, AT&T


def _characters(codes: str, becomes: str) -> list[str]:
    return [f"\\u{code}=>{becomes}" for code in codes.split()]


def _replaced(pattern: str, by: str) -> dict[str, Any]:
    return {"type": "pattern_replace", "pattern": pattern, "replacement": by}


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
    "line_dropped": _replaced(rf"{_INNER_DOTS}|{_INNER_COMMAS}", ""),
    # the tokenizer leaves `_` in a word, and `parts` takes it apart there
    "line_joints": _replaced(rf"{_LETTERS_AND_DIGITS}|{_INNER_AND}", "_"),
    "tag_dots": _replaced(rf"{_NOT_IN_WORD}(\p{{L}})\.(?=\p{{L}}?{_WORD_ENDS})", "$1"),
    "tag_and": _replaced(r"\s*&\s*", " and "),
    "tag_separators": _replaced(r"[\s\-_/,:;.!?()\[\]\"#+]+", "-"),
    "tag_ends": _replaced("^-+|-+$|'", ""),
}

_JOINTS_ONLY = ["' => ALPHA", "\\u2019 => ALPHA", ": => ALPHA", ". => DIGIT", ", => DIGIT"]
_NAMES = (
    "united states of america, united states, usa",
    "united kingdom, uk, britain",
    "united arab emirates, uae",
    "european union, eu",
    "united nations, un",
    "ivory coast, cote divoire, cote ivoire",
    "artificial intelligence, ai",
    "north korea, n korea, dprk",
    "south korea, s korea",
    "covid, covid 19, covid_19 => covid, covid19",
)


def _names(*more: str) -> dict[str, Any]:
    return {"type": "synonym_graph", "synonyms": [*_NAMES, *more], "synonym_analyzer": "names_rules"}


_FILTERS: dict[str, Any] = {
    # U.S is found as US too; a table of character types looks at a word five times as fast as a pattern does
    "acronyms": {
        "type": "word_delimiter",
        "generate_word_parts": False,
        "generate_number_parts": False,
        "catenate_words": True,
        "preserve_original": True,
        "split_on_case_change": False,
        "split_on_numerics": False,
        "stem_english_possessive": False,
        "type_table": ["' => ALPHA", "\\u2019 => ALPHA"],
    },
    # before lowercasing, so that the country US is told from the pronoun us; and what the stemmer takes for another
    "country": {"type": "stemmer_override", "rules": ["US, USA => usa", "AIDS => aids", "news, News => news"]},
    "elide": {"type": "elision", "articles": ["l", "d", "qu"], "articles_case": True},
    "possessive": {"type": "stemmer", "language": "possessive_english"},
    # of a line: `us japan` means the country
    "us_country": {"type": "synonym", "synonyms": ["us => usa"], "synonym_analyzer": "names_rules"},
    "names": _names(),
    "names_or_us": _names("us => us, usa, united states"),  # of a phrase: "told us"
    # of a line: F_35 asks for the word f35, or for f and then 35; S_P and AT_T likewise
    "parts": {
        "type": "word_delimiter_graph",
        "generate_word_parts": True,
        "generate_number_parts": True,
        "catenate_all": True,
        "split_on_case_change": False,
        "split_on_numerics": False,
        "stem_english_possessive": False,
        "type_table": _JOINTS_ONLY,
    },
    # of a line: 5000 asks for 5,000 too
    "thousands": {"type": "multiplexer", "filters": ["thousand", "million"]},
    "thousand": _replaced(r"^(\p{N}{1,3})(\p{N}{3})$", "$1,$2"),
    "million": _replaced(r"^(\p{N}{1,3})(\p{N}{3})(\p{N}{3})$", "$1,$2,$3"),
}

_WORD = ("country", "lowercase", "asciifolding", "elide", "possessive")
_STEM = ("porter_stem", "cjk_bigram")
"""Pairs of ideographs come last: Latin letters pass, Japanese and Chinese need no plugin."""


def _analyzer(*filters: str, char_filter: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "custom", "char_filter": list(char_filter), "tokenizer": "standard", "filter": list(filters)}


def _line(*filters: str) -> dict[str, Any]:
    # what comes after the names must not look back from one word to the next: here is a graph
    chain = (*_WORD, "thousands", *filters, "parts", *_STEM)
    return _analyzer(*chain, char_filter=("punct", "line_dropped", "line_joints"))


ANALYSIS: dict[str, Any] = {
    "char_filter": _CHAR_FILTERS,
    "filter": _FILTERS,
    "analyzer": {
        # no stop words: phrases, "The Who", the WHO
        "news": _analyzer("acronyms", *_WORD, *_STEM),
        "news_query": _line("us_country", "names"),
        "news_phrase": _line("names_or_us"),
        "names_rules": _analyzer(*_WORD[1:]),
        "exact": _analyzer("lowercase", "asciifolding", "cjk_bigram"),
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
"""Settings of analysis, for every index that holds articles or queries for them."""
