"""What somebody asks of the index: a search line and what narrows it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

_PHRASE = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')
_EXCLUDED = re.compile(r"(?<!\S)-(?=\S)(\S+)")
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. Of several tags all must be there; of several sources, publishers, authors, languages or sections one.

    `tags` are canonical slugs. `since` and `until` bound `recency_at`, the first included and the second not.
    """

    line: str = "*"
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    sort: Literal["relevance", "date"] = "relevance"

    @property
    def is_everything(self) -> bool:
        """Whether the line asks for no words at all: `*`, or nothing."""
        return self.line.strip() in ("*", "")


@dataclass(frozen=True, slots=True)
class Parts:
    """A search line taken apart."""

    words: str
    phrases: tuple[str, ...]
    excluded: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases or self.excluded)


def parse(line: str) -> Parts:
    """Words, "phrases" and -exclusions; punctuation that means nothing is no error."""
    phrases = tuple(phrase.strip() for phrase in _PHRASE.findall(line) if _WORD.search(phrase))
    rest = _PHRASE.sub(" ", line)
    excluded = tuple(word for word in _EXCLUDED.findall(rest) if _WORD.search(word))
    words = " ".join(word for word in _EXCLUDED.sub(" ", rest).split() if _WORD.search(word))
    return Parts(words, phrases, excluded)
