"""What people call tags, and which tags somebody may be about to type."""

import pytest

from services.search.labels import Labels
from services.vocabulary.gazetteer import load

LABELS = Labels(load())


@pytest.mark.parametrize(
    ("tag", "label"),
    [
        ("us-japan", "US–Japan"),
        ("us-south-korea", "US–South Korea"),
        ("united-states", "United States"),
        ("cote-divoire", "Côte d'Ivoire"),
        ("rare-earth", "Rare earth"),
        ("f-35", "F-35"),
        ("harbour-dredging", "Harbour dredging"),
        ("日本", "日本"),
    ],
)
def test_a_tag_is_written_as_people_write_it(tag: str, label: str) -> None:
    assert LABELS.tag(tag) == label


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("us-j", "us-japan"),
        ("U.S.–Jap", "us-japan"),
        ("Jap", "japan"),
        ("日", "japan"),
        ("rare e", "rare-earth"),
        ("Ivory", "cote-divoire"),
        ("UK", "united-kingdom"),
    ],
)
def test_a_tag_is_found_by_the_beginning_of_any_of_its_names(text: str, tag: str) -> None:
    assert tag in LABELS.tags_named(text)


@pytest.mark.parametrize("text", ["", " ", "!!!", "-", "\x00"])
def test_a_text_without_words_names_no_tag(text: str) -> None:
    assert [tag for tag in LABELS.tags_named(text) if tag in load().entries] == []


def test_values_of_facets_have_labels() -> None:
    assert LABELS.value("languages", "ja") == "Japanese"
    assert LABELS.value("languages", "xx") == "xx"
    assert LABELS.value("sources", "harbor wire") == "harbor wire"
