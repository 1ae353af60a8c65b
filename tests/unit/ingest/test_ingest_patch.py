"""A change of some fields of an article that is known."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.article import Article
from schemas.submission import Subject
from services.errors import Rejected
from services.ingest.patch import as_it_was, filled, native_fields, patched
from services.ingest.posted import Update

AT = datetime(2026, 1, 31, 9, tzinfo=UTC)


def article(**fields: Any) -> Article:
    known: dict[str, Any] = {
        "id": "quay:1",
        "publisher": "quay",
        "title": "Pilots strike",
        "body": "One.\n\nHead\n\nTwo.",
        "headings": ("Head",),
        "authors": ("Ada Quill",),
        "tags": ("ports", "japan"),
        "tag_labels": ("Ports",),
        "subjects": (Subject(name="labour", code="1", scheme="medtop"),),
        "language": "en",
        "version": 3,
        "revision": 5,
        "updated_at": AT,
        "accepted_at": AT,
        "content_hash": "x",
    }
    return Article.model_validate(known | fields)


def update(**parts: Any) -> Update:
    return Update.model_validate({"id": "1", **parts})


def test_an_article_again_has_the_fields_that_its_publisher_gave() -> None:
    again = as_it_was(article())
    assert (again.title, again.body, again.headings) == ("Pilots strike", "One.\n\nHead\n\nTwo.", ("Head",))
    assert (again.tags, again.authors, again.subjects[0].code) == (("Ports",), ("Ada Quill",), "1")


def test_a_changed_article_is_a_new_version_as_of_now() -> None:
    again = patched(article(), update(replace={"title": "Pilots end strike"}))
    assert (again.title, again.version, again.updated_at) == ("Pilots end strike", None, None)


def test_lists_are_added_to_and_taken_from() -> None:
    assert patched(article(), update(add={"tags": ["Labour"]})).tags == ("Ports", "Labour")
    assert patched(article(), update(add={"tags": "Labour"})).tags == ("Ports", "Labour")
    assert patched(article(), update(delete={"authors": ["Ada Quill", "nobody"]})).authors == ()
    assert patched(article(), update(delete=["tags"])).tags == ()


def test_a_field_that_is_missing_is_added_and_one_that_is_there_replaced() -> None:
    assert patched(article(), update(add={"summary": "Short."})).summary == "Short."
    assert patched(article(), update(delete=["summary"])).summary is None


def test_another_text_has_no_headings_of_the_one_before() -> None:
    assert patched(article(), update(replace={"body": "Other."})).headings == ()
    assert patched(article(), update(replace={"body": "A\n\nB", "headings": ["A"]})).headings == ("A",)


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ({"replace": {"id": "2"}}, "/replace/id"),
        ({"add": {"mood": "calm"}}, "/add/mood"),
        ({"delete": ["version"]}, "/delete/version"),
        ({"delete": ["title"]}, "/title"),
        ({"replace": {"published_at": "soon"}}, "/published_at"),
    ],
)
def test_a_change_that_cannot_be_made_is_pointed_at(parts: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Rejected) as caught:
        patched(article(), update(**parts))
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_only_what_is_lacking_is_filled() -> None:
    whole = filled(article(language="und"), {"title": "Other", "source": "Quay Wire", "language": "de"})
    assert whole is not None
    assert (whole.title, whole.source, whole.language) == ("Pilots strike", "Quay Wire", "de")


@pytest.mark.parametrize("told", [{}, {"title": "Other"}, {"language": "de"}, {"withdrawn_at": "x", "unknown": 1}])
def test_nothing_to_fill_is_no_version(told: dict[str, object]) -> None:
    assert filled(article(), told) is None


def test_fields_that_only_versions_have_are_no_native_fields() -> None:
    assert not {"id", "version", "updated_at", "revision", "content_hash"} & set(native_fields(article()))


def test_a_language_that_was_recognized_is_recognized_again() -> None:
    assert as_it_was(article(language_confidence=0.9)).language is None
    assert as_it_was(article()).language == "en"
    assert filled(article(language_confidence=0.9), {"language": "de"}) is None


def test_a_date_keeps_what_is_known_of_it_until_it_changes() -> None:
    known = article(published_at=AT, published_precision="day", published_from="json-ld")
    again = as_it_was(known)
    assert (again.published_precision, again.published_from) == ("day", "json-ld")
    changed = patched(known, update(replace={"published_at": "2026-01-30T09:00"}))
    assert (changed.published_precision, changed.published_from) == ("local", None)
