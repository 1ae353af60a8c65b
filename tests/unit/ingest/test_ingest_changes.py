"""Places in the feed of changes."""

import pytest

from schemas.changes import Change, change_of
from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.changes import _cursor


@pytest.mark.parametrize(
    ("since", "cursor"),
    [
        (None, None),
        ("0", "0-0"),
        ("1769850000000", "1769850000000-0"),
        ("1769850000000-7", "1769850000000-7"),
        ("2026-01-31T09:00:00Z", f"1769849999999-{2**64 - 1}"),
        ("2026-01-31T18:00:00+09:00", f"1769849999999-{2**64 - 1}"),
        ("1970-01-01T00:00:00Z", "0-0"),
        ("1601-01-01", "0-0"),
    ],
)
def test_a_place_is_a_cursor_or_an_instant(since: str | None, cursor: str | None) -> None:
    assert _cursor(since) == cursor


@pytest.mark.parametrize("since", ["", "-", "1-", "1-2-3", "soon", "1" * 30, "-1"])
def test_anything_else_is_refused(since: str) -> None:
    with pytest.raises(Rejected) as caught:
        _cursor(since)
    assert caught.value.reason is Reason.INVALID_FIELD
    assert [error.pointer for error in caught.value.errors] == ["/since"]


def test_a_change_is_read_as_it_was_written() -> None:
    change = Change(id="quay:1", publisher="quay", version=3, kind="corrected")
    assert Change.read({name.encode(): value.encode() for name, value in change.fields().items()}) == change


def test_every_kind_of_version_has_its_kind_of_change() -> None:
    from schemas.events import ARTICLE_EVENT
    from tests.contract.test_contract_events import EVENTS  # golden events of every kind

    kinds = {path.stem: change_of(ARTICLE_EVENT.validate_json(path.read_bytes()).data).kind for path in EVENTS}
    assert kinds["published-minimal"] == "published"
    assert kinds["published-complete"] == "corrected"
    assert kinds["withdrawn"] == "withdrawn"
