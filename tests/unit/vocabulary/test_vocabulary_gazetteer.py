"""The committed table of names."""

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import services.vocabulary
from services.vocabulary.gazetteer import Gazetteer, load
from services.vocabulary.names import fold

TABLE = Path(services.vocabulary.__file__).with_name("gazetteer.tsv")
KINDS = {"country", "bloc", "organization", "company", "commodity", "technology", "weapon", "theme"}


def rows() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


def forms(row: dict[str, str]) -> list[str]:
    return [form for column in ("names", "demonyms", "metonyms") for form in row[column].split("|") if form]


def test_every_row_has_its_seven_columns() -> None:
    assert [row for row in rows() if None in row or None in row.values()] == []


def test_every_slug_occurs_once_and_is_plain() -> None:
    slugs = [row["slug"] for row in rows()]
    assert [slug for slug, times in Counter(slugs).items() if times > 1] == []
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_every_kind_is_known() -> None:
    assert {row["kind"] for row in rows()} == KINDS


def test_only_countries_and_blocs_have_a_short_name_and_each_its_own() -> None:
    shorts = [(row["kind"], row["short"]) for row in rows() if row["short"]]
    assert {kind for kind, _ in shorts} <= {"country", "bloc"}
    assert [short for short, times in Counter(short for _, short in shorts).items() if times > 1] == []


def test_every_row_has_a_name() -> None:
    assert [row["slug"] for row in rows() if not row["names"].strip("|")] == []


def test_a_form_occurs_in_one_entry_only() -> None:
    found = Counter(fold(form) for row in rows() for form in set(map(fold, forms(row))))
    assert [form for form, times in found.items() if times > 1] == []


def test_no_form_has_stray_blanks() -> None:
    assert [form for row in rows() for form in forms(row) if form != " ".join(form.split())] == []


def test_a_match_gives_the_longest_name(gazetteer: Gazetteer) -> None:
    text = "United States of America"
    assert [(start, end) for start, end, _ in gazetteer.matches(text, fold(text))] == [(0, len(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("US", ["US"]),
        ("us Us", []),
        ("Nato NATO nato", ["Nato", "NATO"]),
        ("Japan japan JAPAN", ["Japan", "JAPAN"]),
        ("Lithium lithium", ["Lithium", "lithium"]),
        ("Japan's (Japan) “Japan”", ["Japan", "Japan", "Japan"]),
        ("xJapan Japanx Japan2", []),
        ("U.S. and U.S.", ["U.S.", "U.S."]),
        ("日本は中国と", ["日本", "中国"]),
        ("Japan日本", ["Japan", "日本"]),
        ("", []),
    ],
)
def test_matches_keep_to_capitals_and_to_whole_words(gazetteer: Gazetteer, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in gazetteer.matches(text, fold(text))] == found


def test_matches_never_overlap(gazetteer: Gazetteer) -> None:
    text = (
        "North Korea, South Korea, Guinea-Bissau, Papua New Guinea, U.S.-Japan, Rare Earth Metals, 中国アメリカ合衆国"
    )
    matches = gazetteer.matches(text, fold(text))
    assert all(one[1] <= other[0] for one, other in pairwise(matches))
