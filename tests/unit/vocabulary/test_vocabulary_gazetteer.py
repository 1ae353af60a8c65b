"""The committed table of names."""

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import services.vocabulary
from services.vocabulary.gazetteer import COLUMNS, FORM_COLUMNS, Gazetteer, load
from services.vocabulary.names import fold

TABLE = Path(services.vocabulary.__file__).with_name("gazetteer.tsv")
KINDS = {
    *("country", "bloc", "organization", "office", "company", "commodity", "technology", "weapon", "theme"),
    *("relation", "nothing"),
}


def rows() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


def forms(row: dict[str, str]) -> list[str]:
    return [form for column in FORM_COLUMNS for form in row[column].split("|") if form]


def test_every_row_has_its_columns() -> None:
    assert [row for row in rows() if tuple(row) != COLUMNS or None in row.values()] == []


def test_every_slug_occurs_once_a_language_and_is_plain() -> None:
    places = [(row["kind"], row["slug"], row["language"]) for row in rows()]
    assert [place for place, times in Counter(places).items() if times > 1] == []
    assert [slug for _, slug, _ in places if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_a_slug_is_of_one_kind() -> None:
    kinds = {(row["slug"], row["kind"]) for row in rows()}
    assert [slug for slug, times in Counter(slug for slug, _ in kinds).items() if times > 1] == []


def test_what_an_entry_names_besides_is_in_the_table(gazetteer: Gazetteer) -> None:
    named = {slug for row in rows() for slug in row["of"].split("|") if slug}
    assert [slug for slug in sorted(named) if slug not in gazetteer.entries] == []
    related = {slug for row in rows() if row["kind"] == "relation" for slug in row["of"].split("|")}
    assert [slug for slug in sorted(related) if slug not in gazetteer.shorts] == []


def test_every_kind_is_known() -> None:
    assert {row["kind"] for row in rows()} == KINDS


def test_only_countries_and_blocs_have_a_short_name_and_each_its_own() -> None:
    shorts = [(row["kind"], row["short"]) for row in rows() if row["short"]]
    assert {kind for kind, _ in shorts} <= {"country", "bloc"}
    assert [short for short, times in Counter(short for _, short in shorts).items() if times > 1] == []


def test_every_row_has_a_form() -> None:
    assert [row["slug"] for row in rows() if not forms(row)] == []


def test_a_form_occurs_in_one_entry_of_its_language_only() -> None:
    found = Counter((row["language"], folded) for row in rows() for folded in set(map(fold, forms(row))))
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
        ("„Japan“–China…Japan", ["Japan", "China", "Japan"]),
        ("éJapan Japané łJapan Japanł", []),
        ("Chișinău, Chișinăul", ["Chișinău"]),
        ("South Korea; South  Korea", ["South Korea", "Korea"]),
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


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("ein polnischer Zug nach Polen", "de", ["polnischer", "Polen"]),
        ("ein polnischer Zug nach Polen", "en", []),
        ("Deutschlands und Japans Häfen", "de", ["Deutschlands", "Japans"]),
        ("le port américain, l'Iran", "fr-CA", ["américain", "Iran"]),
        ("la Suisse et le lac suisse", "fr", ["Suisse", "suisse"]),
        ("puertos chilenos en Chile", "es", ["chilenos", "Chile"]),
        ("Japan och Polen", "sv", ["Japan"]),
        ("Turkey", "und", ["Turkey"]),
        ("Turkey", "de", []),
        ("東京とパリ", "en", ["東京", "パリ"]),
    ],
)
def test_a_form_counts_in_its_own_language(gazetteer: Gazetteer, text: str, language: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in gazetteer.matches(text, fold(text), language)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("タイとチリ", ["タイ", "チリ"]),
        ("タイトルとスタイル、チリソース", []),
        ("アメリカ人とアメリカン", ["アメリカ"]),
        ("中国地方の雨", []),
        ("日米は", ["日米"]),
        ("同日米国は", ["米国"]),
        ("15日米国は", ["米国"]),
        ("15日朝", []),
        ("日中の気温", []),
        ("日中関係", ["日中関係"]),
        ("米ロサンゼルス", ["ロサンゼルス"]),
        ("米ロの", ["米ロ"]),
        ("米中間選挙", ["米中間選挙"]),
        ("일본은 한국과", ["일본", "한국"]),
        ("새일본", []),
    ],
)
def test_scripts_without_blanks_keep_names_out_of_other_words(
    gazetteer: Gazetteer, text: str, found: list[str]
) -> None:
    assert [text[start:end] for start, end, _ in gazetteer.matches(text, fold(text), "ja")] == found


def test_a_phrase_that_is_no_name_hides_the_name_inside_it(gazetteer: Gazetteer) -> None:
    text = "Danish pastries for ten Swiss francs in Denmark"
    assert [text[start:end] for start, end, _ in gazetteer.matches(text, fold(text))] == ["Denmark"]
