"""Headline, byline and dates of pages, and who says them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.submission import Submission
from services.ingest.formats.check import checked
from services.ingest.formats.page_html import read_page_html
from services.ingest.formats.page_words import author_names, without_site
from services.ingest.formats.provenance import origin
from services.ingest.posted import Item

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
TEXT = (
    "<p>The harbour board of Quay has bought eleven oil lamps for the north pier, after the electric ones failed.</p>"
)


def item(head: str = "", body: str = "", given: dict[str, Any] | None = None, html: str = "<html>") -> Item:
    source = f"<!doctype html>{html}<head>{head}</head><body><article>{body}{TEXT}</article></body></html>"
    return checked(read_page_html(source.encode(), None)[0], given or {}, NOW)


def submission(head: str = "", body: str = "", **more: Any) -> Submission:
    content = item(head, body, **more).content
    assert isinstance(content, Submission), content
    return content


def meta(**contents: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in contents.items())


def linked(**properties: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **properties})}</script>'


@pytest.mark.parametrize(
    ("title", "alone"),
    [
        ("ランプ：埠頭新聞", "ランプ"),
        ("램프ㅣ埠頭新聞", "램프"),
        ("He said «lamps»", "He said «lamps»"),
        ("Lamps - Harbour | 埠頭新聞", "Lamps"),
        ("Lamps - Harbour", "Lamps - Harbour"),
    ],
)
def test_a_sites_name_goes_with_the_section_before_it(title: str, alone: str) -> None:
    assert without_site(title, {"埠頭新聞"}, set(), {"harbour"}) == alone


def test_a_headline_of_json_ld_shows_where_the_others_go_on() -> None:
    head = linked(headline="Lamps for the pier") + meta(og__title="Lamps for the pier - Harbour News")
    assert submission(head).title == "Lamps for the pier"


def test_a_headline_that_ends_at_a_quote_in_its_attribute_is_whole() -> None:
    assert (
        submission(meta(og__title="Board buys "), '<h1>Board buys "royal" lamps</h1>').title
        == 'Board buys "royal" lamps'
    )


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Trudi Latour", ["Trudi Latour"]),
        ("Ada Moll (amo), Bo Vane (bva)", ["Ada Moll", "Bo Vane"]),
        ("Ada Moll und Bo Vane, Port Ellis", ["Ada Moll", "Bo Vane", "Port Ellis"]),
        ("Ada Moll und Bo Vane, Nairobi", ["Ada Moll", "Bo Vane"]),
        ("Ada Moll, Political Editor", ["Ada Moll"]),
        ("Ada Moll, professor of lamps at Quay, quay.example", ["Ada Moll"]),
        ("Ada Moll / Bo Vane", ["Ada Moll", "Bo Vane"]),
        ("Ada Moll y Bo Vane", ["Ada Moll", "Bo Vane"]),
        ("José Moll y Vane", ["José Moll y Vane"]),
        ("Photo: Ada Moll", []),
        ("佐伯文子記者", ["佐伯文子"]),
        ("김등대 기자", ["김등대"]),
        ("Quay News staff", ["Quay News staff"]),
    ],
)
def test_a_byline_is_told_apart_into_people(byline: str, names: list[str]) -> None:
    assert author_names([byline]) == names


def test_a_person_comes_before_the_house() -> None:
    head = linked(author={"name": "Quay News"}, publisher={"name": "Quay News"}, headline="Lamps")
    assert submission(head + meta(author="Ada Moll")).authors == ("Ada Moll",)
    assert submission(head, '<a rel="author" href="/ada">Ada Moll</a>').authors == ("Ada Moll",)
    assert submission(head).authors == ("Quay News",)


def test_the_credited_house_comes_before_the_publisher() -> None:
    head = linked(headline="Lamps", publisher={"name": "Quay News"}, provider={"name": "Harbor Wire"})
    assert submission(head).source == "Harbor Wire"


@pytest.mark.parametrize(
    ("modified", "published"),
    [
        ("2026-01-30T12:00:00+09:00", datetime(2026, 1, 30, 1, tzinfo=UTC)),
        ("2026-01-30T12:00:00Z", datetime(2026, 1, 30, 10, tzinfo=UTC)),
        ("2026-01-30T12:00:00", datetime(2026, 1, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_in_the_one_that_its_page_names(modified: str, published: datetime) -> None:
    dates = linked(headline="Lamps", datePublished="2026-01-30T10:00:00", dateModified=modified)
    assert submission(dates).published_at == published


def test_a_page_that_names_two_zones_names_none() -> None:
    dates = linked(headline="Lamps", datePublished="2026-01-30T10:00:00", dateModified="2026-01-30T12:00:00+09:00")
    one = submission(dates + meta(article__modified_time="2026-01-30T04:00:00Z"))
    assert (one.published_at, one.published_precision) == (datetime(2026, 1, 30, 10, tzinfo=UTC), "local")


@pytest.mark.parametrize(
    ("head", "body", "said_by", "precision"),
    [
        (linked(headline="Lamps", datePublished="2026-01-30T10:00:00Z"), "", "json-ld", "instant"),
        (linked(headline="Lamps", datePublished="2026-01-30"), "", "json-ld", "day"),
        (meta(article__published_time="2026-01-30T10:00"), "", "meta", "local"),
        ("", '<time datetime="2026-01-30 10:00">', "time", "local"),
    ],
)
def test_a_date_is_told_with_where_it_stands_and_how_much_it_says(
    head: str, body: str, said_by: str, precision: str
) -> None:
    one = submission(head, f"<h1>Lamps</h1>{body}")
    assert one.published_at is not None
    assert (one.published_from, one.published_precision) == (said_by, precision)


def test_what_the_publisher_says_beside_the_page_is_its_own() -> None:
    one = submission(meta(article__published_time="2026-01-30"), given={"published_at": "2026-01-29", "language": "en"})
    assert (one.published_from, one.inferred) == ("publisher", ())


def test_what_the_page_says_is_told_from_what_its_publisher_says() -> None:
    head = meta(article__published_time="2026-01-30", og__site_name="Quay News")
    assert submission(head, html='<html lang="de">').inferred == ("language", "published_at", "source")


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "2026-02-02T00:00:00Z"])
def test_an_impossible_date_of_a_page_is_dropped_and_told_of(date: str) -> None:
    one = item(meta(article__published_time=date), "<h1>Lamps</h1>")
    assert isinstance(one.content, Submission)
    assert (one.content.published_at, one.content.date_flags) == (None, ("published-impossible",))
    assert [warning.pointer for warning in one.warnings] == ["/meta/article:published_time"]


def test_an_update_stands_in_for_an_impossible_publication() -> None:
    dates = meta(article__published_time="0001-01-01", article__modified_time="2026-01-30")
    assert submission(dates).published_at == NOW.replace(hour=0) - timedelta(days=1)


@pytest.mark.parametrize("place", ["", "/published_at", "/items/3/pubDate", "/datePublished", "/entry/script"])
def test_every_other_place_is_the_publishers(place: str) -> None:
    assert origin(place) == "publisher"
