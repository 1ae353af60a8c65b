"""What a reading of OpenSearch means for people: pure functions."""

from collections.abc import Iterator

from services.health.finding import Finding, bad, warn, well
from services.health.readings import Disk, IndexReading
from services.index.names import SCHEMA_VERSION

_WRITES = ("write", "read_only", "read_only_allow_delete")


def judge_index(index: IndexReading) -> Iterator[Finding]:
    """Findings on the cluster, its disks, and what is ours there."""
    yield from judge_cluster(index)
    yield from _aliases(index)
    yield from _blocks(index)
    yield from _schema(index)


def judge_cluster(index: IndexReading) -> Iterator[Finding]:
    """Findings on the cluster and its disks."""
    yield _health(index)
    yield from map(_disk, index.disks)


def _health(index: IndexReading) -> Finding:
    told = f"health is {index.health}, {index.nodes} node{'s' if index.nodes != 1 else ''}"
    if index.health == "red":
        return bad(
            "opensearch",
            f"{told}: a part of the index cannot be read or written",
            "GET _cluster/allocation/explain says why; start the missing node",
        )
    if index.health == "yellow":
        return warn(
            "opensearch",
            f"{told}: {index.unassigned} copies are missing",
            "start the missing node; on a single node set number_of_replicas to 0 (WIREDESK_REPLICAS)",
        )
    return well("opensearch", told)


def _aliases(index: IndexReading) -> Iterator[Finding]:
    missing = [alias for alias, behind in index.aliases.items() if not behind]
    if len(missing) == len(index.aliases):
        yield warn("index", "there is no index yet", "start the indexer: it makes index and aliases")
    elif missing:
        yield bad(
            "index",
            f"the alias {', '.join(missing)} is missing",
            "restart the indexer, or POST _aliases to put it on the index of the highest number",
        )
    several = [alias for alias, behind in index.aliases.items() if len(behind) > 1]
    if index.write_alias in several:
        yield bad(
            "index",
            f"several indices are behind {index.write_alias}",
            "finish what was begun: wiredesk reindex, or wiredesk reindex --abandon",
        )
    if not missing:
        yield well("index", f"{index.documents or 0:,} documents can be found")


def _blocks(index: IndexReading) -> Iterator[Finding]:
    for one in index.indices:
        refused = "takes nothing" if any(block in _WRITES for block in one.blocks) else "cannot be read"
        if any(block in (*_WRITES, "read") for block in one.blocks):
            freed = ", ".join(f'"index.blocks.{block}": null' for block in one.blocks)
            yield bad(
                "index",
                f"{one.name} {refused}: {', '.join(one.blocks)}",
                f"is its disk full? make room. Does wiredesk reindex run? wait. "
                f"Then PUT {one.name}/_settings {{{freed}}}",
            )


def _schema(index: IndexReading) -> Iterator[Finding]:
    for one in index.indices:
        told = f"{one.name} is of version {one.schema or 0}, this Wiredesk makes {SCHEMA_VERSION}"
        if (one.schema or 0) > SCHEMA_VERSION:
            yield bad("index", told, "upgrade Wiredesk, or wiredesk reindex --rollback with the newer one")
        elif (one.schema or 0) < SCHEMA_VERSION:
            of_versions = one.name in index.aliases[index.versions_alias]
            yield warn("index", told, f"wiredesk reindex{' --with-versions' if of_versions else ''}")


def _disk(disk: Disk) -> Finding:
    told = f"node {disk.node} has {disk.free / 1e9:,.1f} GB of {disk.total / 1e9:,.1f} GB free"
    room = "make room: wiredesk reindex --drop-old, wiredesk purge, or a larger disk"
    if disk.threshold == "flood":
        return bad("disk", f"{told}; OpenSearch makes its indices read-only", room)
    if disk.threshold == "high":
        return bad("disk", f"{told}; OpenSearch moves shards away from it", room)
    if disk.threshold == "unwatched":
        return warn("disk", f"{told}; OpenSearch does not watch it, and fails when it is full", room)
    if disk.threshold == "low":
        return warn("disk", f"{told}; OpenSearch puts no new shards there", room)
    return well("disk", told)
