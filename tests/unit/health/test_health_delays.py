"""Whose newest articles took longest, and how full disks are."""

from typing import Any

import pytest

from services.health.delays import delays
from services.health.disks import disks, left_at, threshold

DEFAULTS = {"low": "85%", "high": "90%", "flood_stage": "95%"}
MARK = "cluster.routing.allocation.disk.watermark."


def hit(publisher: str, accepted: str, indexed: str) -> dict[str, Any]:
    day = "2026-11-25T10:00:"
    return {
        "fields": {
            "publisher": [publisher],
            "accepted_at": [f"{day}{accepted}Z"],
            "indexed_at": [f"{day}{indexed}Z"],
        }
    }


def test_the_publisher_with_the_longest_median_is_first() -> None:
    hits = [
        hit("quay", "00.000", "01.000"),
        hit("quay", "00.000", "01.000"),
        hit("quay", "00.000", "59.000"),
        hit("harbour", "00.000", "02.000"),
        hit("harbour", "10.000", "14.000"),
    ]
    first, second = delays(hits)
    assert (first.publisher, first.articles, first.median, first.slowest) == ("harbour", 2, 3.0, 4.0)
    assert (second.publisher, second.articles, second.median, second.slowest) == ("quay", 3, 1.0, 59.0)
    assert first.newest.isoformat() == "2026-11-25T10:00:10+00:00"


def test_documents_that_do_not_say_when_are_left_out_and_clocks_that_differ_take_no_time() -> None:
    assert delays([{"fields": {"publisher": ["quay"]}}, {}]) == ()
    (one,) = delays([hit("quay", "02.000", "01.000")])
    assert one.median == 0.0


@pytest.mark.parametrize(("free", "stage"), [(16, "none"), (14, "low"), (9, "high"), (4, "flood"), (0, "flood")])
def test_a_disk_is_as_full_as_the_watermarks_say(free: int, stage: str) -> None:
    assert threshold(free * 10**9, 100 * 10**9, DEFAULTS) == stage


def test_disks_that_opensearch_does_not_watch_are_told_only_when_they_are_full() -> None:
    fills = (9 * 10**9, 4 * 10**9)
    assert [threshold(free, 100 * 10**9, DEFAULTS, watched=False) for free in fills] == ["none", "unwatched"]


@pytest.mark.parametrize(("mark", "left"), [("85%", 15.0), ("0.85", 15.0), ("10b", 10.0), ("2kb", 2048.0)])
def test_a_watermark_is_a_share_that_is_used_or_a_size_that_is_left(mark: str, left: float) -> None:
    assert left_at(mark, 100) == pytest.approx(left)


def test_what_somebody_set_goes_before_the_defaults() -> None:
    nodes = {"nodes": {"x": {"name": "one", "fs": {"total": {"available_in_bytes": 50, "total_in_bytes": 100}}}}}
    (usual,) = disks(nodes, {"defaults": {f"{MARK}low": "85%"}})
    (narrow,) = disks(nodes, {"persistent": {f"{MARK}low": "40%"}, "defaults": {f"{MARK}low": "85%"}})
    assert (usual.threshold, narrow.threshold) == ("none", "low")
