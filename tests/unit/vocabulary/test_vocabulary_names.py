"""Canonical tags."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.vocabulary.gazetteer import Gazetteer, load
from services.vocabulary.names import MAX_TAG_CHARACTERS, canonical_tag, fold, relation, slug


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("U.S.–Japan", "u.s.-japan"),
        ("Côte d’Ivoire", "côte d'ivoire"),
        ("a\u00a0b\u202fc", "a b c"),
        ("İstanbul", "istanbul"),
        ("＆ － ＇", "& - '"),
        ("ΣΑΣ", "σας"),
        ("ẞß", "ßß"),
        ("日本", "日本"),
        ("😀A", "😀a"),
        ("ﬁ", "ﬁ"),
    ],
)
def test_a_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "character", ["İ", "ẞ", "ŉ", "ǰ", "ΐ", "ﬁ", "Σ", "ᾼ", "Ǆ", "K", "Å", "😀", "\u0130\u0307", "𐐀"]
)
def test_tricky_characters_keep_their_places(character: str) -> None:
    text = f"{character}A{character}{character} B"
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded.index("a") == text.index("A")
    assert folded.rindex("b") == text.rindex("B")


def test_no_character_of_unicode_changes_its_length() -> None:
    assert [hex(code) for code in range(0x110000) if len(fold(chr(code))) != 1] == []


@settings(deadline=None)
@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("İIıΣς–’ ")))
def test_folding_a_folded_text_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("label", "tag"),
    [
        ("U.S.–Japan", "us-japan"),
        ("US Japan", "us-japan"),
        ("us_japan", "us-japan"),
        ("S&P 500", "s-and-p-500"),
        ("R & D", "r-and-d"),
        ("Rare Earths", "rare-earths"),
        ("#RareEarths", "rareearths"),
        ("Côte d’Ivoire", "cote-divoire"),
        ("Côte d'Ivoire", "cote-divoire"),
        ("Øresund", "oresund"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Türkiye", "turkiye"),
        ("İstanbul", "istanbul"),
        ("Æther", "aether"),
        ("北朝鮮", "北朝鮮"),
        ("ガス", "ガス"),
        ("हिन्दी", "हिन्दी"),
        ("Россия", "россия"),
        ("A.I.", "ai"),
        ("5G", "5g"),
        ("Q1/2026", "q1-2026"),
        ("a  --  b", "a-b"),
        ("-a-", "a"),
        ('(a) [b] "c"', "a-b-c"),
        ("", ""),
        ("   ", ""),
        ("!!!", ""),
        ("–", ""),
        ("’", ""),
    ],
)
def test_a_label_has_one_slug(label: str, tag: str) -> None:
    assert slug(label) == tag


def test_a_slug_is_bounded() -> None:
    assert slug("x" * 1000) == "x" * MAX_TAG_CHARACTERS
    assert slug("x" * (MAX_TAG_CHARACTERS - 1) + " y") == "x" * (MAX_TAG_CHARACTERS - 1)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_a_slug_is_bounded_and_has_no_separator_at_its_ends(label: str) -> None:
    tag = slug(label)
    assert len(tag) <= MAX_TAG_CHARACTERS
    assert tag == tag.strip("-")
    assert not set(tag) & set(' \t\n_/,:;.!?()[]"#+–—’A')


@settings(deadline=None)
@given(st.lists(st.text("aBü9日", min_size=1, max_size=6), min_size=1, max_size=5))
def test_a_slug_of_a_slug_is_itself_however_words_were_joined(words: list[str]) -> None:
    tags = {slug(joint.join(words)) for joint in (" ", "-", "_", "–", " – ", "/", "\u00a0", ", ")}
    assert len(tags) == 1
    assert {slug(tag) for tag in tags} == tags


@pytest.mark.parametrize(
    ("one", "other", "tag"),
    [
        ("us", "japan", "us-japan"),
        ("china", "us", "us-china"),
        ("eu", "china", "eu-china"),
        ("uk", "eu", "uk-eu"),
        ("us", "uk", "us-uk"),
        ("russia", "ukraine", "russia-ukraine"),
        ("china", "russia", "china-russia"),
        ("japan", "australia", "japan-australia"),
        ("pakistan", "india", "india-pakistan"),
        ("south-korea", "japan", "japan-south-korea"),
    ],
)
def test_a_relation_has_one_order(one: str, other: str, tag: str) -> None:
    assert relation(one, other) == tag
    assert relation(other, one) == tag


SPELLINGS = {
    "us-japan": (
        *("U.S.–Japan", "US Japan", "Japan-U.S.", "us_japan", "United States-Japan relations", "USA/Japan"),
        *("Japan-United States", "US-Japan ties", "Japan-US relationship", "U.S.-Japan partnership", "Nippon-America"),
        *("日米", "미일"),
    ),
    "china-russia": ("Russia China", "China–Russia", "Russian Federation-PRC", "russia_china"),
    "united-states": ("US", "U.S.", "usa", "U.S.A.", "United States", "america", "united states of america"),
    "united-kingdom": ("UK", "U.K.", "Britain", "great britain"),
    "rare-earth": ("rare earth", "Rare Earths", "rare_earths", "rare-earth elements", "RARE EARTH METALS"),
    "north-korea": ("North Korea", "DPRK", "D.P.R.K.", "北朝鮮"),
    "guinea-bissau": ("Guinea-Bissau", "guinea bissau"),
    "bosnia-and-herzegovina": ("Bosnia-Herzegovina", "Bosnia & Herzegovina"),
    "japan-south-korea": ("South Korea–Japan", "japan south korea"),
    "weather": ("Weather", " weather! "),
    "japan-japan": ("Japan Japan",),
    "": ("", "!!!", "—"),
}


@pytest.mark.parametrize(("tag", "label"), [(tag, label) for tag, labels in SPELLINGS.items() for label in labels])
def test_every_spelling_is_the_same_tag(gazetteer: Gazetteer, tag: str, label: str) -> None:
    assert canonical_tag(label, gazetteer.aliases, gazetteer.shorts) == tag


def test_a_canonical_tag_is_canonical_already(gazetteer: Gazetteer) -> None:
    for known in gazetteer.aliases.values():
        assert canonical_tag(known, gazetteer.aliases, gazetteer.shorts) == known


def test_a_relation_of_any_two_countries_is_canonical_already(gazetteer: Gazetteer) -> None:
    shorts = sorted(gazetteer.shorts.values())
    wrong = [
        tag
        for one, other in itertools.combinations(shorts[::3], 2)
        if canonical_tag(tag := relation(one, other), gazetteer.aliases, gazetteer.shorts) != tag
    ]
    assert wrong == []
