"""What somebody meant whose line finds nothing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from services.index.asked import Asked, parse
from services.index.scoring import matching

_SPELLINGS = 3
_SHORTEST = 4
"""Letters in a word that may be misspelt: of shorter ones too many are another word."""


async def did_you_mean(asked: Asked, search: Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]) -> str | None:
    """The line in another spelling, which finds something; `search` sends a body and gives the answer."""
    if (body := spellings_body(asked.line)) is None:
        return None
    for line in spelt_lines(asked.line, await search(body)):
        if (await search(finds_body(asked, line)))["hits"]["total"]["value"]:
            return line
    return None


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
