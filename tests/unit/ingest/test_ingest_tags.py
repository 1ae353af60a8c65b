"""Automatic tags."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.article import AutoTag
from services.ingest.mentions import LEDE_CHARACTERS, dateline_end
from services.ingest.tags import MAX_AUTO_TAGS, automatic_tags, judged, tags_version
from services.vocabulary.gazetteer import Gazetteer, load

PLAIN = "Nothing else was said that evening."
FILLER = "The evening was long and the lamps were lit again. " * 9
GAZETTEER = load()
assert len(FILLER) > LEDE_CHARACTERS


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


def slugs(gazetteer: Gazetteer, title: str, body: str = PLAIN) -> set[str]:
    return {tag.slug for tag in automatic_tags(title, body, gazetteer)}


def the(gazetteer: Gazetteer, slug: str, title: str, body: str = PLAIN) -> AutoTag:
    return next(tag for tag in automatic_tags(title, body, gazetteer) if tag.slug == slug)


@pytest.mark.parametrize(
    ("title", "slug", "kind", "rule", "text"),
    [
        ("Voters in Japan Wait", "japan", "country", "name", "Japan"),
        ("A Japanese Garden Reopens", "japan", "country", "demonym", "Japanese"),
        ("Tokyo Signals a Change", "japan", "country", "metonym", "Tokyo"),
        ("日本の新しい橋", "japan", "country", "name", "日本"),
        ("U.S. Ports Reopen", "united-states", "country", "name", "U.S."),
        ("Deal by US Ports", "united-states", "country", "name", "US"),
        ("Mines for Rare Earths Reopen", "rare-earth", "commodity", "name", "Rare Earths"),
        ("A rare-earth mine", "rare-earth", "commodity", "name", "rare-earth"),
        ("US-Japan Pact", "us-japan", "relation", "hyphenated", "US-Japan"),
        ("U.S.–Japan Pact", "us-japan", "relation", "hyphenated", "U.S.–Japan"),
        ("Japan/US Pact", "us-japan", "relation", "hyphenated", "Japan/US"),
        ("US Japan Magnet Deal", "us-japan", "relation", "side by side", "US Japan"),
        ("Japan and the U.S. sign a pact", "us-japan", "relation", "and", "Japan and the U.S."),
        ("A pact between Japan and China", "china-japan", "relation", "between", "Japan and China"),
        ("Russia-Ukraine Talks", "russia-ukraine", "relation", "hyphenated", "Russia-Ukraine"),
        ("Ukraine-Russia Talks", "russia-ukraine", "relation", "hyphenated", "Ukraine-Russia"),
        ("Japan–South Korea Talks", "japan-south-korea", "relation", "hyphenated", "Japan–South Korea"),
    ],
)
def test_a_tag_says_what_caused_it(
    gazetteer: Gazetteer, title: str, slug: str, kind: str, rule: str, text: str
) -> None:
    tag = the(gazetteer, slug, title)
    assert (tag.kind, tag.rule, tag.field, tag.text) == (kind, rule, "title", text)
    assert title[tag.start : tag.end] == text


TRICKY = (
    "İstanbul’s İİ guests saw Japan–U.S. talks; ﬁne S&P 500 news from 中国 and Côte d’Ivoire — ẞ — Türkiye’s "
    "rare‑earth mines, 😀 Germany and France sign, Brazil."
)


@pytest.mark.parametrize("title", ["İ Japan İ", TRICKY, "😀 U.S.–Japan"])
@pytest.mark.parametrize("body", [PLAIN, TRICKY, TRICKY * 3])
def test_offsets_point_at_the_text_of_the_field(gazetteer: Gazetteer, title: str, body: str) -> None:
    tags = automatic_tags(title, body, gazetteer)
    assert tags
    for tag in tags:
        field_text = title if tag.field == "title" else body
        assert field_text[tag.start : tag.end] == tag.text


WORDS = [
    *(
        "Japan",
        "US",
        "U.S.",
        "us",
        "China",
        "İ",
        "and",
        "between",
        "the",
        "-",
        "–",
        ",",
        "talks",
        "rare",
        "earth",
        "Georgia",
    ),
    *("Atlanta", "日本", "😀", "Korea", "Tokyo", "&", "/", "’s", "sign", "ß"),
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS)), st.lists(st.sampled_from(WORDS)), st.sampled_from(["", " "]))
def test_whatever_the_text_tags_are_well_formed(one: list[str], other: list[str], blank: str) -> None:
    title, body = blank.join(one), blank.join(other)
    tags = automatic_tags(title, body, GAZETTEER)
    assert len({tag.slug for tag in tags}) == len(tags) <= MAX_AUTO_TAGS
    for tag in tags:
        assert (title if tag.field == "title" else body)[tag.start : tag.end] == tag.text != ""


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("They told us, Japan survivors say", PLAIN),
        ("What survivors remember", "“The men who came told us, Japan survivors say, to wait.”"),
        ("Tell us Japan stories", PLAIN),
        ("Us and Japan", PLAIN),
    ],
)
def test_the_word_us_is_not_a_country(gazetteer: Gazetteer, title: str, body: str) -> None:
    found = slugs(gazetteer, title, body)
    assert not found & {"united-states", "us-japan"}
    assert "japan" in found


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Rare comet passes Earth", "rare-earth"),
        ("Earth is rare among planets", "rare-earth"),
        ("A woman from the village", "oman"),
        ("The Chinatown fair", "china"),
        ("Marching through Georgiana", "georgia"),
        ("The Nigerian vote", "niger"),
        ("Guinea-Bissau votes", "guinea"),
        ("South Sudan votes", "sudan"),
        ("North Korea launches", "south-korea"),
        ("Papua New Guinea votes", "guinea"),
        ("They said who may come", "who"),
    ],
)
def test_a_name_inside_other_words_is_no_name(gazetteer: Gazetteer, title: str, slug: str) -> None:
    assert slug not in slugs(gazetteer, title)


@pytest.mark.parametrize(
    ("title", "body", "slug"),
    [
        ("Georgia Votes on Sunday", PLAIN, "georgia"),
        ("Jordan Opens a Dam", PLAIN, "jordan"),
        ("Turkey Raises Its Rates", PLAIN, "turkey"),
        ("Chad Counts Its Wells", PLAIN, "chad"),
        ("Georgian Voters Near Atlanta", PLAIN, "georgia"),
        ("Michael Jordan Visits", "The Jordanian king met him.", "jordan"),
        ("Turkish Farms Before Thanksgiving", PLAIN, "turkey"),
        ("Chad Smith Plays", "He plays in N'Djamena in May.", "chad"),
    ],
)
def test_an_ambiguous_name_counts_where_nothing_speaks_against_it(
    gazetteer: Gazetteer, title: str, body: str, slug: str
) -> None:
    assert slug in slugs(gazetteer, title, body)


@pytest.mark.parametrize(
    ("title", "body", "slug"),
    [
        ("Georgia Votes on Sunday", "The polls in Atlanta open at seven.", "georgia"),
        ("Georgia Tech Wins", PLAIN, "georgia"),
        ("Storm Nears Georgia", "Savannah is boarded up.", "georgia"),
        ("Michael Jordan Buys a Boat", PLAIN, "jordan"),
        ("Jordan Peele Films Again", PLAIN, "jordan"),
        ("Jordan Sells Shoes", "The Air Jordan line grows.", "jordan"),
        ("Turkey Prices Rise", "Families plan for Thanksgiving.", "turkey"),
        ("Turkey on the Menu", "Every roast turkey was sold.", "turkey"),
        ("Chad Smith Plays the Drums", PLAIN, "chad"),
        ("Chad Recounted", "Every hanging chad was inspected.", "chad"),
    ],
)
def test_an_ambiguous_name_is_no_tag_beside_its_other_meaning(
    gazetteer: Gazetteer, title: str, body: str, slug: str
) -> None:
    assert slug not in slugs(gazetteer, title, body)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Japan and China", PLAIN),
        ("US and Japan lose their matches", PLAIN),
        ("Rain in Japan. China dry", PLAIN),
        ("Japan Japan talks", PLAIN),
        ("Crops in Japan/China", PLAIN),
        ("Britain, Japan and China agree", PLAIN),
        ("The gap between Japanese and German bonds", PLAIN),
        ("A quarrel between French and Dutch speaking neighbours", PLAIN),
        ("Japan-China-India flights", PLAIN),
        ("A Tokyo-Paris train", PLAIN),
        ("Mexican-American lamps", PLAIN),
        ("Sanctions on Japan and China agreed", PLAIN),
        ("日本、中国で雨", PLAIN),
    ],
)
def test_two_countries_side_by_side_are_not_yet_a_relation(gazetteer: Gazetteer, title: str, body: str) -> None:
    assert "relation" not in {tag.kind for tag in automatic_tags(title, body, gazetteer)}


def test_a_name_late_in_the_body_counts_when_it_stands_there_thrice(gazetteer: Gazetteer) -> None:
    assert "japan" in slugs(gazetteer, "Lamps", f"In Japan. {FILLER}")
    assert "japan" not in slugs(gazetteer, "Lamps", f"{FILLER} In Japan. Later in Japan.")
    assert "japan" in slugs(gazetteer, "Lamps", f"{FILLER} In Japan. Later in Japan. Then Japan.")


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ("TOKYO, March 4 - The lamps were lit.", True),
        ("TOKYO (Wire) — The lamps were lit.", True),
        ("PARIS, Oct 27 (Wire) - The lamps were lit.", True),
        ("Tokyo (Wire) - The lamps were lit.", True),
        ("Tokio, 4. März (Wire) - The lamps were lit in Tokyo.", False),
        ("OSAKA - The lamps were lit.", True),
        ("【東京】明かりがついた。", True),
        ("Osaka - The lamps were lit.", False),
        ("In Osaka the lamps were lit, they said (all of them) - and went out.", False),
    ],
)
def test_a_dateline_names_the_country_of_its_place(gazetteer: Gazetteer, body: str, counts: bool) -> None:
    places = {"japan", "france"}
    assert bool(slugs(gazetteer, "Lamps", body) & places) is counts


def test_the_first_lines_begin_after_the_dateline(gazetteer: Gazetteer) -> None:
    dateline = "PORT-AU-PRINCE, March 4 (Wire) - "
    assert dateline_end(f"{dateline}The lamps in Japan.") == len(dateline)
    assert dateline_end("The lamps were lit - all of them.") == 0
    tags = {tag.slug: tag for tag in automatic_tags("Lamps", f"{dateline}The lamps in Japan.", gazetteer)}
    assert (tags["haiti"].score, tags["japan"].score) == (3, 2)


def test_a_city_in_the_title_alone_is_too_little(gazetteer: Gazetteer) -> None:
    assert "japan" not in slugs(gazetteer, "Lamps of Osaka")
    assert "japan" in slugs(gazetteer, "Lamps of Osaka", "In Osaka the lamps were lit.")


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Les lampes japonaises", "fr", {"japan"}),
        ("L'Allemagne éteint ses lampes", "fr", {"germany"}),
        ("Polnische Lampen in der Türkei", "de", {"poland", "turkey"}),
        ("Lámparas chilenas para Corea del Sur", "es", {"chile", "south-korea"}),
        ("ドイツと韓国の明かり", "ja", {"germany", "south-korea"}),
        ("Lampade dalla Svezia", "it", {"sweden"}),
        ("Lâmpadas da Suécia", "pt", {"sweden"}),
        ("瑞典的灯", "zh", {"sweden"}),
        ("스웨덴의 등불", "ko", {"sweden"}),
        ("Un coup de vent", "fr", set()),
        ("Der ICE nach Essen", "de", {"ice"}),
    ],
)
def test_names_count_in_the_language_of_the_text(
    gazetteer: Gazetteer, title: str, language: str, expected: set[str]
) -> None:
    assert {tag.slug for tag in automatic_tags(title, "", gazetteer, language)} == expected


@pytest.mark.parametrize(
    ("title", "language", "slug", "rule"),
    [
        ("日米が合意", "ja", "us-japan", "together"),
        ("日中韓の会談", "ja", "china-south-korea", "together"),
        ("日本と米国の首脳会談", "ja", "us-japan", "and"),
        ("Talks between the United States and Japan", "en", "us-japan", "between"),
        ("Les accords entre la France et l'Allemagne", "fr", "france-germany", "between"),
        ("Der Streit zwischen Polen und Deutschland", "de", "germany-poland", "between"),
        ("La frontera entre Chile y Argentina", "es", "argentina-chile", "between"),
        ("Japan's relations with China", "en", "china-japan", "ties with"),
        ("Tokyo's trade with Beijing", "en", "china-japan", "ties with"),
        ("Franco-German plans", "en", "france-germany", "together"),
        ("U.S.-Japanese pact", "en", "us-japan", "hyphenated"),
    ],
)
def test_relations_are_said_in_many_ways(gazetteer: Gazetteer, title: str, language: str, slug: str, rule: str) -> None:
    tags = {tag.slug: tag for tag in automatic_tags(title, "", gazetteer, language)}
    assert tags[slug].rule == rule


def test_a_short_word_for_two_countries_names_both(gazetteer: Gazetteer) -> None:
    tags = automatic_tags("日米が合意", "", gazetteer, "ja")
    assert {(tag.slug, tag.rule, tag.text) for tag in tags} == {
        (slug, "together", "日米") for slug in ("japan", "united-states", "us-japan")
    }


def test_an_office_names_its_country_too(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "U.S. president lights a lamp") == {"us-president", "united-states"}


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Korean lamps", PLAIN, {"south-korea"}),
        ("Korean lamps", "They came from Pyongyang.", set()),
        ("North Korean lamps", PLAIN, {"north-korea"}),
    ],
)
def test_korea_alone_is_the_south_unless_the_north_is_named(
    gazetteer: Gazetteer, title: str, body: str, expected: set[str]
) -> None:
    assert slugs(gazetteer, title, body) & {"south-korea", "north-korea"} == expected


def test_every_possible_tag_has_its_score_or_what_speaks_against_it(gazetteer: Gazetteer) -> None:
    body = f"Lamps of Japan. {FILLER} A lamp of Brazil. Savannah is dark."
    told = {one.tag.slug: one.refused for one in judged("Lamps of Georgia", body, gazetteer)}
    assert told["japan"] == ""
    assert "score" in told["brazil"]
    assert "savannah" in told["georgia"]


def test_what_is_given_is_what_is_judged_worth_it(gazetteer: Gazetteer) -> None:
    body = "Japan, China, India, Brazil, Chile, Peru, France, Spain, Italy, Kenya, Egypt, Ghana, Norway, Sweden."
    given = [one.tag for one in judged("Lamps", body, gazetteer) if not one.refused]
    assert tuple(given) == automatic_tags("Lamps", body, gazetteer)


def test_the_version_tells_of_rules_and_table(gazetteer: Gazetteer) -> None:
    rules, table = tags_version(gazetteer).split(".")
    assert rules.isdecimal()
    assert table == gazetteer.version


def test_the_title_outweighs_the_body(gazetteer: Gazetteer) -> None:
    tags = automatic_tags("Lamps of Japan", "Brazil and Chile and Peru.", gazetteer)
    assert tags[0].slug == "japan"
    assert [tag.slug for tag in tags[1:]] == ["brazil", "chile", "peru"]


def test_there_are_at_most_twelve_tags(gazetteer: Gazetteer) -> None:
    body = (
        "Japan, China, India, Brazil, Chile, Peru, France, Spain, Italy, Kenya, Egypt, Ghana, Norway, Sweden, Iceland."
    )
    tags = automatic_tags("Lamps of Kenya", body, gazetteer)
    assert len(tags) == MAX_AUTO_TAGS == 12
    assert tags[0].slug == "kenya"


@pytest.mark.parametrize(("title", "body"), [("", ""), ("", PLAIN), ("Lamps", "")])
def test_text_without_names_has_no_tags(gazetteer: Gazetteer, title: str, body: str) -> None:
    assert automatic_tags(title, body, gazetteer) == ()
