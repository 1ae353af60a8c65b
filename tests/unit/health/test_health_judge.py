"""What needs a person, out of readings."""

from dataclasses import replace

import pytest

from services.health.finding import Level, pressing, worst
from services.health.judge import judge, unreachable
from services.health.judge_redis import age
from services.health.readings import Away, Backlog, Consumer, DeadLetters, Disk, Index, Reading
from tests.unit.health.readings import ARTICLES, GROUP, INDEX, NAMES, behind, index, reading, redis, service

DEAD = DeadLetters(3, 9000, 3, {"refused_by_index": 2, "not_an_event": 1})
BLOCKED = replace(INDEX.indices[0], blocks=("read_only_allow_delete",))
OF_OLDER, OF_NEWER = (replace(INDEX.indices[0], schema=version) for version in (1, 99))
NO_WRITE_ALIAS = {**INDEX.aliases, NAMES.write: ()}
TWO_BEHIND = {**INDEX.aliases, NAMES.write: (ARTICLES, "articles-v2-000002")}


def test_nobody_is_needed_where_all_is_well() -> None:
    findings = judge(reading(0.0, service()))
    assert pressing(findings) == []
    assert worst(findings) is Level.OK
    assert {one.part for one in findings} >= {"memory", "lag", "dead letters", "index", "disk", "services"}


@pytest.mark.parametrize(
    ("seen", "level", "part", "words", "advice"),
    [
        (redis(policy="allkeys-lru"), Level.BAD, "memory", "allkeys-lru", "noeviction"),
        (redis(memory=850_000_000), Level.WARN, "memory", "85%", "maxmemory"),
        (redis(memory=960_000_000), Level.BAD, "memory", "96%", "maxmemory"),
        (redis(appends=False), Level.WARN, "persistence", "append-only", "appendonly yes"),
        (redis(writes_fail=True), Level.BAD, "persistence", "cannot write", "make room"),
        (redis(removed=7), Level.BAD, "stream", "7 entries", "XTRIM"),
        (redis(indexer=None), Level.BAD, "lag", "40 articles wait", "start the indexer"),
        (redis(indexer=None, length=0), Level.WARN, "indexers", "no indexer", "start the indexer"),
        (behind(consumers=()), Level.BAD, "indexers", "no indexer runs", "start the indexer"),
        (behind(consumers=(Consumer("desk-1", 0, 300.0),)), Level.BAD, "indexers", "5 min ago", "start the indexer"),
        (behind(consumers=(*GROUP.consumers, Consumer("b", 4, 99.0))), Level.WARN, "indexers", "4 entries", "log"),
        (behind(lag=5000, oldest=90.0), Level.WARN, "lag", "5,000 not read", "start more"),
        (behind(lag=5000, oldest=3600.0), Level.BAD, "lag", "1 h", "start more"),
        (behind(lag=None, pending=3, oldest=90.0), Level.WARN, "lag", "unknown not read, 3 in hand", "readyz"),
        (redis(dead=DEAD), Level.WARN, "dead letters", "refused_by_index 2, not_an_event 1", "wiredesk dead-letters"),
        (redis(dead=replace(DEAD, kept=900)), Level.WARN, "dead letters", "of the newest 3: refused", "wiredesk"),
        (redis(given_up=2), Level.WARN, "alerts", "2 messages", "wiredesk alerts deliveries"),
        (redis(alerts=Backlog(900, 5000, 200, 1.0, ())), Level.WARN, "alerts", "1,100 changes", "alerts service"),
        (index(health="yellow", unassigned=2), Level.WARN, "opensearch", "2 copies", "WIREDESK_REPLICAS"),
        (index(health="red"), Level.BAD, "opensearch", "red", "allocation/explain"),
        (index(aliases=NO_WRITE_ALIAS), Level.BAD, "index", "articles-write is missing", "restart the indexer"),
        (index(aliases=TWO_BEHIND), Level.BAD, "index", "several indices", "wiredesk reindex"),
        (index(indices=(BLOCKED,)), Level.BAD, "index", "takes nothing", "index.blocks.read_only_allow_delete"),
        (index(indices=(OF_OLDER,)), Level.WARN, "index", "version 1", "wiredesk reindex"),
        (index(indices=(OF_NEWER,)), Level.BAD, "index", "version 99", "upgrade"),
        (index(disks=(Disk("one", 1, 100, "low"),)), Level.WARN, "disk", "no new shards", "make room"),
        (index(disks=(Disk("one", 1, 100, "unwatched"),)), Level.WARN, "disk", "does not watch", "make room"),
        (index(disks=(Disk("one", 1, 100, "high"),)), Level.BAD, "disk", "moves shards", "make room"),
        (index(disks=(Disk("one", 1, 100, "flood"),)), Level.BAD, "disk", "read-only", "make room"),
        (reading(0.0, service(missing="opensearch")), Level.BAD, "services", "not ready: opensearch", "mend"),
        (reading(0.0, service(answers=False, missing="refused")), Level.BAD, "services", "does not answer", "start"),
        (reading(index=Away("refused")), Level.BAD, "opensearch", "does not answer", "WIREDESK_OPENSEARCH_URL"),
        (reading(redis=Away("NOPERM", True)), Level.BAD, "redis", "refuses to tell", "rights"),
        (reading(redis=Away("WRONGPASS", True, True)), Level.BAD, "redis", "does not know this user", "password"),
        (reading(index=Away("CERTIFICATE_VERIFY_FAILED")), Level.BAD, "opensearch", "certificate", "CA_FILE"),
    ],
)
def test_what_needs_a_person_is_told_with_what_to_do(
    seen: Reading, level: Level, part: str, words: str, advice: str
) -> None:
    (one,) = pressing(judge(seen))
    assert (one.level, one.part) == (level, part)
    assert words in one.what
    assert advice in one.do


def test_without_any_index_the_indexer_has_to_make_it() -> None:
    nothing = dict.fromkeys(INDEX.aliases, ())
    (one,) = pressing(judge(index(aliases=nothing, indices=(), documents=None)))
    assert (one.level, one.what) == (Level.WARN, "there is no index yet")


def test_an_index_of_versions_that_is_older_is_rebuilt_by_its_own_option() -> None:
    older = Index(NAMES.versions_index, 1, 1, 1, ())
    (one,) = pressing(judge(index(indices=(older,))))
    assert one.do == "wiredesk reindex --with-versions"


def test_what_presses_most_is_told_first() -> None:
    seen = reading(redis=Away("refused"), index=replace(INDEX, health="yellow"))
    assert [one.level for one in pressing(judge(seen))] == [Level.BAD, Level.WARN]


def test_only_a_server_that_does_not_answer_cannot_be_reached() -> None:
    assert unreachable(reading(redis=Away("refused")))
    assert unreachable(reading(index=Away("timeout")))
    assert not unreachable(reading(index=Away("403", answered=True)))
    assert not unreachable(reading())


def test_ages_are_told_in_their_largest_unit() -> None:
    assert [age(seconds) for seconds in (0, 59, 60, 7200, 172_800)] == ["0 s", "59 s", "1 min", "2 h", "2 d"]
