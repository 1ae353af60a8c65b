"""What a publisher may post."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.submission import Submission


def submission(**fields: Any) -> Submission:
    return Submission.model_validate({"title": "t", "body": "b"} | fields)


@pytest.mark.parametrize("name", ["authors", "tags"])
def test_a_lone_text_is_a_list_of_one(name: str) -> None:
    assert getattr(submission(**{name: " Ada Quill "}), name) == ("Ada Quill",)


@pytest.mark.parametrize("language", ["en", "EN", "en-US", "en_GB", "zh-Hant-TW", "yue", "sr-Latn"])
def test_languages_in_bcp_47_are_taken(language: str) -> None:
    assert submission(language=language).language == language


@pytest.mark.parametrize("language", ["", "e", "english", "en-", "en US", "12", "en-US\n", "日本"])
def test_other_languages_are_refused(language: str) -> None:
    with pytest.raises(ValidationError):
        submission(language=language)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", ""),
        ("id", "   "),
        ("id", "x" * 1001),
        ("url", "https://e.example/" + "x" * 4096),
        ("version", 0),
        ("version", -1),
        ("version", 1.5),
        ("version", "one"),
        ("version", 2**53 + 1),
        ("authors", ["x"] * 201),
        ("authors", [None]),
        ("tags", {"a": "b"}),
        ("updated_at", 1769850000),
        ("published_at", "soon"),
        ("embargoed_until", True),
        ("title", "a\x00b"),
        ("body", "a\x00b"),
        ("summary", "a\x00b"),
        ("tags", ["a\x00b"]),
        ("title", "\ud800"),
        ("body", "\udfff"),
        ("title", None),
        ("title", []),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        submission(**{name: value})


@pytest.mark.parametrize(("value", "text"), [(12, "12"), ("12", "12"), (" a b ", "a b")])
def test_an_id_may_be_a_number(value: object, text: str) -> None:
    assert submission(id=value).id == text


@pytest.mark.parametrize("value", [1, 2**53, "7"])
def test_a_version_is_a_whole_number(value: object) -> None:
    assert submission(version=value).version == int(str(value))


@pytest.mark.parametrize("name", ["title", "body"])
def test_title_and_body_are_required(name: str) -> None:
    with pytest.raises(ValidationError):
        Submission.model_validate({"title": "t", "body": "b", name: None})
