"""Which two countries a text relates to each other: rules over the words between and around two names."""

import re

from services.vocabulary.forms import Match

_LONGEST = 48
_NOUN = (
    "relations?|relationship|ties|alliance|pact|deals?|trade|summit|treaty|talks|partnership|friendship|tensions?|"
    "agreements?|cooperation|border|war|dialogue|accords?"
)
_THE = "the |la |le |les |l'|die |der |den |dem |el |los "
_NOUN_NEXT = re.compile(rf"(?: [\w-]{{1,16}}){{0,2}}? (?:{_NOUN})\b")
_ACTION_NEXT = re.compile(
    rf" (?:have |both |jointly )?(?:sign\w*|agreed?|announced?|(?:hold|held|resume|begin) talks|{_NOUN})\b"
)
_JAPANESE_NOUN_NEXT = re.compile(
    "(?:の|間の|両国の?|が)?.{0,4}?(?:関係|首脳|協議|会談|貿易|同盟|戦争|対立|緊張|交渉|合意|協定|条約)"
)
_AND = re.compile(rf",? (?:and|&|et|und|y|e) (?:{_THE})?$")
_BETWEEN = re.compile(rf"\b(?:between|entre|zwischen|tra|fra) (?:{_THE})?$")
_COMPARED = re.compile(
    r"\b(?:gaps?|differentials?|differences?|spreads?|parallels?|comparisons?|choice) between (?:the )?$"
)
_SPEAKERS_NEXT = re.compile("[ -]speak")
_PART_OF_MORE = re.compile(r"(?:\b(?:with|against|on|from|to|in|by|for|of)|,) (?:the )?$")
_NOT_THEIRS = "in |at |on |its |his |her |their |and |of |to |for |from "
_TIES_WITH = re.compile(
    rf"(?:'s?)? (?:(?!{_NOT_THEIRS})[\w-]{{1,16}} ){{0,2}}?"
    r"(?:relations|ties|tensions|talks|trade|alliance|war) with (?:the )?"
)
_EMIGRANTS = frozenset({"american", "americans", "canadian", "canadians", "australian", "australians", "british"})


def relation_rule(folded: str, left: Match, right: Match) -> str | None:
    """Why the two different countries that meet here in the folded text are related, or None."""
    (start, left_end, one), (right_start, end, other) = left, right
    if right_start - left_end > _LONGEST or "city" in (one.rule, other.rule):
        return None
    between, following = folded[left_end:right_start], folded[end : end + _LONGEST]
    if between in ("-", "/", " "):
        return _side_by_side(folded, left, right, following)
    if between in ("と", "・"):
        return "and" if _JAPANESE_NOUN_NEXT.match(following) else None
    if _AND.match(between):
        return _both(folded[max(0, start - _LONGEST) : start], following)
    return "ties with" if _TIES_WITH.fullmatch(between) else None


def _side_by_side(folded: str, left: Match, right: Match, following: str) -> str | None:
    """`US-Japan` by itself; `US/Japan` and `US Japan`, which may be a list, before what two countries have together."""
    joined = folded[left[1] : right[0]]
    if joined == "-" and _is_pair(folded, left, right):
        return "hyphenated"
    if not _NOUN_NEXT.match(following):
        return None
    if joined != " ":
        return "hyphenated"
    return "side by side" if "metonym" not in (left[2].rule, right[2].rule) else None


def _is_pair(folded: str, left: Match, right: Match) -> bool:
    """Whether two names with a hyphen are the two sides of something, and no line of travel, nor people by descent."""
    (start, _, one), (right_start, end, other) = left, right
    if "metonym" in (one.rule, other.rule) or "-" in (folded[start - 1 : start], folded[end : end + 1]):
        return False
    return not (one.rule == other.rule == "demonym" and folded[right_start:end] in _EMIGRANTS)


def _both(before: str, following: str) -> str | None:
    """Two countries with an `and`, if something is between them, or they do something, and are no part of a list."""
    if _BETWEEN.search(before):
        return "between" if not (_COMPARED.search(before) or _SPEAKERS_NEXT.match(following)) else None
    return "and" if _ACTION_NEXT.match(following) and not _PART_OF_MORE.search(before) else None
