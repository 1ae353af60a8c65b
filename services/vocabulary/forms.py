"""A name as it is written: what it asks of the text in which it stands, so that it is one there."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

FIRST_OTHER = "\u0370"
"""The first character of a script that is not Latin."""
OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u2e80-\uffdc]")
UNTAGGED = ("nothing", "relation")
"""Kinds of entries that give no tag of their own, only what they name besides, if anything."""
Rule = Literal["name", "demonym", "metonym", "city", "together"]
Capitals = Literal["all", "first", "none"]
Alone = Literal["word", "katakana", "hangul", "pair", "anywhere"]
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_HAN_OR_DIGIT = re.compile(r"[\u3005-\u3007\u3400-\u9fff\d]")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One thing that has a tag.

    `short` names it in relations, `of` are the slugs of what it names besides, `unless` are words that make its name
    doubtful. What is of the kind `nothing` keeps names inside it from being found.
    """

    kind: str
    slug: str
    short: str
    of: tuple[str, ...]
    unless: tuple[str, ...]


class Form(NamedTuple):
    """One spelling of an entry. `capitals` is what it asks of the text's case, `alone` of the characters around it."""

    entry: Entry
    rule: Rule
    capitals: Capitals
    alone: Alone


Match = tuple[int, int, Form]
"""Start and end of a form in a text, and the form."""


def form_of(entry: Entry, rule: Rule, text: str) -> Form:
    """This spelling of an entry, with what its own letters ask of a text."""
    return Form(entry, rule, _capitals(text), _alone(text, entry))


def _capitals(form: str) -> Capitals:
    if form.islower():
        return "none"
    if form.isupper() and len(form) > 1:
        return "all"
    return "first" if form[0].isupper() else "none"


def _alone(form: str, entry: Entry) -> Alone:
    if form.isascii() or form[0] < FIRST_OTHER:
        return "word"
    if entry.kind == "relation":
        return "hangul" if _HANGUL.match(form) else "pair"
    if _KATAKANA.match(form[0]) or _KATAKANA.match(form[-1]):
        return "katakana"
    return "hangul" if _HANGUL.match(form) else "anywhere"


def stands_alone(what: Alone, text: str, start: int, end: int) -> bool:
    """Whether the characters around a form let it be a word of its own, as far as its script can tell."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if what == "word":
        return not before.isalnum() and not (after.isalnum() and after < FIRST_OTHER)
    if what == "katakana":
        return not (_KATAKANA.match(text[start]) and _KATAKANA.match(before)) and not (
            _KATAKANA.match(text[end - 1]) and _KATAKANA.match(after)
        )
    if what == "hangul":
        return not _HANGUL.match(before)
    return not _HAN_OR_DIGIT.match(before) and not (_KATAKANA.match(text[end - 1]) and _KATAKANA.match(after))
