"""The lines of a page, those joined again that a scraper or a fixed width broke within a sentence."""

import re
from collections.abc import Iterator

_LONG = 60
_CONTINUES = re.compile(r"[,;.!?…)\]’”、。，）」』](?![\d.])")
"""How no line begins: what is left of a sentence that a link or an emphasis stood in."""
_OPEN = re.compile(
    r"(?:[,(\[“„«]"
    r"|\b(?:a|an|the|of|to|in|on|at|by|for|from|with|and|or|that|as|is|was|who|der|die|das|den|dem|des|ein|eine|einen"
    r"|und|von|vom|zu|zur|zum|mit|im|am|für|auf|bei|le|la|les|l'|l’|un|une|du|de|des|d'|d’|et|à|au|aux|en|par|pour|sur"
    r"|el|los|las|una|y|del|al|con|por|para|que|il|lo|gli|i|e|di|da|dal|della|dei|nel|o|os|as|um|uma|do|da|dos|das|no|na))$"
)
"""How no long line ends: with what leads on to the next word."""
_OPEN_WIDE = re.compile(r"[（「、のを]$")
"""The same, of scripts without blanks."""
_ENDED = re.compile(r"[.!?…:。！？][\"'”’»)\]」』]*$")
_NO_BLANK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff（）「」、。]")


def whole_lines(text: str) -> list[str]:
    """The lines that are not empty, each with all of its sentence. `text` is cleaned already."""
    return ["".join(pieces) for pieces in _joined([line for line in text.split("\n") if line])]


def _joined(lines: list[str]) -> Iterator[list[str]]:
    is_broken = any(_CONTINUES.match(line) for line in lines)
    pieces: list[str] = []
    length = 0
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if pieces and _go_on(pieces[-1], length, line, after, is_broken):
            if not (_CONTINUES.match(line) or _NO_BLANK.match(pieces[-1][-1]) or pieces[-1][-1] in "(“„«‘"):
                pieces.append(" ")
            pieces.append(line)
            length += len(line)
            continue
        if pieces:
            yield pieces
        pieces, length = [line], len(line)
    if pieces:
        yield pieces


def _go_on(before: str, length: int, line: str, after: str, is_broken: bool) -> bool:
    """Whether the line goes on with the sentence before it, which is `length` characters long so far.

    `is_broken` says that lines of this page surely are; only then a line in lower case goes on with a short one.
    """
    if _CONTINUES.match(line):
        return True
    if _ENDED.search(before[-6:]):
        return False
    if line[0].islower():
        return length >= _LONG or (is_broken and len(line) >= _LONG)
    if _OPEN_WIDE.search(before) or (length >= _LONG and _OPEN.search(before[-12:])):
        return True
    return length >= _LONG and len(line) < _LONG and bool(_CONTINUES.match(after) or after[:1].islower())
