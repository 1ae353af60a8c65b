"""What a format's module found, checked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.reasons import Reason
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest.formats.check import checked
from services.ingest.formats.reading import Found
from services.ingest.posted import Hint, Item, Restore, Update, Withdrawal

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
TEXT = {"title": "Pilots strike", "body": "Pilots voted on Monday."}


def item(given: dict[str, Any] | None = None, places: dict[str, str] | None = None, **values: Any) -> Item:
    return checked(Found("/items/2", {**TEXT, **values}, places=places or {}), given or {}, NOW)


def submission(one: Item) -> Submission:
    assert isinstance(one.content, Submission), one.content
    return one.content


def refusal(one: Item) -> Rejected:
    assert isinstance(one.content, Rejected)
    return one.content


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "english"),
        ("published_at", "a while ago"),
        ("updated_at", {"of": "what"}),
        ("url", "urn:news:1"),
        ("url", "/relative"),
        ("image", "data:image/png;base64,AAAA"),
        ("urgency", 12),
        ("version", "first"),
        ("summary", ["a"]),
    ],
)
def test_an_optional_value_that_cannot_be_used_is_dropped_with_a_warning(name: str, value: Any) -> None:
    one = item(places={name: f"/items/2/{name}_of_feed"}, **{name: value})
    assert getattr(submission(one), name) is None
    assert [warning.pointer for warning in one.warnings] == [f"/items/2/{name}_of_feed"]


def test_only_the_bad_entry_of_a_list_is_dropped() -> None:
    one = item(tags=["good", {}, "fine", "x" * 2000])
    assert submission(one).tags == ("good", "fine")
    assert len(one.warnings) == 2


def test_a_list_that_is_too_long_is_cut() -> None:
    one = item(tags=[str(number) for number in range(300)])
    assert len(submission(one).tags) == 200
    assert one.warnings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("embargoed_until", "soon"),
        ("expires_at", "never"),
        ("id", "x" * 513),
        ("id", "ü" * 257),
        ("title", "a\x00b"),
        ("body", "a\ud800b"),
        ("tags", ["a\x00"]),
        ("published_at", "2026-03-01T00:00:00Z"),
        ("updated_at", "2026-02-01T09:00:01Z"),
        ("published_at", "0001-01-01T00:00:00Z"),
        ("expires_at", "0001-01-01"),
    ],
)
def test_what_would_make_it_another_article_is_refused_with_its_place(name: str, value: Any) -> None:
    error = refusal(item(places={name: "/items/2/there"}, **{name: value}))
    assert error.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in error.errors] == ["/items/2/there"]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=23), timedelta(days=1)])
def test_a_time_that_another_zone_explains_is_no_future(ahead: timedelta) -> None:
    assert submission(item(published_at=NOW + ahead)).published_at == NOW + ahead


def test_what_is_embargoed_may_be_published_in_the_future() -> None:
    later = NOW + timedelta(days=30)
    assert submission(item(published_at=later, embargoed_until=later)).published_at == later
    refusal(item(published_at=later + timedelta(days=1), embargoed_until=later))


def test_fields_beside_the_body_hold_over_what_was_read_out_of_it() -> None:
    one = item({"language": "de", "tags": ["own"], "mood": "calm"}, language="en", tags=["Read"])
    assert submission(one).language == "de"
    assert submission(one).tags == ("own", "Read")
    assert [warning.pointer for warning in one.warnings] == ["/mood"]


def test_a_bad_field_beside_the_body_is_refused_where_it_stands() -> None:
    error = refusal(item({"embargoed_until": "soon"}, places={"embargoed_until": "/items/2/x"}))
    assert [one.pointer for one in error.errors] == ["/embargoed_until"]


def test_a_foreign_article_may_lack_title_or_body() -> None:
    assert submission(checked(Found("", {"body": "b"}), {}, NOW)).is_foreign
    assert submission(checked(Found("", {"title": "t"}), {}, NOW)).body == ""


@pytest.mark.parametrize(
    ("found", "model"),
    [
        (Found("", {"id": "1", "at": "2026-01-31T08:00:00Z"}, "withdrawal"), Withdrawal),
        (Found("", {"url": "https://q.example/1"}, "restore"), Restore),
        (Found("", {"url": "https://q.example/1", "title": "t"}, "hint"), Hint),
        (Found("", {"url": "https://q.example/1", "delete": ["tags"]}, "update"), Update),
    ],
)
def test_what_is_no_article_is_its_own_thing(found: Found, model: type) -> None:
    assert isinstance(checked(found, {}, NOW).content, model)


@pytest.mark.parametrize("kind", ["withdrawal", "restore", "update"])
def test_what_names_no_article_is_refused(kind: Any) -> None:
    assert isinstance(checked(Found("/items/1", {}, kind), {}, NOW).content, Rejected)
