"""A rebuild from beginning to end, while both services go on; and the way back."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import OpenSearchException

from services.rebuild.copy import Report, begin, done_up_to, follow, stop
from services.rebuild.plan import CannotRebuild, Plan, note
from services.rebuild.switch import FILLING, Move, open_for_writing, switch

_SMALL_ROUND = 200
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Runs plans; `say` is told of each step, `report` of the progress of copying."""

    client: AsyncOpenSearch
    say: Say
    report: Report

    async def run(self, plans: Sequence[Plan]) -> None:
        """Rebuilds all kinds and switches them. What an earlier run began goes on. Raises CannotRebuild."""
        async with self._stoppable([plan.target for plan in plans]):
            for plan in plans:
                await open_for_writing(self.client, plan.source)
            filled = [await self._filled(plan) for plan in plans]
            for plan in plans:
                await self._ready(plan)
            moves = [await self._caught_up(plan, plan.target, since) for plan, since in zip(plans, filled, strict=True)]
            await self._switched(moves)

    async def roll_back(self, plans: Sequence[Plan]) -> None:
        """Switches all kinds back to the indices before, with all that was written since. Raises CannotRebuild."""
        for plan in plans:
            if plan.previous is None:
                raise CannotRebuild(f"there is no index before {plan.source} to go back to")
        async with self._stoppable([str(plan.previous) for plan in plans]):
            for plan in plans:
                await open_for_writing(self.client, str(plan.previous))
                await open_for_writing(self.client, plan.source)
            await self._switched([await self._caught_up(plan, str(plan.previous), plan.own) for plan in plans])

    async def abandon(self, plans: Sequence[Plan]) -> list[str]:
        """Removes what earlier runs began and did not finish; returns the indices."""
        removed = []
        for plan in plans:
            await open_for_writing(self.client, plan.source)
            if plan.begun is not None:
                await stop(self.client, plan.target)
                await self.client.indices.delete(index=plan.target)
                removed.append(plan.target)
        return removed

    @asynccontextmanager
    async def _stoppable(self, targets: Sequence[str]) -> AsyncIterator[None]:
        """No copying goes on where this ends early, or was left behind by a run that was killed."""
        for target in targets:
            await stop(self.client, target)
        try:
            yield
        except BaseException:
            with suppress(OpenSearchException):
                for target in targets:
                    await stop(self.client, target)
            raise

    async def _switched(self, moves: Sequence[Move]) -> None:
        for move in moves:
            self.say(f"switching {move.kind.alias} to {move.target}")
        await switch(self.client, moves)

    async def _filled(self, plan: Plan) -> int:
        """Fills the new index; the `_seq_no` from which on there may be more."""
        begun = plan.begun or {}
        if "since" in begun:
            self.say(f"{plan.target} was filled before")
            return int(begun["since"])
        if plan.begun is None:
            await self.client.indices.create(index=plan.target, body=_begun(plan))
        self.say(f"filling {plan.target} with {plan.documents:,} documents of {plan.source}")
        since = await done_up_to(self.client, plan.source) + 1
        task = await begin(self.client, plan.source, plan.target, 0, "cluster_id" in plan.kind.properties)
        await follow(self.client, task, self.report)
        await note(self.client, plan.target, plan.source, since=since)
        return since

    async def _caught_up(self, plan: Plan, target: str, since: int) -> Move:
        """Copies what came meanwhile, round by round, until rounds are small or no longer get much smaller."""
        last = plan.documents + 1
        while True:
            upto = await done_up_to(self.client, plan.source) + 1
            task = await begin(self.client, plan.source, target, since, "cluster_id" in plan.kind.properties)
            copied, since = await follow(self.client, task, self.report), upto
            if copied <= _SMALL_ROUND or copied > last // 2:
                return Move(plan.kind, plan.source, target, since)
            last = copied

    async def _ready(self, plan: Plan) -> None:
        """Gives the new index the settings it will be used with."""
        settings = plan.kind.body["settings"]["index"]
        kept = {name: settings[name] for name in ("refresh_interval", "number_of_replicas")}
        await self.client.indices.put_settings(index=plan.target, body={"index": kept})
        await self.client.cluster.health(index=plan.target, params={"wait_for_status": "yellow"})
        await self.client.indices.refresh(index=plan.target)  # now, and not while writing rests


def _begun(plan: Plan) -> dict[str, Any]:
    """The body of the new index while it is filled."""
    settings, mappings = plan.kind.body["settings"]["index"], plan.kind.body["mappings"]
    meta = {**mappings["_meta"], "rebuild": {"from": plan.source}}
    return {"settings": {"index": {**settings, **FILLING["index"]}}, "mappings": {**mappings, "_meta": meta}}
