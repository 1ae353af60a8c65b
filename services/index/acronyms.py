"""Acronyms whose lower case is a common word, so that case is all that tells them apart."""

import re

AMBIGUOUS = frozenset({"WHO", "IT", "AID", "ICE", "US", "AIDS", "CARE", "FAST", "NOW", "SAID", "SEAL", "START", "ARM"})
_SHORTEST = [name for name in AMBIGUOUS if not any(other in name for other in AMBIGUOUS - {name})]
"""Where none of these stands, none of the others does, which hold one of them."""
_CAPITALS = re.compile(r"(?<![\w.])[A-Z]{2,5}(?![\w])")


def ambiguous_acronyms(text: str) -> tuple[str, ...]:
    """Those acronyms that stand in the text in capitals, sorted; none for a text that is all capitals."""
    if text.isupper() or not any(name in text for name in _SHORTEST):
        return ()
    return tuple(sorted(AMBIGUOUS.intersection(_CAPITALS.findall(text))))
