"""Which line of a page is its headline: the one above the text that speaks of the same."""

import re
from collections import Counter
from collections.abc import Sequence

from services.ingest.pages.kinds import Kind
from services.ingest.pages.region import is_paragraph

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\u3040-\u30ff\u3400-\u9fff]{4,}")
_FULL_STOP = re.compile(r"[.。][\"'”’»)\]]*$")
_FROM, _TEXT = 60, 1500
_ENOUGH_WORDS, _MOST_WORDS, _LONGEST = 3, 6, 250
_DISTANCE, _IS_SENTENCE, _IS_PARAGRAPH, _SAID_AGAIN, _ON_OTHER_PAGES = -0.01, -0.7, -0.3, 0.2, -0.8


def find_headline(lines: Sequence[str], kinds: Sequence[Kind | None], start: int, end: int) -> int | None:
    """The number of the headline's line, above or at the head of the text from `start` to `end`; None where none is."""
    first = next((number for number in range(start, end) if is_paragraph(lines[number])), end)
    able = [
        number
        for number in range(max(0, first - _FROM), first)
        if kinds[number] in (None, Kind.REPEATED) and len(lines[number]) <= _LONGEST
    ]
    if not able:
        return None
    said = set(_words("\n".join(lines[first:end])[:_TEXT]))
    again = {line for line, count in Counter(lines).items() if count > 1}
    return max(
        able,
        key=lambda number: (
            _likeness(lines[number], said, again)
            + _DISTANCE * (first - number)
            + _ON_OTHER_PAGES * (kinds[number] is Kind.REPEATED)
        ),
    )


def _likeness(line: str, said: set[str], again: set[str]) -> float:
    """How much the line is like a headline: some words, those of the text, no sentence, and maybe there twice."""
    words = _words(line)
    shared = sum(word in said for word in words) / max(len(words), _ENOUGH_WORDS)
    return (
        shared
        + min(len(words), _MOST_WORDS) / _MOST_WORDS
        + _IS_SENTENCE * bool(_FULL_STOP.search(line[-6:]))
        + _IS_PARAGRAPH * is_paragraph(line)
        + _SAID_AGAIN * (line in again)
    )


def _words(text: str) -> list[str]:
    """The text's longer words, of scripts without blanks pairs of characters."""
    return _WORD.findall(text.casefold())
