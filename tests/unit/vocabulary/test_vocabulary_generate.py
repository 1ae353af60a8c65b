"""The table of names is made from tables kept by hand and from CLDR."""

from importlib.resources import files

import pytest

from services.vocabulary.endings import inflected
from services.vocabulary.gazetteer import COLUMNS, TABLE
from services.vocabulary.generate import Row, by_script, check, merged, parts, table


def row(**cells: str) -> Row:
    return {**dict.fromkeys(COLUMNS, ""), "kind": "country", "slug": "norland", "language": "en", **cells}


def test_making_it_again_gives_the_committed_table() -> None:
    committed = files("services.vocabulary").joinpath(TABLE).read_text(encoding="utf-8")
    assert table() == committed, "run python -m services.vocabulary.generate"


def test_a_form_that_names_two_things_in_one_language_is_an_error() -> None:
    check([row(names="Norland"), row(slug="sudland", language="de", names="Norland")])
    with pytest.raises(ValueError, match="norland"):
        check([row(names="Norland"), row(slug="sudland", names="Sudland|norland")])


def test_a_form_stands_once_and_lower_case_wins() -> None:
    rows = merged(iter([row(names="Norland|Nor"), row(names="Nor", demonyms="norland|norsk")]))
    assert [(one["names"], one["demonyms"]) for one in rows] == [("norland|Nor", "norsk")]


def test_forms_in_another_script_count_in_any_language() -> None:
    rows = list(by_script(row(names="Norland|ノルランド", metonyms="Nordby"), "de"))
    assert [(one["language"], one["names"], one["metonyms"]) for one in rows] == [
        ("de", "Norland", "Nordby"),
        ("", "ノルランド", ""),
    ]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Norland (Nor)", ["Norland", "Nor"]),
        ("ノル（金）", ["ノル"]),
        ("Norland", ["Norland"]),
        ("", []),
    ],
)
def test_what_stands_in_brackets_is_a_name_too(name: str, names: list[str]) -> None:
    assert parts(name) == names


@pytest.mark.parametrize(
    ("form", "language", "forms"),
    [
        ("norisch", "de", {"norisch", "norische", "norischen", "norischer", "norisches", "norischem"}),
        ("Norer", "de", {"Norer", "Norern", "Norers", "Norerin", "Norerinnen"}),
        ("norien", "fr", {"norien", "noriens", "norienne", "noriennes"}),
        ("norais", "fr", {"norais", "noraise", "noraises"}),
        ("norés", "es", {"norés", "noresa", "noreses", "noresas"}),
        ("noro", "it", {"noro", "nora", "nori", "nore"}),
        ("norisk", "sv", {"norisk"}),
    ],
)
def test_words_take_the_endings_of_their_language(form: str, language: str, forms: set[str]) -> None:
    assert set(inflected(form, language)) == forms
