"""The moment of the switch: writing rests, the rest is copied and compared, the aliases change at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.index.kinds import Kind
from services.rebuild.compare import differences, remove_what_is_gone
from services.rebuild.copy import begin, done_up_to, follow
from services.rebuild.plan import CannotRebuild

FILLING: dict[str, Any] = {"index": {"refresh_interval": "-1", "number_of_replicas": 0}}


@asynccontextmanager
async def at_rest(client: AsyncOpenSearch, index: str) -> AsyncIterator[None]:
    """Nothing is written to the index meanwhile; the indexer waits, and tries again every few seconds.

    When the block is set, what was being written is in.
    """
    await client.indices.add_block(index=index, block="write")
    try:
        yield
    finally:
        await open_for_writing(client, index)


async def open_for_writing(client: AsyncOpenSearch, index: str) -> None:
    """Takes a block away, one too that a killed run left."""
    await client.indices.put_settings(index=index, body={"index.blocks.write": None})


async def switch(client: AsyncOpenSearch, kind: Kind, source: str, target: str, since: int) -> int:
    """Moves all aliases from `source` to `target`, which has all that was written before `since`.

    Returns the `_seq_no` from which on `target` has what was written to it by others than the copying. Raises
    CannotRebuild, with everything as it was, where the two differ.
    """
    async with at_rest(client, source):
        await done_up_to(client, source)
        task = await begin(client, source, target, since, "cluster_id" in kind.properties)
        await follow(client, task, lambda *_: None)
        await client.indices.refresh(index=target)
        await remove_what_is_gone(client, source, target)
        if told := await differences(client, source, target):
            raise CannotRebuild(f"nothing was switched: {'; '.join(told[:3])}")
        own = await done_up_to(client, target) + 1
        await client.indices.update_aliases(body={"actions": _actions(kind, source, target)})
    return own


def _actions(kind: Kind, source: str, target: str) -> list[dict[str, Any]]:
    removed = [{"remove": {"index": source, "alias": alias}} for alias in kind.aliases]
    added = [{"add": {"index": target, "alias": alias, **how}} for alias, how in kind.aliases.items()]
    return [*removed, *added]
