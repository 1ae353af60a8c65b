"""A rebuild from beginning to end, while both services go on; and the way back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from opensearchpy import AsyncOpenSearch

from services.rebuild.copy import Report, begin, done_up_to, follow, stop
from services.rebuild.plan import CannotRebuild, Plan, note
from services.rebuild.switch import FILLING, open_for_writing, switch

_SMALL_ROUND = 200
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Runs plans one after the other; `say` is told of each step, `report` of the progress of copying."""

    client: AsyncOpenSearch
    say: Say
    report: Report

    async def run(self, plans: Sequence[Plan]) -> None:
        """Rebuilds each kind and switches it. What an earlier run began goes on. Raises CannotRebuild."""
        for plan in plans:
            await open_for_writing(self.client, plan.source)
            since = await self._filled(plan)
            since = await self._caught_up(plan, since)
            await self._ready(plan)
            self.say(f"switching {plan.kind.alias} to {plan.target}")
            own = await switch(self.client, plan.kind, plan.source, plan.target, since)
            await note(self.client, plan, plan.target, done=True, own=own)

    async def roll_back(self, plans: Sequence[Plan]) -> None:
        """Switches each kind back to the index before, with all that was written since. Raises CannotRebuild."""
        for plan in plans:
            if plan.previous is None:
                raise CannotRebuild(f"there is no index before {plan.source} to go back to")
        for plan in plans:
            previous = str(plan.previous)
            await open_for_writing(self.client, previous)
            await open_for_writing(self.client, plan.source)
            back = replace(plan, target=previous)
            since = await self._caught_up(back, plan.own)
            self.say(f"switching {plan.kind.alias} back to {previous}")
            await switch(self.client, plan.kind, plan.source, previous, since)

    async def abandon(self, plans: Sequence[Plan]) -> list[str]:
        """Removes what earlier runs began and did not finish; returns the indices."""
        removed = []
        for plan in plans:
            await open_for_writing(self.client, plan.source)
            if plan.begun is not None:
                if task := plan.begun.get("task"):
                    await stop(self.client, task)
                await self.client.indices.delete(index=plan.target)
                removed.append(plan.target)
        return removed

    async def _filled(self, plan: Plan) -> int:
        """Fills the new index; the `_seq_no` from which on there may be more."""
        begun = plan.begun or {}
        if "since" in begun:
            self.say(f"{plan.target} was filled before")
            return int(begun["since"])
        if plan.begun is None:
            body = {**plan.kind.body, "settings": {**plan.kind.body["settings"]}}
            body["settings"]["index"] = {**body["settings"]["index"], **FILLING["index"]}
            body["mappings"] = {**body["mappings"]}
            body["mappings"]["_meta"] = {**body["mappings"]["_meta"], "rebuild": {"from": plan.source, "done": False}}
            await self.client.indices.create(index=plan.target, body=body)
        elif task := begun.get("task"):
            await stop(self.client, task)
        self.say(f"filling {plan.target} with {plan.documents:,} documents of {plan.source}")
        since = await done_up_to(self.client, plan.source) + 1
        await self._copied(plan, 0)
        await note(self.client, plan, plan.target, since=since, task=None)
        return since

    async def _caught_up(self, plan: Plan, since: int) -> int:
        """Copies what came meanwhile, round by round, until rounds get no smaller; where the next begins."""
        last = plan.documents + 1
        while True:
            upto = await done_up_to(self.client, plan.source) + 1
            copied = await self._copied(plan, since)
            since = upto
            if copied <= _SMALL_ROUND or copied > last // 2:
                return since
            last = copied

    async def _copied(self, plan: Plan, since: int) -> int:
        task = await begin(self.client, plan.source, plan.target, since, "cluster_id" in plan.kind.properties)
        if since == 0:
            await note(self.client, plan, plan.target, task=task)  # a killed run leaves it behind
        return await follow(self.client, task, self.report)

    async def _ready(self, plan: Plan) -> None:
        """Gives the new index the settings it will be used with."""
        settings = plan.kind.body["settings"]["index"]
        kept = {name: settings[name] for name in ("refresh_interval", "number_of_replicas")}
        await self.client.indices.put_settings(index=plan.target, body={"index": kept})
        await self.client.cluster.health(index=plan.target, params={"wait_for_status": "yellow"})
