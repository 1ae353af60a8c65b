"""What is to be done with one stream entry."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.article import CANARY_PUBLISHER, MAX_ID_BYTES, own_cluster
from schemas.events import ARTICLE_EVENT, DATASCHEMA, PUBLISHED, WITHDRAWN
from schemas.reasons import Reason
from schemas.versions import version_entry
from services.indexer.decide import Bury, Dead, Put, decide

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
DATA: dict[str, Any] = {
    "id": "quay:42",
    "publisher": "quay",
    "title": "A Bridge Opens",
    "body": "It opened.",
    "version": 3,
    "revision": 5,
    "accepted_at": "2026-01-31T08:00:00Z",
    "content_hash": "abc",
}
TOMBSTONE: dict[str, Any] = {
    "id": "quay:42",
    "publisher": "quay",
    "version": 4,
    "revision": 6,
    "accepted_at": "2026-01-31T08:00:00Z",
}


def event(data: dict[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    known = {
        "specversion": "1.0",
        "id": "quay:42@5",
        "source": "urn:wiredesk:publisher:quay",
        "subject": "quay:42",
        "time": "2026-01-31T08:00:00Z",
        "type": PUBLISHED,
        "dataschema": DATASCHEMA,
        "data": DATA if data is None else data,
    }
    return known | attributes


def decided(value: object) -> Put | Bury | Dead:
    return decide(orjson.dumps(value), NOW)


def dead(value: object) -> Dead:
    decision = decided(value)
    assert isinstance(decision, Dead)
    return decision


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: kept for key, kept in value.items() if key != name}


def test_a_published_article_is_put() -> None:
    decision = decided(event())
    assert isinstance(decision, Put)
    assert (decision.id, decision.revision, decision.held) == ("quay:42", 5, False)
    document = orjson.loads(decision.document)
    assert DATA.items() <= document.items()
    assert document["status"] == "published"
    assert document["indexed_at"] == "2026-01-31T09:00:00Z"
    assert document["recency_at"] == DATA["accepted_at"]


def test_a_withdrawn_article_is_buried_and_leaves_no_text() -> None:
    decision = decided(event(TOMBSTONE, type=WITHDRAWN))
    assert isinstance(decision, Bury)
    assert (decision.id, decision.revision) == ("quay:42", 6)
    assert orjson.loads(decision.document) == TOMBSTONE | {"status": "withdrawn", "indexed_at": "2026-01-31T09:00:00Z"}


def test_a_document_is_one_line() -> None:
    decision = decided(event(DATA | {"body": "one\ntwo\r\n\u2028three"}))
    assert isinstance(decision, Put)
    assert b"\n" not in decision.document
    assert orjson.loads(decision.document)["body"] == "one\ntwo\r\n\u2028three"


@pytest.mark.parametrize(
    ("until", "held"),
    [
        ("2026-01-31T09:00:00.000001Z", True),
        ("2026-01-31T18:00:01+09:00", True),
        ("2027-01-01T00:00:00Z", True),
        ("2026-01-31T09:00:00Z", False),
        ("2026-01-31T18:00:00+09:00", False),
        ("2026-01-31T08:59:59Z", False),
        ("1970-01-01T00:00:00Z", False),
        (None, False),
    ],
)
def test_an_article_is_held_until_its_embargo_ends(until: str | None, held: bool) -> None:
    decision = decided(event(DATA | {"embargoed_until": until}))
    assert isinstance(decision, Put)
    assert decision.held is held


def test_the_zone_of_the_clock_makes_no_difference_to_an_embargo() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    raw = orjson.dumps(event(DATA | {"embargoed_until": "2026-01-31T09:00:01Z"}))
    decision = decide(raw, tokyo)
    assert isinstance(decision, Put)
    assert decision.held


@pytest.mark.parametrize(
    "raw",
    [
        *(None, b"", b"{", b"hello", b"NaN", b"\xff\xfe", b'{"specversion":"\xff"}', b'{"specversion":"\\ud800"}'),
        *(b"[" * 100_000, b"\x00", b"{}", b"[]", b"null", b"1", b'"1.0"', b'[{"specversion":"1.0"}]', b'{"type":"x"}'),
    ],
)
def test_what_is_no_event_is_dead(raw: bytes | None) -> None:
    decision = decide(raw, NOW)
    assert isinstance(decision, Dead)
    assert decision.reason is Reason.NOT_AN_EVENT
    assert (decision.id, decision.revision) == (None, None)


@pytest.mark.parametrize(
    "attributes",
    [
        {"type": "com.wiredesk.article.liked"},
        {"type": None},
        {"type": ["x"]},
        {"type": {}},
        {"dataschema": "urn:wiredesk:schema:article:2"},
        {"dataschema": None},
        {"dataschema": 1},
    ],
)
def test_an_event_of_another_kind_is_dead_with_its_identity(attributes: dict[str, Any]) -> None:
    decision = dead(event(**attributes))
    assert decision.reason is Reason.UNKNOWN_TYPE
    assert (decision.id, decision.revision) == ("quay:42", 5)


@pytest.mark.parametrize("name", ["type", "dataschema"])
def test_an_event_that_does_not_say_its_kind_is_dead(name: str) -> None:
    assert dead(without(event(), name)).reason is Reason.UNKNOWN_TYPE


@pytest.mark.parametrize("name", ["id", "source", "subject", "time", "data"])
def test_an_event_without_a_required_attribute_is_dead(name: str) -> None:
    decision = dead(without(event(), name))
    assert decision.reason is Reason.INVALID_EVENT
    assert name in decision.detail


@pytest.mark.parametrize("name", ["publisher", "title", "body", "version", "accepted_at", "content_hash"])
@pytest.mark.parametrize("null", [False, True])
def test_an_article_without_a_required_field_is_dead_with_its_identity(name: str, null: bool) -> None:
    decision = dead(event(DATA | {name: None} if null else without(DATA, name)))
    assert decision.reason is Reason.INVALID_EVENT
    assert f"data/{name}" in decision.detail
    assert (decision.id, decision.revision) == ("quay:42", 5)


@pytest.mark.parametrize("name", ["id", "publisher", "version", "revision", "accepted_at"])
def test_a_tombstone_without_a_required_field_is_dead(name: str) -> None:
    assert dead(event(without(TOMBSTONE, name), type=WITHDRAWN)).reason is Reason.INVALID_EVENT


@pytest.mark.parametrize(
    ("fields", "identity"),
    [
        ({"id": None}, (None, 5)),
        ({"id": 42}, (None, 5)),
        ({"revision": None}, ("quay:42", None)),
        ({"revision": "many"}, ("quay:42", None)),
        ({"revision": 1.5}, ("quay:42", None)),
        ({"revision": 0}, ("quay:42", 0)),
        ({"revision": -1}, ("quay:42", -1)),
        ({"status": "withdrawn"}, ("quay:42", 5)),
        ({"auto_tags": [{}]}, ("quay:42", 5)),
        ({"embargoed_until": "soon"}, ("quay:42", 5)),
    ],
)
def test_a_dead_event_is_identified_as_far_as_it_can_be_read(
    fields: dict[str, Any], identity: tuple[str | None, int | None]
) -> None:
    decision = dead(event(DATA | fields))
    assert decision.reason is Reason.INVALID_EVENT
    assert (decision.id, decision.revision) == identity


@pytest.mark.parametrize("data", [[], "text", 5, None, True])
def test_data_that_is_no_object_is_dead_without_identity(data: object) -> None:
    decision = dead(event() | {"data": data})
    assert decision.reason is Reason.INVALID_EVENT
    assert (decision.id, decision.revision) == (None, None)


@pytest.mark.parametrize("specversion", ["0.3", "2.0", None, 1.0])
def test_another_version_of_cloudevents_is_dead(specversion: object) -> None:
    assert dead(event(specversion=specversion)).reason is Reason.INVALID_EVENT


@pytest.mark.parametrize(("data", "kind"), [(DATA, PUBLISHED), (TOMBSTONE, WITHDRAWN)])
@pytest.mark.parametrize("character", ["x", "é", "日"])
def test_an_id_has_at_most_512_bytes(data: dict[str, Any], kind: str, character: str) -> None:
    width = len(character.encode())
    fits = character * (MAX_ID_BYTES // width) + "x" * (MAX_ID_BYTES % width)
    assert not isinstance(decided(event(data | {"id": fits}, type=kind)), Dead)
    decision = dead(event(data | {"id": fits + "x"}, type=kind))
    assert decision.reason is Reason.ID_TOO_LONG
    assert "513" in decision.detail


def test_what_comes_from_a_newer_producer_is_kept() -> None:
    decision = decided(event(DATA | {"word_count": 2}, sequence="17"))
    assert isinstance(decision, Put)
    assert orjson.loads(decision.document)["word_count"] == 2


def test_empty_fields_stay_out_of_the_document() -> None:
    decision = decided(event(DATA | {"url": None}))
    assert isinstance(decision, Put)
    assert "url" not in orjson.loads(decision.document)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_whatever_the_bytes_there_is_a_decision(raw: bytes) -> None:
    assert isinstance(decide(raw, NOW), Dead)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.sampled_from([*event(), "datacontenttype", "traceparent"]), JSON)
def test_whatever_an_attribute_is_there_is_a_decision(name: str, value: Any) -> None:
    assert isinstance(decided(event() | {name: value}), Put | Dead)


def test_an_article_of_before_there_were_clusters_is_a_cluster_of_its_own() -> None:
    for data, cluster in (
        (DATA, own_cluster("quay:42")),
        ({**DATA, "cluster_id": ""}, own_cluster("quay:42")),
        ({**DATA, "cluster_id": "0123456789abcdef"}, "0123456789abcdef"),
    ):
        decision = decided(event(data))
        assert isinstance(decision, Put)
        assert orjson.loads(decision.document)["cluster_id"] == cluster
        assert decision.document.count(b'"cluster_id"') == 1


@pytest.mark.parametrize(
    ("attributes", "is_news"), [({}, True), ({"cause": "retagged"}, False), ({"cause": "x"}, True)]
)
def test_other_automatic_tags_are_written_and_no_news(attributes: dict[str, Any], is_news: bool) -> None:
    decision = decided(event(**attributes))
    assert isinstance(decision, Put)
    assert (decision.revision, decision.change is not None) == (5, is_news)


def test_a_canary_is_written_and_neither_kept_among_the_versions_nor_news() -> None:
    decision = decided(event(DATA | {"publisher": CANARY_PUBLISHER}))
    assert isinstance(decision, Put)
    assert orjson.loads(decision.document)["publisher"] == CANARY_PUBLISHER
    assert (decision.entry, decision.change, decision.held) == (None, None, False)


@pytest.mark.parametrize(
    "told",
    [
        event(),
        event(TOMBSTONE, type=WITHDRAWN),
        event(TOMBSTONE | {"supersedes": 2, "withdrawn_at": "2026-01-31T18:00:00.5+09:00"}, type=WITHDRAWN),
        event(
            DATA | {"supersedes": 2, "changed": ["title"], "correction": "The bridge.", "url": None, "word_count": 2}
        ),
    ],
)
def test_the_entry_among_the_versions_is_as_the_schema_writes_it(told: dict[str, Any]) -> None:
    decision = decided(told)
    assert not isinstance(decision, Dead)
    assert decision.entry is not None
    data = ARTICLE_EVENT.validate_python(told).data
    assert orjson.loads(decision.entry) == orjson.loads(version_entry(data).model_dump_json(exclude_none=True))


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_number_that_json_does_not_have_makes_it_no_event(number: bytes) -> None:
    raw = orjson.dumps(event(DATA | {"language_confidence": 0.75})).replace(b"0.75", number)
    decision = decide(raw, NOW)
    assert isinstance(decision, Dead)
    assert decision.reason is Reason.NOT_AN_EVENT


@pytest.mark.parametrize("where", ["event", "data"])
def test_nor_does_one_in_what_only_a_newer_producer_knows(where: str) -> None:
    told = event(DATA | {"newer": 0.75}) if where == "data" else event() | {"newer": 0.75}
    decision = decide(orjson.dumps(told).replace(b"0.75", b"NaN"), NOW)
    assert isinstance(decision, Dead)
    assert decision.reason is Reason.NOT_AN_EVENT


@pytest.mark.parametrize("name", ["version", "revision", "supersedes", "urgency"])
@pytest.mark.parametrize("number", [2**64, -(2**70)])
def test_a_number_beyond_64_bits_is_dead(name: str, number: int) -> None:
    decision = decide(json.dumps(event(DATA | {name: number})).encode(), NOW)
    assert isinstance(decision, Dead)
    assert decision.reason is Reason.INVALID_EVENT


def test_what_a_newer_producer_says_of_its_own_is_not_taken_for_ours() -> None:
    decision = decided(event(DATA | {"indexed_at": "2001-01-01T00:00:00Z", "recency_at": "2001-01-01T00:00:00Z"}))
    assert isinstance(decision, Put)
    document = orjson.loads(decision.document)
    assert (document["indexed_at"], document["recency_at"]) == ("2026-01-31T09:00:00Z", DATA["accepted_at"])
    assert decision.document.count(b"indexed_at") == 1
