"""What is known of an article, in Redis and in the index."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.identity import changed_fields, content_hashes
from services.ingest.known import from_document, from_state, to_state
from services.ingest.order import Known


def stored(state: dict[Any, Any]) -> dict[bytes, bytes]:
    return {str(name).encode(): str(value).encode() for name, value in state.items()}


@given(
    st.builds(
        Known,
        revision=st.integers(1, 2**53),
        number=st.none() | st.integers(1, 2**53),
        content_hash=st.text("abcdef0123456789", max_size=32),
        dead=st.just(False),
        withdrawn=st.booleans(),
        field_hashes=st.sampled_from(["", "title:0a0a0a0a body:01020304"]),
        cluster_id=st.sampled_from(["", "0123456789abcdef"]),
    )
)
def test_what_redis_holds_is_what_was_known(known: Known) -> None:
    assert from_state(stored(to_state(known, 7))) == known


def test_a_state_of_before_this_version_is_read() -> None:
    old = {b"revision": b"5", b"number": b"", b"content_hash": b"x", b"outcome:5": b"dead-lettered 1 too_large y"}
    assert from_state({**old, b"outcome:5": b"dead-lettered 1 too_large y"}) == Known(5, None, "x", dead=True)
    assert from_state({}) is None


@pytest.mark.parametrize(("version", "number"), [(5, None), (3, 3)])
def test_a_documents_number_is_a_version_that_is_no_revision(version: int, number: int | None) -> None:
    document = {"revision": 5, "version": version, "status": "published", "content_hash": "x", "field_hashes": "a:1"}
    assert from_document(document) == Known(5, number, "x", field_hashes="a:1")


def test_a_documents_cluster_is_known() -> None:
    document = {"revision": 5, "version": 5, "status": "withdrawn", "cluster_id": "0123456789abcdef"}
    assert from_document(document).cluster_id == "0123456789abcdef"


def test_a_tombstone_is_known_as_one() -> None:
    assert from_document({"revision": 5, "version": 5, "status": "withdrawn"}) == Known(5, None, "", withdrawn=True)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"title": "a", "body": "b"}, {"title": "a", "body": "b"}, ()),
        ({"title": "a", "body": "b"}, {"title": "a", "body": "c"}, ("body",)),
        ({"title": "a", "tags": ("x",)}, {"title": "b", "tags": ()}, ("tags", "title")),
        ({"title": "a"}, {"title": "a", "summary": "s", "image": None}, ("summary",)),
    ],
)
def test_changed_fields_are_those_that_say_something_else(
    before: dict[str, Any], after: dict[str, Any], changed: tuple[str, ...]
) -> None:
    assert changed_fields(content_hashes(before)[1], content_hashes(after)[1]) == changed
