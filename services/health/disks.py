"""How full the nodes' disks are, by OpenSearch's own watermarks: pure functions."""

import re
from collections.abc import Mapping
from typing import Any

from services.health.readings import Disk

_STAGES = ("flood_stage", "high", "low")
_DEFAULTS = {"low": "85%", "high": "90%", "flood_stage": "95%"}
_PREFIX = "cluster.routing.allocation.disk."
_UNITS = {"b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40, "pb": 2**50}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtp]?b)")


def disks(nodes: Mapping[str, Any], settings: Mapping[str, Any]) -> tuple[Disk, ...]:
    """Each node's disk, by `_nodes/stats/fs` and flat `_cluster/settings` with their defaults."""
    told = {**settings.get("defaults", {}), **settings.get("persistent", {}), **settings.get("transient", {})}
    marks = {stage: str(told.get(f"{_PREFIX}watermark.{stage}", usual)) for stage, usual in _DEFAULTS.items()}
    watched = str(told.get(f"{_PREFIX}threshold_enabled", "true")) == "true"
    found = []
    for node in nodes["nodes"].values():
        total = node["fs"]["total"]
        free, size = total["available_in_bytes"], total["total_in_bytes"]
        found.append(Disk(node["name"], free, size, threshold(free, size, marks, watched)))
    return tuple(found)


def threshold(free: int, total: int, marks: Mapping[str, str], watched: bool = True) -> str:
    """What OpenSearch does at this fill: `flood`, `high` or `low`, else `none`.

    Where it does not watch its disks it does nothing: that is `unwatched` beyond the highest mark.
    """
    for stage in _STAGES:
        if free < left_at(marks[stage], total):
            if not watched:
                return "unwatched" if stage == _STAGES[0] else "none"
            return stage.removesuffix("_stage")
    return "none"


def left_at(mark: str, total: int) -> float:
    """The bytes that are left free at this mark: `85%` or `0.85` is how much is used, `10gb` what is left."""
    text = mark.strip().lower()
    if size := _SIZE.fullmatch(text):
        return float(size[1]) * _UNITS[size[2]]
    used = float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    return total * (1 - used)
