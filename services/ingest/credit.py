"""Whom a text credits: the agency before its first sentence, or the source that its last lines name."""

import re

_LAST_LINES = 3
_AGENCIES = frozenset("afp anp ansa apa ats belga dpa dts efe epd kna lusa ntb ots pap ritzau sda sid stt tt".split())
"""Those that write themselves without a capital."""
_BEFORE_THE_TEXT = re.compile(r"[^\n()]{0,80}\(([^\W\d_]+(?:[ /.&-][^\W\d_]+){0,2})\)\s*[-–—]+\s")
_AT_THE_END = re.compile(
    r"\W*(?:sources?|quellen?|fuentes?|fontes?|fonti|bron|kilde|källa|zdroj|źródło|kaynak|sumber|nguồn|出典|出所|来源|출처)"
    r"\s*[:：]\s*(\S.{0,58}\S)",
    re.IGNORECASE,
)


def credited(body: str) -> str | None:
    """The agency of "PORT ELLIS (Reuters) - ", else that of a last line "Source: dpa"; None where there is neither."""
    if (before := _BEFORE_THE_TEXT.match(body)) and _is_a_house(before[1]):
        return before[1].partition("/")[0]
    last = body.rstrip().rsplit("\n", _LAST_LINES)[-_LAST_LINES:]
    ends = (_AT_THE_END.fullmatch(line.strip()) for line in reversed(last))
    return next((end[1].rstrip(" .。)") for end in ends if end), None)


def _is_a_house(name: str) -> bool:
    return name[0].isupper() or name.partition("/")[0] in _AGENCIES
