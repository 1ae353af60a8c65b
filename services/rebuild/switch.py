"""The moment of the switch: writing rests, the rest is copied and compared, the aliases change at once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.index.kinds import Kind
from services.rebuild.compare import differences, remove_what_is_gone
from services.rebuild.copy import begin, done_up_to, follow
from services.rebuild.plan import CannotRebuild, note

FILLING: dict[str, Any] = {"index": {"refresh_interval": "-1", "number_of_replicas": 0}}


@dataclass(frozen=True, slots=True)
class Move:
    """From which index to which the aliases of a kind move; `target` has all that was written before `since`."""

    kind: Kind
    source: str
    target: str
    since: int


@asynccontextmanager
async def at_rest(client: AsyncOpenSearch, indices: Sequence[str]) -> AsyncIterator[None]:
    """Nothing is written to the indices from now on; when the block is set, what was being written is in.

    The indexer waits, and tries again every few seconds. Only a failure takes the block away: a write that was on its
    way when the aliases moved must not be taken, and lost, by an index that nobody reads.
    """
    try:
        await client.indices.add_block(index=",".join(indices), block="write")
        yield
    except BaseException:
        for index in indices:
            await open_for_writing(client, index)
        raise


async def open_for_writing(client: AsyncOpenSearch, index: str) -> None:
    """Takes a block away, one too that a killed run left."""
    await client.indices.put_settings(index=index, body={"index.blocks.write": None})


async def switch(client: AsyncOpenSearch, moves: Sequence[Move]) -> None:
    """Moves the aliases of all kinds in one request, so that no run that dies leaves some of them moved.

    Raises CannotRebuild, with everything as it was, where two indices differ.
    """
    async with at_rest(client, [one.source for one in moves]):
        for move in moves:
            await _level(client, move)
        actions = [action for move in moves for action in _actions(move)]
        await client.indices.update_aliases(body={"actions": actions})


async def _level(client: AsyncOpenSearch, move: Move) -> None:
    """Brings the target level with its resting source, and notes from which `_seq_no` on others will write to it."""
    source, target = move.source, move.target
    await done_up_to(client, source)
    task = await begin(client, source, target, move.since, "cluster_id" in move.kind.properties)
    await follow(client, task, lambda *_: None)
    await client.indices.refresh(index=target)
    await remove_what_is_gone(client, source, target)
    if told := await differences(client, source, target):
        raise CannotRebuild(f"nothing was switched: {'; '.join(told[:3])}")
    await note(client, target, source, own=await done_up_to(client, target) + 1)


def _actions(move: Move) -> list[dict[str, Any]]:
    removed = [{"remove": {"index": move.source, "alias": alias}} for alias in move.kind.aliases]
    added = [{"add": {"index": move.target, "alias": alias, **how}} for alias, how in move.kind.aliases.items()]
    return [*removed, *added]
