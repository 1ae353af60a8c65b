"""How readings look: in 80 columns, in words, and as one line of JSON."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import orjson
import pytest
from pydantic import SecretStr
from rich.console import Console

from services.cli.client import ClientSettings
from services.cli.overview import overview, size
from services.cli.readers import told_services
from services.cli.status import as_json, exit_code
from services.health.figures import Rates
from services.health.judge import judge
from services.health.readings import Away, DeadLetters, Disk, PublisherDelay, Reading
from tests.unit.health.readings import INDEX, REDIS, reading, service, verdicts

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
DELAYS = (
    PublisherDelay("a-publisher-whose-name-is-as-long-as-a-name-may-be-in-the-file", 12, 31.04, 12_345.6, NOON),
    PublisherDelay("quay", 120, 0.4, 0.9, NOON),
)
TROUBLED = reading(
    0.0,
    service(samples=verdicts(indexed=1_234_567, held=3, superseded=88, withdrawn=20), missing="opensearch"),
    redis=replace(
        REDIS,
        policy="allkeys-lru",
        dead=DeadLetters(2_345, 9_000_000, 200, {"refused_by_index": 150, "not_an_event": 50}),
    ),
    index=replace(
        INDEX,
        delays=DELAYS,
        indices=(replace(INDEX.indices[0], blocks=("read_only_allow_delete",)),),
        disks=tuple(Disk(f"opensearch-{n}", 4_000_000_000, 100_000_000_000, "flood") for n in (1, 2, 3)),
    ),
)
CHANGED = Rates(1.0, 1_234.5, 987.6, {"indexed": 987.6}, {"quay": 12.0})


def drawn(seen: Reading, changed: Rates | None = None, color: bool = False) -> str:
    console = Console(width=80, file=StringIO(), force_terminal=color, color_system="standard" if color else None)
    console.print(overview(seen, judge(seen), changed))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("changed", [None, CHANGED])
def test_what_needs_a_person_stands_there_in_words_within_80_columns(changed: Rates | None) -> None:
    lines = drawn(TROUBLED, changed).splitlines()
    assert max(map(len, lines)) <= 80
    words = " ".join(" ".join(lines).split())
    for said in (
        "a person is needed now",
        "bad memory",
        "maxmemory-policy is allkeys-lru",
        "→ CONFIG SET maxmemory-policy noeviction",
        "warn dead letters 2,345 can never be indexed (of the newest 200: refused_by_index 150, not_an_event 50)",
        "→ wiredesk dead-letters list",
        "bad index articles-v2-000001 takes nothing: read_only_allow_delete",
        "bad disk node opensearch-3 has 4.0 GB of 100.0 GB free; OpenSearch makes its indices read-only",
        "bad services indexer at 127.0.0.1:8001 is not ready: opensearch",
        "indexed 1,234,567",
        "Slowest publishers, of the 132 newest articles",
    ):
        assert said in words


def test_the_slowest_publisher_is_first_and_rates_are_shown_where_there_are_some() -> None:
    table = drawn(TROUBLED, CHANGED).partition("Slowest publishers")[2].splitlines()
    assert table[2].startswith("a-publisher-whose-name-")
    assert table[3].split() == ["quay", "25", "Nov", "12:00", "120", "0.4", "0.9", "12.0"]
    assert "1,234.5/s in, 987.6/s done" in drawn(TROUBLED, CHANGED)
    assert "/s" not in drawn(TROUBLED)


def test_colour_is_there_too_where_it_can_be_shown() -> None:
    assert "\x1b[1;31m" in drawn(TROUBLED, color=True)
    assert "\x1b" not in drawn(TROUBLED)


def test_where_all_is_well_it_says_so_in_one_line_and_shows_the_figures() -> None:
    shown = drawn(reading())
    assert shown.startswith("Wiredesk: all is well")
    assert "→" not in shown
    assert "1,000 accepted, newest article 3 s ago" in shown


def test_what_does_not_answer_is_left_out_of_the_figures() -> None:
    shown = drawn(reading(redis=Away("refused"), index=Away("refused")))
    assert "Redis does not answer: refused" in shown
    assert "OpenSearch does not answer: refused" in shown
    assert "documents" not in shown


def test_exit_codes_tell_well_from_needed_from_unreachable() -> None:
    seen = {
        0: reading(),
        1: TROUBLED,
        2: reading(redis=Away("refused")),
    }
    assert {code: exit_code(one, judge(one)) for code, one in seen.items()} == {0: 0, 1: 1, 2: 2}
    refused = reading(index=Away("403", answered=True))
    assert exit_code(refused, judge(refused)) == 1


def test_json_is_one_line_with_findings_and_figures() -> None:
    text = as_json(TROUBLED, judge(TROUBLED), CHANGED)
    assert "\n" not in text
    told = orjson.loads(text)
    assert told["level"] == "bad"
    assert {"level", "part", "what", "do"} == set(told["findings"][0])
    assert told["redis"]["dead"]["reasons"] == {"refused_by_index": 150, "not_an_event": 50}
    assert told["opensearch"]["delays"][1]["newest"] == "2026-11-25T12:00:00Z"
    assert told["verdicts"]["indexed"] == 1_234_567
    assert told["rates"]["settled"] == 987.6
    away = orjson.loads(as_json(reading(redis=Away("refused")), []))
    assert away["redis"] is None
    assert "rates" not in away


def test_services_are_asked_where_somebody_says_they_are_and_not_at_a_default() -> None:
    assert told_services(ClientSettings(api_key=SecretStr("x")), {}) == {}
    settings = ClientSettings(ingest_url="http://told:8000", indexer_url="http://told:8001")
    given = {"indexer": "http://given:8001", "search": None}
    assert told_services(settings, given) == {"ingest": "http://told:8000", "indexer": "http://given:8001"}


def test_sizes_are_told_in_powers_of_ten() -> None:
    assert [size(one) for one in (0, 999, 1500, 2e6, 3.21e9, 4e13)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "2.0 MB",
        "3.2 GB",
        "40.0 TB",
    ]
