"""What a person typed, as a query."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.index.analysis import ANALYSIS
from services.index.asked import Asked, Parts, parse
from services.index.queries import hits_of, search_body

ODD = st.text(st.sampled_from(list("ab1日é \"“”„«»'’‘-–—+*?!()[]{}^~:\\/|&_.,\t\n\u00a0\x00\ud800😀")))


def found(line: str, **options: Any) -> dict[str, Any]:
    return dict(search_body(Asked(line, **options))["query"])


def scored(line: str, **options: Any) -> dict[str, Any]:
    return dict(found(line, **options)["function_score"]["query"]["bool"])


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("rare earth", Parts("rare earth", (), ())),
        ('"rare earth" deal', Parts("deal", ("rare earth",), ())),
        ("“rare earth” deal", Parts("deal", ("rare earth",), ())),
        ("„rare earth“ deal", Parts("deal", ("rare earth",), ())),
        ("«rare earth» deal", Parts("deal", ("rare earth",), ())),
        ('“rare earth" deal', Parts("deal", ("rare earth",), ())),
        ('"one" "two"', Parts("", ("one", "two"), ())),
        ('" padded "', Parts("", ("padded",), ())),
        ("deal -tariff", Parts("deal", (), ("tariff",))),
        ("-tariff -duty deal", Parts("deal", (), ("tariff", "duty"))),
        ("-tariff", Parts("", (), ("tariff",))),
        ("rare-earth", Parts("rare-earth", (), ())),
        ("us - japan", Parts("us japan", (), ())),
        ("deal -", Parts("deal", (), ())),
        ("deal --", Parts("deal", (), ())),
        ("deal -!", Parts("deal", (), ())),
        ('deal ""', Parts("deal", (), ())),
        ('deal "!!!"', Parts("deal", (), ())),
        ("  deal \t bread\n", Parts("deal bread", (), ())),
        ("deal & bread !", Parts("deal bread", (), ())),
        ("don’t", Parts("don’t", (), ())),
        ("東京 橋", Parts("", unspaced=("東京", "橋"))),
        ("日本と米国", Parts("", unspaced=("日本", "米国"))),
        ("レアアースで合意", Parts("", unspaced=("レアアース", "合意"))),
        ("さくら", Parts("", unspaced=("さくら",))),
        ("5G通信 news", Parts("5G news", unspaced=("通信",))),
        ("日米 “合意”", Parts("", ("合意",), unspaced=("日米",))),
        ("반도체 공장", Parts("반도체 공장")),
        ("", Parts("", (), ())),
        ("!!!", Parts("", (), ())),
    ],
)
def test_a_line_is_taken_apart(line: str, parts: Parts) -> None:
    assert parse(line) == parts


@settings(deadline=None)
@given(ODD)
def test_odd_punctuation_never_raises(line: str) -> None:
    parts = parse(line)
    assert all(phrase == phrase.strip() != "" for phrase in parts.phrases)
    assert parts.words == " ".join(parts.words.split())
    assert "match_none" in (query := found(line)) or "function_score" in query or "bool" in query


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")), st.lists(st.text(st.characters(codec="utf-8"))))
def test_every_body_can_be_sent_as_json(line: str, tags: list[str]) -> None:
    assert json.loads(json.dumps(search_body(Asked(line, tuple(tags)))))["size"] == 10


@pytest.mark.parametrize("line", ["*", " * ", "", "  "])
def test_a_star_finds_everything(line: str) -> None:
    assert found(line) == {"bool": {"filter": [{"match_all": {}}]}}
    assert [*search_body(Asked(line))["sort"][0]] == ["recency_at"]


@pytest.mark.parametrize("line", ["*", ""])
def test_a_star_with_tags_finds_what_carries_them_all(line: str) -> None:
    assert found(line, tags=("japan", "rare-earth")) == {
        "bool": {"filter": [{"match_all": {}}, {"term": {"tags": "japan"}}, {"term": {"tags": "rare-earth"}}]}
    }


@pytest.mark.parametrize("line", ["!!!", "...", '"', '""', "“”", "-", "- -", "--", "?!", "&", "“…”", "-!", "**"])
def test_nothing_but_punctuation_finds_nothing(line: str) -> None:
    assert found(line) == {"match_none": {}}


def test_exclusions_alone_find_all_the_rest() -> None:
    query = scored("-tariff")
    assert query["must"] == []
    assert query["must_not"][0]["multi_match"]["query"] == "tariff"


def test_words_and_phrases_must_be_there() -> None:
    phrase, words = scored("deal “rare earth”")["must"]
    assert phrase["multi_match"]["type"] == "phrase"
    assert phrase["multi_match"]["query"] == "rare earth"
    assert words["multi_match"]["query"] == "deal"


def test_tags_are_filters() -> None:
    assert scored("deal", tags=("japan",))["filter"] == [{"term": {"tags": "japan"}}]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("WHO", ["WHO"]),
        ("WHO report", ["WHO"]),
        ("who", []),
        ("who report", []),
        ("US deal", []),
        ("ICE and WHO x", ["ICE", "WHO"]),
    ],
)
def test_an_acronym_in_capitals_is_meant(line: str, names: list[str]) -> None:
    assert scored(line)["filter"] == [{"term": {"acronyms": name}} for name in names]


@pytest.mark.parametrize(("sort", "first"), [("relevance", "_score"), ("date", "recency_at")])
def test_hits_have_an_order_that_is_the_same_every_time(sort: Any, first: str) -> None:
    order = search_body(Asked("deal", sort=sort))["sort"]
    assert first in order[0]
    assert order[-1] == {"id": "asc"}


def words_of(line: str) -> str:
    return str(scored(line)["must"][0]["multi_match"]["query"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Norway and Poland", "Norway Poland"),
        ("price of oil", "price oil"),
        ("The price of oil", "price oil"),
        ("IT workers on strike", "IT workers strike"),
        ("the band The Who", "band The Who"),
        ("PRICE OF OIL", "PRICE OIL"),
        ("to be or not to be", "to be or not to be"),
        ("of Norway", "of Norway"),
        ("United States of America", "United States of America"),
    ],
)
def test_small_words_are_left_out_unless_they_are_names_or_all_there_is(line: str, words: str) -> None:
    assert words_of(line) == words


def test_every_name_of_the_analysis_with_a_small_word_in_it_is_kept_whole() -> None:
    rules = [rule for each in ANALYSIS["filter"].values() for rule in each.get("synonyms", ())]
    names = {name.strip() for rule in rules for name in rule.replace("=>", ",").split(",")}
    assert any("of" in name.split() for name in names)
    assert {name for name in names if words_of(f"{name} trade") != f"{name} trade"} == set()


def test_a_hit_is_scored_by_what_it_is_sorted_by() -> None:
    by_score = {"hits": {"hits": [{"_id": "one", "_score": None, "sort": [7.5, "one"]}]}}
    assert hits_of(by_score, Asked("deal"))[0]["_score"] == 7.5
    by_date = {"hits": {"hits": [{"_id": "one", "_score": 7.5, "sort": [1_800_000_000_000, "one"]}]}}
    assert hits_of(by_date, Asked("deal", sort="date"))[0]["_score"] == 7.5


def test_pages_are_asked_for_as_given() -> None:
    body = search_body(Asked("deal"), size=25, start=50)
    assert (body["from"], body["size"], body["track_total_hits"]) == (50, 25, True)


def test_highlights_are_safe_to_show_as_html() -> None:
    assert search_body(Asked("deal"))["highlight"]["encoder"] == "html"


def test_only_a_collapsed_search_shows_one_of_a_cluster_and_counts_clusters() -> None:
    assert not {"collapse", "aggs"} & set(search_body(Asked("deal")))
    collapsed = search_body(Asked("deal"), collapse=True)
    assert collapsed["collapse"]["field"] == collapsed["aggs"]["clusters"]["cardinality"]["field"] == "cluster_id"
