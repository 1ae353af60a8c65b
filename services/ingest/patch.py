"""A change of some fields of an article that is known: pure functions over native fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas.article import Article
from schemas.receipt import FieldError
from schemas.submission import Fields, Submission
from services.ingest.formats.fields import detail_of, invalid, json_pointer, validated
from services.ingest.posted import Update

_NATIVE = frozenset(Fields.model_fields) | {"title", "body", "headings", "subjects"}
_FIXED = frozenset({"id", "version"})
_OF_THE_DATE = ("published_precision", "published_from")
_LISTS = frozenset({"authors", "genre", "tags", "subjects"})


def native_fields(article: Article) -> dict[str, Any]:
    """The fields that a publisher would post to get this article; its times of versions are left out."""
    values = {name: getattr(article, name, None) for name in _NATIVE - _FIXED - {"tags", "updated_at"}}
    values["tags"] = article.tag_labels
    if article.language_confidence is not None:  # recognized, so it is recognized again
        del values["language"]
    for name in _OF_THE_DATE:
        values[name] = getattr(article, name)
    return {name: value for name, value in values.items() if value not in (None, (), "")}


def patched(article: Article, update: Update) -> Submission:
    """The article with its fields replaced, added to and deleted. Raises Rejected with a pointer to a bad one."""
    values = native_fields(article)
    _check_names(update)
    if "body" in update.replace:
        values.pop("headings", None)
    values.update(update.replace)
    if "published_at" in {*update.replace, *update.delete}:
        values = {name: value for name, value in values.items() if name not in _OF_THE_DATE}
    for name, more in update.add.items():
        values[name] = [*_listed(values.get(name)), *_listed(more)] if name in _LISTS else more
    for name, less in update.delete.items():
        if less is None or name not in _LISTS:
            values.pop(name, None)
        else:
            values[name] = [value for value in _listed(values.get(name)) if value not in less]
    return _submission(values, article)


def filled(article: Article, told: Mapping[str, object]) -> Submission | None:
    """The article with what it lacks of these fields; None where it lacks none."""
    values = native_fields(article)
    known = {*values, "language"} - {"language" if article.language == "und" else ""}
    missing = {name: value for name, value in told.items() if name in _NATIVE - _FIXED and name not in known}
    return _submission({**values, **missing}, article) if missing else None


def as_it_was(article: Article) -> Submission:
    """The article again, unchanged."""
    return _submission(native_fields(article), article)


def _submission(values: Mapping[str, Any], article: Article) -> Submission:
    made, problems = validated(Submission, {**values, "is_foreign": not article.body})
    if made is None:
        raise invalid([FieldError(pointer=json_pointer(e["loc"]), detail=detail_of(e)) for e in problems])
    return made


def _check_names(update: Update) -> None:
    for part in ("replace", "add", "delete"):
        for name in getattr(update, part):
            if name not in _NATIVE - _FIXED:
                detail = "cannot be changed" if name in _FIXED else "not a known field"
                raise invalid([FieldError(pointer=f"/{part}/{name}", detail=detail)])


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def stated_instant(submission: Submission) -> datetime | None:
    """The instant that an article says it is from: its update, else its publication."""
    return submission.updated_at or submission.published_at
