"""What somebody asks of the index: a search line and what narrows it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

_PHRASE = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')
_EXCLUDED = re.compile(r"(?<!\S)-(?=\S)(\S+)")
_WORD = re.compile(r"[^\W_]")
_UNSPACED = re.compile("[\u3400-\u9fff\uf900-\ufaff\u3005]+|[\u30a1-\u30ff\uff66-\uff9f]+|[\u3041-\u309f]+")
"""Runs of one script of those that put no blanks between words: ideographs, katakana, hiragana."""
_HIRAGANA = re.compile("[\u3041-\u309f]")
MOST_WORDS = 64
_MOST_PHRASES = 16


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
    """A search line taken apart. `unspaced` are the words of Japanese and Chinese, which no blanks set apart."""

    words: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    unspaced: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases or self.excluded or self.unspaced)


def parse(line: str) -> Parts:
    """Words, "phrases" and -exclusions; punctuation that means nothing is no error. Of words the first 64 count."""
    phrases = [phrase.strip() for phrase in _PHRASE.findall(line) if _WORD.search(phrase)]
    rest = _PHRASE.sub(" ", line)
    excluded = [word for word in _EXCLUDED.findall(rest) if _WORD.search(word)]
    words = [word for word in _EXCLUDED.sub(" ", rest).split() if _WORD.search(word)]
    unspaced = [run for word in words for run in _runs(word)]
    if unspaced:
        words = [word for word in _UNSPACED.sub(" ", " ".join(words)).split() if _WORD.search(word)]
    most = slice(_MOST_PHRASES)
    return Parts(" ".join(words[:MOST_WORDS]), tuple(phrases[most]), tuple(excluded[most]), tuple(unspaced[most]))


def _runs(word: str) -> list[str]:
    """The words in a run of text without blanks: ideographs and katakana; particles where there is nothing else."""
    runs = _UNSPACED.findall(word)
    return [run for run in runs if len(run) > 1 and not _HIRAGANA.match(run)] or runs
