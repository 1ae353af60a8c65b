"""Acronyms whose lower case is a common word, so that case is all that tells them apart."""

import re

AMBIGUOUS = frozenset({"WHO", "IT", "AID", "ICE", "US", "AIDS", "CARE", "FAST", "NOW", "SAID", "SEAL", "START", "ARM"})
_SHORTEST = [name.encode() for name in AMBIGUOUS if not any(other in name for other in AMBIGUOUS - {name})]
"""Where none of these stands, none of the others does, which hold one of them."""
_DOTTED = tuple(b".".join(name[at : at + 1] for at in range(len(name))) for name in _SHORTEST)
_SMALL = bytes(range(ord("a"), ord("z") + 1))
_INNER_DOT = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b)")
_CAPITALS = re.compile(r"(?<![\w.])[A-Z]{2,5}(?![\w])")


def ambiguous_acronyms(text: str) -> tuple[str, ...]:
    """Those acronyms that stand in the text in capitals or dotted, sorted; none for a text that is all capitals."""
    if text.isupper():
        return ()
    few = text.encode(errors="surrogatepass").translate(None, _SMALL)  # capitals that stand together still do
    if any(name in few for name in _DOTTED):
        text = _INNER_DOT.sub("", text)
    elif not any(name in few for name in _SHORTEST):
        return ()
    return tuple(sorted(AMBIGUOUS.intersection(_CAPITALS.findall(text))))
