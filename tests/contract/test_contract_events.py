"""Golden events: once written they stay readable. New ones may be added; these are never changed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from schemas.article import Article, Tombstone
from schemas.events import ARTICLE_EVENT, encode
from services.indexer.decide import Bury, Put, decide

EVENTS = sorted((Path(__file__).parents[1] / "fixtures" / "events").glob("*.json"))
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
EARLY = datetime(2026, 1, 31, 11, 59, 59, tzinfo=UTC)
golden = pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)


def test_the_golden_events_are_there() -> None:
    assert {path.stem for path in EVENTS} >= {
        "published-complete",
        "published-complete-2",
        "published-full",
        "published-minimal",
        "published-of-the-future",
        "withdrawn",
        "withdrawn-complete",
        "withdrawn-complete-2",
        "withdrawn-of-the-future",
    }


@golden
def test_a_golden_event_is_read(path: Path) -> None:
    value = json.loads(path.read_bytes())
    event = ARTICLE_EVENT.validate_json(path.read_bytes())
    assert event.id == f"{event.data.id}@{event.data.revision}" == value["id"]
    assert event.subject == event.data.id


@golden
def test_nothing_of_a_golden_event_is_lost_on_reading_and_writing(path: Path) -> None:
    value = json.loads(path.read_bytes())
    again = json.loads(encode(ARTICLE_EVENT.validate_json(path.read_bytes())))
    assert value["data"].items() <= again["data"].items()
    assert {**value, "data": None}.items() <= {**again, "data": None}.items()


@golden
def test_a_golden_event_is_put_or_buried(path: Path) -> None:
    value = json.loads(path.read_bytes())
    decision = decide(path.read_bytes(), NOON)
    assert isinstance(decision, Bury if "withdrawn" in path.stem else Put)
    assert (decision.id, decision.revision) == (value["data"]["id"], value["data"]["revision"])
    assert value["data"].items() <= orjson.loads(decision.document).items()


@pytest.mark.parametrize(("stem", "model"), [("published-complete-2", Article), ("withdrawn-complete-2", Tombstone)])
def test_the_complete_event_uses_every_field(stem: str, model: type[Article | Tombstone]) -> None:
    path = next(path for path in EVENTS if path.stem == stem)
    assert set(json.loads(path.read_bytes())["data"]) == set(model.model_fields)


def test_the_full_event_is_held_until_its_embargo_ends() -> None:
    raw = next(path for path in EVENTS if path.stem == "published-full").read_bytes()
    early, late = decide(raw, EARLY), decide(raw, NOON)
    assert isinstance(early, Put)
    assert isinstance(late, Put)
    assert (early.held, late.held) == (True, False)
