"""Acronyms whose lower case is a common word, so that case is all that tells them apart."""

import re

AMBIGUOUS = frozenset({"WHO", "IT", "AID", "ICE", "US", "AIDS", "CARE", "FAST", "NOW", "SAID", "SEAL", "START", "ARM"})
_SHORTEST = [name for name in AMBIGUOUS if not any(other in name for other in AMBIGUOUS - {name})]
"""Where none of these stands, none of the others does, which hold one of them."""
_DOTTED = tuple(".".join(name) for name in _SHORTEST)
_INNER_DOT = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b)")
_CAPITALS = re.compile(r"(?<![\w.])[A-Z]{2,5}(?![\w])")


def ambiguous_acronyms(text: str) -> tuple[str, ...]:
    """Those acronyms that stand in the text in capitals or dotted, sorted; none for a text that is all capitals."""
    if text.isupper():
        return ()
    if any(name in text for name in _DOTTED):
        text = _INNER_DOT.sub("", text)
    elif not any(name in text for name in _SHORTEST):
        return ()
    return tuple(sorted(AMBIGUOUS.intersection(_CAPITALS.findall(text))))
