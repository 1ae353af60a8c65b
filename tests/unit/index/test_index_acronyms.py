"""Acronyms that only their capitals tell from words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.index.acronyms import AMBIGUOUS, ambiguous_acronyms


@pytest.mark.parametrize("name", sorted(AMBIGUOUS))
def test_each_is_found_in_capitals_alone(name: str) -> None:
    assert ambiguous_acronyms(f"what {name} does") == (name,)
    assert ambiguous_acronyms(f"({name})'s “{name},”, yes") == (name,)
    assert ambiguous_acronyms(f"what {name.lower()} does") == ()
    assert ambiguous_acronyms(f"What {name.capitalize()} does") == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("WHO and the US meet", ("US", "WHO")),
        ("US, WHO, US again", ("US", "WHO")),
        ("NATO and UN meet", ()),
        ("WHOSE turn", ()),
        ("xWHO WHO2 _IT", ()),
        ("U.S. and A.IT", ("US",)),
        ("the W.H.O. said", ("WHO",)),
        ("the W.H.O.'s “A.I.D.”", ("AID", "WHO")),
        ("A.W.H.O. and W.H.OX", ()),
        ("WHO IS THERE", ()),
        ("WHO", ()),
        ("", ()),
        ("日本 WHO", ()),
        ("日本 WHO said", ("WHO",)),
        ("WHO-led aid", ("WHO",)),
    ],
)
def test_acronyms_are_told_from_words(text: str, names: tuple[str, ...]) -> None:
    assert ambiguous_acronyms(text) == names


@settings(deadline=None)
@given(st.text(st.sampled_from("WHOIT who.x ")))
def test_what_is_found_is_known_sorted_and_once(text: str) -> None:
    found = ambiguous_acronyms(text)
    assert set(found) <= AMBIGUOUS
    assert list(found) == sorted(set(found))
