"""What there is to rebuild: the index behind the aliases, the one beside it, and how far an earlier run came."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.index.kinds import Kind


class CannotRebuild(Exception):
    """It is not possible, or was stopped before anything was switched; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A rebuild of one kind. `begun` is what an earlier run noted in the new index, None where there is none yet.

    `previous` is the index that the last switch left behind, which a rollback goes back to; `own` is the `_seq_no`
    from which on the index was written to by others than the copying. `kept` are all that nothing is written to.
    """

    kind: Kind
    source: str
    target: str
    begun: dict[str, Any] | None
    previous: str | None
    own: int
    kept: list[str]
    documents: int
    bytes: int


async def plan(client: AsyncOpenSearch, kind: Kind) -> Plan:
    """What is there of this kind, and what comes next. Raises CannotRebuild where no index is behind the alias."""
    found: dict[str, Any] = await client.indices.get(index=kind.pattern(), params={"expand_wildcards": "open"})
    indices = {name: one for name, one in found.items() if kind.owns(name)}
    live = [name for name, one in indices.items() if kind.alias in one["aliases"]]
    if len(live) != 1:
        raise CannotRebuild(f"{len(live)} indices are behind {kind.alias}; start the indexer once")
    source = live[0]
    notes = {name: one["mappings"].get("_meta", {}).get("rebuild", {}) for name, one in indices.items()}
    previous = notes[source].get("from")
    half_built = [name for name, note in notes.items() if note.get("from") == source and name != previous]
    stats = (await client.indices.stats(index=source, metric="docs,store"))["indices"][source]["primaries"]
    return Plan(
        kind=kind,
        source=source,
        target=half_built[0] if half_built else kind.next_index(list(indices)),
        begun=notes[half_built[0]] if half_built else None,
        previous=previous if previous in indices else None,
        own=int(notes[source].get("own", 0)),
        kept=[name for name in indices if name not in (source, *half_built)],
        documents=int(stats["docs"]["count"]),
        bytes=int(stats["store"]["size_in_bytes"]),
    )


async def room(client: AsyncOpenSearch, plans: Sequence[Plan]) -> str:
    """What disk is needed, and free. Raises CannotRebuild where a node has no room for a second copy, and a fifth."""
    needed = sum(one.bytes for one in plans if one.begun is None) * 6 // 5
    nodes = (await client.nodes.stats(metric="fs"))["nodes"].values()
    free = min(int(node["fs"]["total"]["available_in_bytes"]) for node in nodes)
    told = f"{needed / 1e9:.1f} GB are needed on a disk that has {free / 1e9:.1f} GB free"
    if free < needed:
        raise CannotRebuild(told)
    return told


async def note(client: AsyncOpenSearch, index: str, source: str, **noted: Any) -> None:
    """Writes into the index how far its rebuild from `source` has come; what else its `_meta` says stays."""
    found = await client.indices.get_mapping(index=index)
    meta = dict(found[index]["mappings"].get("_meta", {}))
    rebuild = {**meta.get("rebuild", {}), "from": source, **noted}
    await client.indices.put_mapping(index=index, body={"_meta": {**meta, "rebuild": rebuild}})
