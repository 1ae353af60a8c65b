"""What differs between two versions of an article, in pieces that a page can show: pure functions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

TEXTS = ("title", "subtitle", "summary", "body")
LISTS = ("authors", "tags")
VALUES = ("source", "section", "dateline", "url", "language", "rights", "published_at", "embargoed_until", "expires_at")
MAX_RUN = 2_000
"""More words or paragraphs than these are shown as removed and added whole: comparing takes the square of them."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+|\s+|[\W_]")
_PARAGRAPHS = re.compile(r"\n{2,}")
Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text that stands in both versions, in the older one only, or in the newer one only."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs, as paragraphs of changes."""

    field: str
    paragraphs: tuple[tuple[Change, ...], ...]

    @property
    def blocks(self) -> list[tuple[bool, list[tuple[Change, ...]]]]:
        """Its paragraphs in runs, each with whether all of the run stands in both versions."""
        return [(same, list(run)) for same, run in groupby(self.paragraphs, _is_same)]

    @property
    def is_list(self) -> bool:
        """Whether its changes are items of a list."""
        return self.field in LISTS


def differences(older: Mapping[str, Any], newer: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The fields that differ, texts first; both articles are in their JSON form. Unchanged paragraphs are shown too."""
    found = [
        Difference(field, tuple(_paragraphs(older.get(field) or "", newer.get(field) or "")))
        for field in TEXTS
        if (older.get(field) or "") != (newer.get(field) or "")
    ]
    found += [
        Difference(field, (tuple(_items(older.get(field) or (), newer.get(field) or ())),))
        for field in LISTS
        if list(older.get(field) or ()) != list(newer.get(field) or ())
    ]
    found += [
        Difference(field, (_whole(str(older.get(field) or ""), str(newer.get(field) or "")),))
        for field in VALUES
        if (older.get(field) or "") != (newer.get(field) or "")
    ]
    return tuple(found)


def _is_same(paragraph: Sequence[Change]) -> bool:
    return all(change.kind == "same" for change in paragraph)


def _paragraphs(older: str, newer: str) -> Iterator[tuple[Change, ...]]:
    before, after = _PARAGRAPHS.split(older), _PARAGRAPHS.split(newer)
    if max(len(before), len(after)) > MAX_RUN:
        yield _whole(older, newer)
        return
    for operation, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            yield from ((Change("same", text),) for text in after[new_start:new_end])
            continue
        pairs = min(end - start, new_end - new_start)
        for old_text, new_text in zip(before[start : start + pairs], after[new_start:], strict=False):
            yield tuple(_words(old_text, new_text))
        yield from ((Change("removed", text),) for text in before[start + pairs : end] if text)
        yield from ((Change("added", text),) for text in after[new_start + pairs : new_end] if text)


def _words(older: str, newer: str) -> Iterable[Change]:
    before, after = _WORD.findall(older), _WORD.findall(newer)
    if max(len(before), len(after)) > MAX_RUN:
        return _whole(older, newer)
    matcher = SequenceMatcher(None, before, after)
    if matcher.ratio() < 0.4:  # two different paragraphs read better one after the other
        return _whole(older, newer)
    return _joined(
        part
        for operation, start, end, new_start, new_end in matcher.get_opcodes()
        for part in _parts(operation, "".join(before[start:end]), "".join(after[new_start:new_end]))
    )


def _parts(operation: str, older: str, newer: str) -> Iterator[Change]:
    if operation == "equal":
        yield Change("same", newer)
    else:
        yield from _whole(older, newer)


def _joined(parts: Iterable[Change]) -> list[Change]:
    """Neighbouring changes as one, over a lone blank or comma between them: whole phrases are easier to read."""
    read = list(parts)
    joined: list[Change] = []
    removed = added = ""
    for number, part in enumerate(read):
        between = part.kind == "same" and not part.text.strip(" ,") and 0 < number < len(read) - 1
        if part.kind == "removed" or (between and (removed or added)):
            removed += part.text
        if part.kind == "added" or (between and (removed or added)):
            added += part.text
        if part.kind == "same" and not (between and (removed or added)):
            joined += [*_whole(removed, added), part]
            removed = added = ""
    return [*joined, *_whole(removed, added)]


def _items(older: Sequence[str], newer: Sequence[str]) -> Iterator[Change]:
    for item in dict.fromkeys((*older, *newer)):
        yield Change("same" if item in older and item in newer else "removed" if item in older else "added", item)


def _whole(older: str, newer: str) -> tuple[Change, ...]:
    both = (Change("removed", older), Change("added", newer))
    return tuple(change for change in both if change.text)
