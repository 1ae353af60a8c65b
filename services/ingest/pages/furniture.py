"""A page's furniture: what stands around an article on its page and says nothing of it."""

import re

from services.ingest.pages import phrases
from services.ingest.pages.kinds import Kind
from services.ingest.pages.patterns import CREDIT, OF_LONG_LINES, OF_SHORT_LINES, SHORT_LINES

_WHOLE = {
    phrase: kind
    for kind, table in (
        (Kind.MENU, phrases.MENU),
        (Kind.AD, phrases.ADS),
        (Kind.SHARE, phrases.SHARE),
        (Kind.OTHERS, phrases.OTHERS),
        (Kind.AUTHOR, phrases.AUTHOR),
        (Kind.COMMENTS, phrases.COMMENTS),
        (Kind.NOTICE, phrases.NOTICES),
    )
    for phrase in table.strip().replace("\n|", "|").replace("\n", " ").split("|")
}
_LABELS = {label: Kind[name.upper()] for name, labels in phrases.LABELS.items() for label in labels.split("|")}
_SAID = [(phrase, Kind[name.upper()]) for name, said in phrases.SAID.items() for phrase in said.split("|")]
_LABELLED = re.compile(r"([^:：＝=]{1,40}?)\s*[:：＝=]\s*(.*)", re.DOTALL)
_EDGES = " .:：…»›→←>+-–—|*•!×▼▲【】()[]"
_LONGEST = 400
_LONGEST_CAPTION, _CREDIT = 800, 160
_LONGEST_VALUE = {Kind.SOURCE: 80, Kind.BYLINE: 120, Kind.DATE: 80}
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")


def recognize(line: str) -> tuple[Kind | None, str]:
    """What the line is by its words, and the value in it (a name, a date, tags); (None, line) for ordinary text."""
    if len(line) > _LONGEST_CAPTION:
        return None, line
    folded = line.casefold()
    if len(line) <= _LONGEST:
        if kind := _WHOLE.get(folded.strip(_EDGES)):
            return kind, ""
        if (found := _labelled(line)) or (found := _worded(line)):
            return found
        if kind := _said(folded):
            return kind, ""
    return (Kind.CAPTION, "") if _is_caption(folded[-_CREDIT:]) else (None, line)


def _said(folded: str) -> Kind | None:
    """What the line is by what it says somewhere."""
    for phrase, kind in _SAID:
        if phrase in folded:
            return kind
    return None


def _is_caption(ending: str) -> bool:
    """Whether it ends with a picture's credit. The hints are looked for first because that is quick."""
    for hint in phrases.CREDIT_HINTS:
        if hint in ending:
            return bool(CREDIT.search(ending))
    return False


def _labelled(line: str) -> tuple[Kind, str] | None:
    """A label that is known, before a colon or the like, and what it says."""
    match = _LABELLED.match(line[:_LONGEST])
    kind = _LABELS.get(match[1].casefold()) if match else None
    if match is None or kind is None or not _fits(kind, match[2]):
        return None
    return kind, match[2] if kind in (Kind.SOURCE, Kind.BYLINE, Kind.DATE, Kind.TAGS) else ""


def _worded(line: str) -> tuple[Kind, str] | None:
    """What the line is by how it begins, or is worded as a whole."""
    wordings = OF_SHORT_LINES if len(line) <= SHORT_LINES else OF_LONG_LINES
    if not wordings.any.match(line):
        return None
    for kind, wording in wordings.each:
        if match := wording.match(line):
            value = (match.groupdict().get("value") or "").strip()
            if not value or _fits(kind, value):
                return kind, value
    return None


def _fits(kind: Kind, value: str) -> bool:
    """Whether this can be the value of such a line: no sentence, and a date with a digit, or capitalized names."""
    longest = _LONGEST_VALUE.get(kind)
    if longest is None:
        return True
    if not value or len(value) > longest or _SENTENCE_END.search(value):
        return False
    if kind is Kind.DATE:
        return any(character.isdigit() for character in value)
    return kind is Kind.SOURCE or _is_capitalized(value)


def _is_capitalized(name: str) -> bool:
    """Whether the words begin as names do, small words such as `van` aside; scripts without capitals pass."""
    words = [word for word in re.split(r"[\s,&・]+", name) if len(word) > 3]
    return not name[:1].islower() and all(not word[0].islower() or word in _BYLINE_WORDS for word in words)


_BYLINE_WORDS = frozenset({"staff", "desk", "newsroom", "editorial", "team", "writer"})
