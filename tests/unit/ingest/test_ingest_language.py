"""Which language a text is in, how sure that is, and when a page is not believed."""

import pytest

from services.ingest.language import (
    LanguageReader,
    Recognized,
    canonical_language,
    contradicts,
    is_plainly_english,
    main_language,
    recognized,
)
from services.ingest.rare_languages import rare_language

ENGLISH = "The council met on Monday evening and spoke about the weather, the roads and the price of bread."
GERMAN = "Der Rat kam am Montagabend zusammen und sprach über das Wetter, die Straßen und den Preis des Brotes."
HINDI = "परिषद की बैठक सोमवार शाम को हुई और उसमें मौसम, सड़कों और रोटी की कीमत के बारे में बात की गई।"
ZULU = (
    "Umkhandlu uhlangene ngoMsombuluko kusihlwa, kanti usho ukuthi imigwaqo izolungiswa futhi nesinkwa sizokwehla "
    "ngentengo. Abantu bathi lokhu kuhle, kodwa bafuna ukwazi ukuthi kuzokwenzeka nini, ngoba balinde isikhathi eside."
)
XHOSA = (
    "Ibhunga lihlangene ngoMvulo ngokuhlwa kwaye lithethe ngeendlela kunye nexabiso lesonka. Abantu bathi bafuna "
    "ukwazi ukuba oku kuya kwenzeka nini, njengoko belinde ixesha elide okanye iinyanga ezininzi ngoku."
)


@pytest.fixture(scope="module")
def reader() -> LanguageReader:
    return LanguageReader()


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de"), (HINDI, "hi")])
def test_a_language_is_recognized_and_how_sure_that_is(reader: LanguageReader, text: str, language: str) -> None:
    read = reader.read(text)
    assert read.language == language
    assert 0.6 <= read.confidence <= 1


@pytest.mark.parametrize(("text", "language"), [(ZULU, "zu"), (XHOSA, "xh")])
def test_a_language_that_the_model_does_not_know_is_told_by_its_words(
    reader: LanguageReader, text: str, language: str
) -> None:
    assert reader.read(text).language == language


@pytest.mark.parametrize("text", ["", "Ok.", "12345 67890 12345 67890 12345", "Pizza Taxi Hotel Radio"])
def test_a_text_that_is_too_short_is_in_no_language(reader: LanguageReader, text: str) -> None:
    assert (reader.read(text).language, reader.read(text).confidence) == ("und", 0.0)


def test_a_text_in_several_languages_is_in_none() -> None:
    assert recognized(f"{ENGLISH} {GERMAN}", {"en": 0.5, "de": 0.45}).language == "und"


def test_a_few_common_words_make_no_language() -> None:
    assert rare_language("futhi kodwa noma") is None
    assert rare_language("futhi noma lapho kanti kwaye okanye kunye xa") is None


@pytest.mark.parametrize("declared", ["en", "en-US", "eng", "und"])
def test_a_page_whose_text_is_clearly_in_another_language_is_not_believed(
    reader: LanguageReader, declared: str
) -> None:
    settled = reader.settled(GERMAN, declared)
    assert settled is not None
    assert settled.language == "de"


@pytest.mark.parametrize("declared", ["de", "de-AT", "DE_ch", "deu"])
def test_a_page_whose_text_is_in_its_language_is_believed(reader: LanguageReader, declared: str) -> None:
    assert reader.settled(GERMAN, declared) is None


@pytest.mark.parametrize("text", ["Ok.", "Pizza Taxi Hotel Radio"])
def test_a_page_whose_text_tells_nothing_is_believed(reader: LanguageReader, text: str) -> None:
    assert reader.settled(text, "fi") is None


@pytest.mark.parametrize(
    ("scores", "holds"),
    [
        ({"da": 0.75, "no": 0.19}, False),
        ({"da": 0.91, "no": 0.06}, True),
        ({"da": 0.75, "no": 0.05}, True),
        ({"da": 0.75, "sv": 0.19}, True),
        ({"no": 0.95}, False),
        ({"da": 0.4, "no": 0.1}, False),
    ],
)
def test_a_language_that_is_near_the_declared_one_has_to_be_sure(scores: dict[str, float], holds: bool) -> None:
    assert contradicts(recognized("", scores), "no", scores) is holds


def test_a_page_in_a_language_of_rare_words_is_not_english(reader: LanguageReader) -> None:
    settled = reader.settled(ZULU, "en-ZA")
    assert settled is not None
    assert settled.language == "zu"


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("eng", "en"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("de-AT", "de-AT"),
        ("es-419", "es-419"),
        ("gsw", "gsw"),
    ],
)
def test_a_language_tag_has_one_form(tag: str, canonical: str) -> None:
    assert canonical_language(tag) == canonical
    assert canonical_language(canonical) == canonical


def test_both_norwegians_are_one_language() -> None:
    assert main_language("nb-NO") == main_language("nn") == main_language("no") == "no"


PLAIN = (
    "The pilots of the port have said that they would not go to sea with the new boats, which were built for calm "
    "water and have been in for repair since the spring. A spokeswoman for the harbor said that it was looking at the "
    "report, and that the boats would be tested by the end of the month."
)


def test_what_is_plainly_english_is_known_by_its_words(reader: LanguageReader) -> None:
    assert is_plainly_english(PLAIN)
    assert reader.read(PLAIN) == Recognized("en", 0.99)
    assert reader.settled(PLAIN, "en-GB") is None
    assert reader.settled(PLAIN, "de") == Recognized("en", 0.99)


@pytest.mark.parametrize(
    "text",
    [
        "The pilots said so.",
        "In het stuk in The New York Times over The Beatles was de schrijver, die in de jaren zestig in Londen was, "
        "op zoek naar het begin van alles. Dat is volgens de krant wat het boek is voor wie er toen was of is geweest: "
        "een herinnering aan een tijd die nu voorbij is, en waar niemand meer naar vraagt.",
        "Piloti přístavu v pondělí hlasovali o stávce. " * 10,
    ],
)
def test_what_has_a_few_english_words_is_left_to_the_model(text: str) -> None:
    assert not is_plainly_english(text)
