"""Which lines within an article's region are its text, and why the others are not."""

from collections import Counter
from collections.abc import Iterator, Sequence

from services.ingest.pages.kinds import Kind, reason
from services.ingest.pages.region import width

REPEATED = "stands several times on the page"
AMONG = "a short line among furniture"
_LEADS_A_LIST = frozenset(
    {Kind.OTHERS, Kind.SHARE, Kind.NEWSLETTER, Kind.COMMENTS, Kind.PAYWALL, Kind.COOKIES, Kind.TAGS}
)


def reasons_against(lines: Sequence[str], kinds: Sequence[Kind | None], worths: Sequence[float]) -> list[str | None]:
    """For each line of the region why it is no text of the article, None where it is."""
    against: list[str | None] = [None if kind is None else reason(kind) for kind in kinds]
    for start, end in _gaps(worths):
        if any(kinds[start:end]) and start > 0 and end < len(lines):
            against[start:end] = _in_a_gap(lines[start:end], kinds[start:end], against[start:end])
    again = _said_again(lines)
    return [why or (REPEATED if line in again else None) for line, why in zip(lines, against, strict=True)]


def _gaps(worths: Sequence[float]) -> Iterator[tuple[int, int]]:
    """The runs of lines that speak against being text."""
    start: int | None = None
    for number, worth in enumerate((*worths, 1.0)):
        if worth < 0:
            start = number if start is None else start
        elif start is not None:
            yield start, number
            start = None


def _in_a_gap(lines: Sequence[str], kinds: Sequence[Kind | None], against: list[str | None]) -> list[str | None]:
    """The reasons in a gap with furniture: only a line right above the text that goes on may be its heading."""
    leads = next((number for number, kind in enumerate(kinds) if kind in _LEADS_A_LIST), None)
    told: list[str | None] = []
    for number, why in enumerate(against):
        if leads is not None and number > leads:
            told.append(why or f"in the list under “{lines[leads]}”")
        else:
            told.append(why or (AMONG if number < len(lines) - 1 else None))
    return told


def _said_again(lines: Sequence[str]) -> frozenset[str]:
    """The lines that stand there more than once; none where that is most of the text, which then is there twice."""
    times = Counter(lines)
    again = frozenset(line for line, count in times.items() if count > 1)
    if not again or 2 * sum(width(line) for line in lines if line in again) > sum(map(width, lines)):
        return frozenset()
    return again
