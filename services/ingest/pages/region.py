"""Where on a page its article stands: each line has a worth, and the best run of lines is the article."""

import re
from collections.abc import Sequence

from services.ingest.pages.kinds import Kind

_SENTENCE_END = re.compile(r"[.!?…。！？।؟:;][\"'”’»«“)\]」』）]*$")
_WITHIN = re.compile(r"[,.;] |[、。，]")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARAGRAPH, _MOST, _LONG = 100, 300, 120
_SHORT_LINE, _UNFINISHED, _PER_CHARACTER, _SHORT_SENTENCE = -0.4, 0.5, 0.01, 1 / 160
_KNOWN = -0.5
_KNOWN_WORTH = {
    Kind.AD: -0.2,
    Kind.LINK: -0.3,
    Kind.SOURCE: -0.2,
    Kind.MENU: -1.0,
    Kind.SHARE: -0.7,
    Kind.NEWSLETTER: -1.5,
    Kind.TAGS: -2.0,
    Kind.OTHERS: -1.0,
    Kind.AUTHOR: -2.0,
    Kind.COMMENTS: -3.0,
    Kind.COOKIES: -3.0,
    Kind.NOTICE: -3.0,
}
_NEAR = 4
_INSERTS = frozenset({Kind.AD, Kind.LINK, Kind.SOURCE, Kind.CAPTION})
_ALONE, _LONG_PARAGRAPH = 0.3, 2.0
_COMMENTS_COUNT = 0.15
_ENOUGH_FOR_COMMENTS = 5.0
_ENDS = frozenset(
    {
        *(Kind.OTHERS, Kind.AUTHOR, Kind.NEWSLETTER, Kind.COMMENTS, Kind.NOTICE, Kind.TAGS, Kind.SHARE, Kind.PAYWALL),
        Kind.COOKIES,
    }
)
_ENDS_AFTER = 0.75


def is_sentence(line: str) -> bool:
    """Whether the line ends as a sentence does."""
    return bool(_SENTENCE_END.search(line[-6:]))


def width(line: str) -> int:
    """How much the line says, in letters of an alphabet; of other scripts each character counts as two."""
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line[:_MOST]))


def is_paragraph(line: str) -> bool:
    """Whether the line is running text: long, with a sentence's punctuation."""
    return width(line) >= _PARAGRAPH and (is_sentence(line) or bool(_WITHIN.search(line[:_MOST])))


def worth(line: str, kind: Kind | None) -> float:
    """How much the line speaks for being an article's text: up to 3 for a paragraph, below 0 for furniture."""
    if kind is not None:
        return _KNOWN_WORTH.get(kind, _KNOWN)
    if is_paragraph(line):
        return min(width(line), _MOST) * _PER_CHARACTER
    if is_sentence(line):
        return width(line) * _SHORT_SENTENCE
    return _UNFINISHED if width(line) >= _LONG else _SHORT_LINE


def article_region(worths: Sequence[float], kinds: Sequence[Kind | None]) -> tuple[int, int]:
    """The first line of the article and the one below its last; (0, 0) where no line speaks for one."""
    smooth = _smoothed(worths, kinds)
    start, end = _best_run(smooth)
    return start, _without_tail(smooth, kinds, start, end)


def _smoothed(worths: Sequence[float], kinds: Sequence[Kind | None]) -> list[float]:
    """The worths, where text without other text near it counts less, and so do comments below an article."""
    smooth: list[float] = []
    above, share = 0.0, 1.0
    for number, own in enumerate(worths):
        if kinds[number] is Kind.COMMENTS and above > _ENOUGH_FOR_COMMENTS:
            share *= _COMMENTS_COUNT
        if own <= 0:
            smooth.append(own)
            continue
        counted = own if _has_company(worths, kinds, number) else own * _ALONE
        above += counted
        smooth.append(counted * share)
    return smooth


def _has_company(worths: Sequence[float], kinds: Sequence[Kind | None], number: int) -> bool:
    """Whether there is other text next to this, or near it: within four lines of a long paragraph or of an insert."""
    for way in (-1, 1):
        inserts = worths[number] >= _LONG_PARAGRAPH
        for other in range(number + way, number + way * (_NEAR + 1), way):
            if not 0 <= other < len(worths):
                break
            if worths[other] > 0 and (inserts or other == number + way):
                return True
            inserts = inserts or kinds[other] in _INSERTS
    return False


def _best_run(worths: Sequence[float]) -> tuple[int, int]:
    """The run of lines with the greatest sum."""
    best, run, start = 0.0, 0.0, 0
    found = (0, 0)
    for number, own in enumerate(worths):
        if run <= 0:
            run, start = 0.0, number
        run += own
        if run > best:
            best, found = run, (start, number + 1)
    return found


def _without_tail(worths: Sequence[float], kinds: Sequence[Kind | None], start: int, end: int) -> int:
    """The end of the article: an end mark after three quarters of the text, where the run goes on beyond that."""
    most = sum(one for one in worths[start:end] if one > 0) * _ENDS_AFTER
    seen = 0.0
    for number in range(start, end):
        if seen >= most and kinds[number] in _ENDS:
            return number
        seen += max(worths[number], 0.0)
    return end
