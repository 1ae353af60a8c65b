"""Who is told what, of everything that can be known of an article."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from services.alerts.alert import Alert, new_alert
from services.alerts.decide import Decision, Marks, Seen, decide

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
ALERT = new_alert("rare earth", NOW, "https://desk.example/hook")
OTHER = new_alert("copper", NOW, "https://other.example/hook")
NOBODY: tuple[Alert, ...] = ()


def document(revision: int, **more: Any) -> dict[str, Any]:
    return {"id": "local:one", "publisher": "local", "title": "A title", "version": 7, "revision": revision, **more}


def tombstone(revision: int) -> dict[str, Any]:
    return {"id": "local:one", "publisher": "local", "version": 7, "revision": revision}


def decided(
    seen: Seen, before: Marks, matching: tuple[Alert, ...] = NOBODY, followed: tuple[Alert, ...] = NOBODY
) -> Decision:
    named = [{alert.id: alert for alert in some} for some in (matching, followed)]
    return decide("5-0", "local:one", seen, before, named[0], named[1], NOW)


def told(decision: Decision) -> list[tuple[str, str, bool | None]]:
    messages = [(one.alert_id, one.kind, orjson.loads(one.body)["data"].get("matches")) for one in decision.deliveries]
    return sorted(messages, key=str)


def test_who_matches_and_was_not_told_is_told() -> None:
    decision = decided(Seen(document(5)), Marks(), (ALERT,))
    assert told(decision) == [(ALERT.id, "matched", True)]
    assert (decision.newest, decision.marks, decision.forget) == (5, {ALERT.id: 5}, False)


def test_an_article_that_nobody_wants_leaves_no_trace() -> None:
    decision = decided(Seen(document(5)), Marks())
    assert (decision.newest, decision.marks, decision.deliveries) == (None, {}, ())


def test_a_corrected_article_that_nobody_wants_is_remembered_for_those_who_are_late() -> None:
    decision = decided(Seen(document(5, supersedes=4)), Marks())
    assert (decision.newest, decision.deliveries) == (5, ())


@pytest.mark.parametrize(("matches_now", "expected"), [((ALERT,), True), (NOBODY, False)])
def test_who_was_told_of_an_older_revision_hears_of_the_correction(
    matches_now: tuple[Alert, ...], expected: bool
) -> None:
    decision = decided(Seen(document(6)), Marks(5, {ALERT.id: 5}), matches_now, (ALERT,))
    assert told(decision) == [(ALERT.id, "corrected", expected)]
    assert decision.marks == {ALERT.id: 6}


def test_who_was_told_of_this_revision_hears_nothing_and_who_was_not_does() -> None:
    decision = decided(Seen(document(5)), Marks(5, {ALERT.id: 5}), (ALERT, OTHER), (ALERT,))
    assert told(decision) == [(OTHER.id, "matched", True)]


def test_a_look_that_comes_late_tells_nobody() -> None:
    for late in (Seen(document(5)), Seen(tombstone=tombstone(5))):
        decision = decided(late, Marks(6, {ALERT.id: 6}), (ALERT, OTHER), (ALERT,))
        assert (decision.newest, decision.deliveries, decision.forget) == (None, (), False)


def test_a_hidden_article_tells_nobody_and_forgets_nobody() -> None:
    decision = decided(Seen(), Marks(5, {ALERT.id: 5}), NOBODY, (ALERT,))
    assert (decision.newest, decision.deliveries, decision.forget) == (None, (), False)


def test_a_withdrawal_is_told_without_a_text_and_in_place_of_what_waits() -> None:
    decision = decided(Seen(tombstone=tombstone(6)), Marks(5, {ALERT.id: 5}), NOBODY, (ALERT,))
    (delivery,) = decision.deliveries
    assert (delivery.kind, delivery.replaces, decision.forget, decision.newest) == ("withdrawn", True, True, 6)
    article = orjson.loads(delivery.body)["data"]["article"]
    assert article == {"id": "local:one", "publisher": "local", "version": 7, "tags": []}


def test_a_paused_alert_is_told_of_nothing_new_and_follows_what_it_was_told() -> None:
    paused = ALERT.model_copy(update={"paused": "on holiday"})
    assert told(decided(Seen(document(5)), Marks(), (paused,))) == []
    follow_up = decided(Seen(document(6)), Marks(5, {ALERT.id: 5}), (paused,), (paused,))
    assert told(follow_up) == [(ALERT.id, "corrected", True)]


def test_whether_a_broken_alert_still_matches_is_not_said() -> None:
    broken = ALERT.model_copy(update={"broken": "too many terms"})
    assert told(decided(Seen(document(6)), Marks(5, {ALERT.id: 5}), NOBODY, (broken,))) == [
        (ALERT.id, "corrected", None)
    ]


def test_an_id_is_the_same_for_the_same_and_differs_by_alert_revision_and_kind() -> None:
    first = decided(Seen(document(5)), Marks(), (ALERT, OTHER)).deliveries
    again = decided(Seen(document(5)), Marks(), (ALERT, OTHER)).deliveries
    later = decided(Seen(document(6)), Marks(5, {ALERT.id: 5}), (ALERT,), (ALERT,)).deliveries
    gone = decided(Seen(tombstone=tombstone(6)), Marks(5, {ALERT.id: 5}), NOBODY, (ALERT,)).deliveries
    assert [one.id for one in first] == [one.id for one in again]
    ids = {one.id for one in (*first, *later, *gone)}
    assert len(ids) == 4
    assert all("." not in one for one in ids)


def test_a_summary_is_told_to_a_thousand_characters() -> None:
    (delivery,) = decided(Seen(document(5, summary="x" * 5000)), Marks(), (ALERT,)).deliveries
    assert len(orjson.loads(delivery.body)["data"]["article"]["summary"]) == 1000
