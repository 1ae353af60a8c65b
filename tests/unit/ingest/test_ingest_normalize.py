"""From a Submission to a Draft."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.reasons import Reason
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest.draft import Draft
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.vocabulary.gazetteer import load

LIMIT = 1_000_000
BODY = "The council met on Monday evening and spoke about the weather, the roads and the price of bread."


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables(load(), LanguageReader())


def drafted(tables: Tables, limit: int = LIMIT, **fields: Any) -> Draft:
    values: dict[str, Any] = {"title": "Council Meets", "body": BODY} | fields
    return normalize(Submission.model_validate(values), "quay", tables, limit)


def refusal(tables: Tables, limit: int = LIMIT, **fields: Any) -> Rejected:
    with pytest.raises(Rejected) as caught:
        drafted(tables, limit, **fields)
    return caught.value


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "&nbsp;", "\u200b\ufeff", "\u00ad"])
@pytest.mark.parametrize("name", ["title", "body"])
def test_an_empty_field_is_pointed_at(tables: Tables, name: str, empty: str) -> None:
    error = refusal(tables, LIMIT, **{name: empty})
    assert error.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in error.errors] == [f"/{name}"]


def test_empty_title_and_body_are_both_pointed_at(tables: Tables) -> None:
    assert [one.pointer for one in refusal(tables, title=" ", body=" ").errors] == ["/title", "/body"]


def test_a_page_of_nothing_but_furniture_is_refused(tables: Tables) -> None:
    error = refusal(tables, title="", body="Home\nWorld\nLog in", from_page=True)
    assert [one.pointer for one in error.errors] == ["/title", "/body"]
    assert "page" in error.errors[0].detail


@pytest.mark.parametrize(
    ("title", "summary", "body", "size"),
    [
        ("ab", None, "cd", 4),
        ("ab", "ef", "cd", 6),
        ("é", None, "日本", 8),
        ("a", "😀", "b", 6),
        (" a  b ", None, "c", 4),
    ],
)
def test_text_is_bounded_in_utf_8_bytes_after_cleaning(
    tables: Tables, title: str, summary: str | None, body: str, size: int
) -> None:
    assert drafted(tables, size, title=title, summary=summary, body=body).title
    error = refusal(tables, size - 1, title=title, summary=summary, body=body)
    assert error.reason is Reason.TOO_LARGE
    assert [one.pointer for one in error.errors] == ["/body"]
    assert str(size) in error.detail


@pytest.mark.parametrize("url", ["nowhere", "ftp://e.example/a", "https://e.example:99999/", "http://[::1"])
def test_an_address_that_is_none_is_pointed_at(tables: Tables, url: str) -> None:
    error = refusal(tables, url=url)
    assert error.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in error.errors] == ["/url"]


def test_texts_are_cleaned(tables: Tables) -> None:
    draft = drafted(
        tables,
        title="  Tom &amp; Ada\nMeet ",
        body="One.\r\n\r\n\r\n\r\nTwo.  Three.",
        summary=" &nbsp;short ",
        source=" Quay\u00a0Wire ",
        section=" ",
        authors=["Ada  Quill", "", "Ada Quill", "Bo"],
        tags=["ports", " ports ", ""],
    )
    assert draft.title == "Tom & Ada Meet"
    assert draft.body == "One.\n\nTwo. Three."
    assert draft.summary == "short"
    assert draft.source == "Quay Wire"
    assert draft.section is None
    assert draft.authors == ("Ada Quill", "Bo")
    assert draft.labels == ("ports",)


def test_an_empty_summary_is_none(tables: Tables) -> None:
    assert drafted(tables, summary=" \n ").summary is None


@pytest.mark.parametrize(
    ("fields", "start", "external"),
    [
        ({"id": "42", "url": "https://e.example/a"}, "quay:42", None),
        ({"id": "two words"}, "quay:h-", "two words"),
        ({"url": "https://e.example/a"}, "quay:u-", None),
        ({}, "quay:c-", None),
    ],
)
def test_identity_is_own_id_then_address_then_content(
    tables: Tables, fields: dict[str, Any], start: str, external: str | None
) -> None:
    draft = drafted(tables, **fields)
    assert draft.id.startswith(start)
    assert draft.external_id == external


def test_tracking_parameters_make_no_other_article(tables: Tables) -> None:
    one = drafted(tables, url="https://e.example/a?utm_source=x#top")
    other = drafted(tables, url="https://E.example:443/a")
    assert one.url == "https://e.example/a"
    assert (one.id, one.content_hash) == (other.id, other.content_hash)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council met on Monday evening and spoke about the weather and the price of bread.", "en"),
        ("Le conseil s'est réuni lundi soir pour parler du temps, des routes et du prix du pain.", "fr"),
        ("町議会は月曜日の夜に集まり、天気と道路とパンの値段について話し合った。", "ja"),
        ("Ok.", "und"),
        ("12345 67890 12345 67890", "und"),
    ],
)
def test_the_language_is_recognized(tables: Tables, text: str, language: str) -> None:
    assert drafted(tables, title=text[:8], body=text).language == language


@pytest.mark.parametrize(("given", "language"), [("fr", "fr"), ("en_US", "en-US"), ("zh-Hant", "zh-Hant")])
def test_the_language_that_the_publisher_gives_wins(tables: Tables, given: str, language: str) -> None:
    draft = drafted(tables, language=given)
    assert (draft.language, draft.language_confidence) == (language, None)


def test_the_language_of_a_page_counts_unless_its_text_is_clearly_in_another(tables: Tables) -> None:
    assert drafted(tables, language="en-GB", inferred=("language",)).language == "en-GB"
    draft = drafted(tables, language="fi", inferred=("language",))
    assert draft.language == "en"
    assert draft.language_confidence is not None
    assert draft.language_confidence >= 0.6


def test_what_the_text_credits_is_the_source_where_the_publisher_names_none(tables: Tables) -> None:
    body = f"PORT ELLIS (Harbor Wire) - {BODY}"
    assert drafted(tables, body=body).source == "Harbor Wire"
    assert drafted(tables, body=body, source="Quay News", inferred=("source",)).source == "Harbor Wire"
    assert drafted(tables, body=body, source="Quay News").source == "Quay News"
    assert drafted(tables, source="Quay News", inferred=("source",)).source == "Quay News"


def test_an_article_tells_how_much_its_date_says_and_who_says_it(tables: Tables) -> None:
    at = datetime(2026, 1, 31, 9, tzinfo=UTC)
    day = drafted(tables, published_at="2026-01-30").article(1, at)
    assert (day.published_precision, day.published_from, day.date_flags) == ("day", "publisher", ())
    none = drafted(tables).article(1, at)
    assert (none.published_precision, none.published_from) == (None, None)
    page = drafted(tables, title="", body=PAGE, from_page=True).article(1, at)
    assert (page.published_precision, page.published_from) == ("instant", "text")
    later = drafted(tables, published_at="2026-02-10T00:00:00Z").article(1, at)
    assert later.date_flags == ("published-in-future",)


@pytest.mark.parametrize(
    "label",
    [
        *("U.S.–Japan", "US Japan", "Japan-U.S.", "us_japan", "United States-Japan relations", "us-japan", "USA/Japan"),
        *("Japan–US alliance", "JAPAN-US", "  Japan   U.S. ", "America Japan", "Japan-United States ties", "US—Japan"),
    ],
)
def test_every_spelling_of_a_relation_is_one_tag(tables: Tables, label: str) -> None:
    assert drafted(tables, tags=[label]).tags == ("us-japan",)
    assert drafted(tables, tags=[label]).labels == (" ".join(label.split()),)


def test_own_tags_come_first_and_each_tag_once(tables: Tables) -> None:
    draft = drafted(tables, title="Japan Votes", tags=["Weather", "nippon", "Japan", "!!!"])
    assert draft.tags == ("weather", "japan")


def test_acronyms_are_noted(tables: Tables) -> None:
    assert drafted(tables, title="WHO Meets", body="It is said that ICE and aid arrive.").acronyms == ("ICE", "WHO")


def test_the_same_content_has_the_same_hash(tables: Tables) -> None:
    one = drafted(tables, title="Tom &amp; Ada", tags=["a", "b"], version=1, updated_at="2026-01-01", language="en")
    other = drafted(tables, title="Tom & Ada ", tags=["a", "b", "a"], version=2, updated_at="2026-01-02")
    assert one.content_hash == other.content_hash


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Council Meets Again"),
        ("body", BODY + " And of cake."),
        ("summary", "It met."),
        ("url", "https://e.example/b"),
        ("authors", ["Ada Quill"]),
        ("source", "Quay Wire"),
        ("section", "Local"),
        ("tags", ["bread"]),
        ("published_at", "2026-01-31"),
        ("embargoed_until", "2026-01-31"),
        ("expires_at", "2026-01-31"),
    ],
)
def test_a_difference_that_a_reader_notices_changes_the_hash(tables: Tables, name: str, value: Any) -> None:
    assert drafted(tables, **{name: value}).content_hash != drafted(tables).content_hash


PAGE = "\n".join(
    (
        "Home",
        "Council Argues Over the Price of Bread",
        "By Ada Quill",
        "Published: Sat, 31 Jan 2026 09:00:00 GMT",
        BODY * 3,
        "Source: Quay Wire",
        "A Matter of Flour",
        BODY * 3,
        "It was late.",
        "Tags: bread, U.S.–Japan",
        "© 2026 Quay Courier",
    )
)


def test_a_page_gives_its_facts(tables: Tables) -> None:
    draft = drafted(tables, title="", body=PAGE, from_page=True)
    assert draft.title == "Council Argues Over the Price of Bread"
    assert draft.headings == ("A Matter of Flour",)
    assert draft.body.split("\n\n") == [BODY * 3, "A Matter of Flour", BODY * 3, "It was late."]
    assert draft.source == "Quay Wire"
    assert draft.authors == ("Ada Quill",)
    assert draft.labels == ("bread", "U.S.–Japan")
    assert draft.tags[:2] == ("bread", "us-japan")
    assert draft.published_at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert draft.warnings == []


def test_what_the_publisher_says_beside_a_page_wins(tables: Tables) -> None:
    own: dict[str, Any] = {
        "title": "Bread",
        "source": "Own",
        "authors": ["Bo"],
        "tags": ["cake"],
        "published_at": "2025-01-01",
    }
    draft = drafted(tables, body=PAGE, from_page=True, **own)
    assert (draft.title, draft.source, draft.authors, draft.labels) == ("Bread", "Own", ("Bo",), ("cake",))
    assert draft.published_at == datetime(2025, 1, 1, tzinfo=UTC)


def test_a_date_on_a_page_that_is_not_read_is_a_warning(tables: Tables) -> None:
    draft = drafted(
        tables, title="", body=PAGE.replace("Sat, 31 Jan 2026 09:00:00 GMT", "31st of the month"), from_page=True
    )
    assert draft.published_at is None
    assert ["31st of the month" in warning.detail for warning in draft.warnings] == [True]


def test_an_article_that_is_no_page_keeps_lines_that_look_like_furniture(tables: Tables) -> None:
    assert drafted(tables, body="Home\n\nBy Ada Quill\n\nOne.").body == "Home\n\nBy Ada Quill\n\nOne."


def test_a_draft_becomes_an_article(tables: Tables) -> None:
    draft = drafted(tables, id="42", version=7, tags=["Bread"], url="https://e.example/a", updated_at="2026-01-30")
    accepted_at = datetime(2026, 1, 31, 9, tzinfo=UTC)
    article = draft.article(1_769_850_000_000_000, accepted_at)
    assert (article.id, article.version, article.revision) == ("quay:42", 7, 1_769_850_000_000_000)
    assert (article.tags, article.tag_labels) == (("bread",), ("Bread",))
    assert (article.url, article.accepted_at, article.updated_at) == (draft.url, accepted_at, draft.updated_at)
    assert article.content_hash == draft.content_hash


def test_an_article_without_a_number_has_its_revision_as_version(tables: Tables) -> None:
    assert drafted(tables).article(5, datetime(2026, 1, 31, tzinfo=UTC)).version == 5


@pytest.mark.parametrize("from_page", [False, True])
def test_normalizing_is_the_same_twice(tables: Tables, from_page: bool) -> None:
    first = drafted(tables, title="Japan Meets", body=PAGE, from_page=from_page)
    assert drafted(tables, title="Japan Meets", body=PAGE, from_page=from_page) == first
