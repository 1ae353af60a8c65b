"""Copies documents from one index to another by their versions: what is newer there stays."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError

from services.rebuild.plan import CannotRebuild

_LOOK_AGAIN = 0.2
_SHOWN_FAILURES = 3
_ACTION = "indices:data/write/reindex"
Report = Callable[[int, int], None]
"""Is told how many documents were looked at, and of how many."""

_COMPLETE = """
if (ctx._source.status == 'published') {
  if (ctx._source.cluster_id == null) { ctx._source.cluster_id = ctx._source.id }
  if (ctx._source.recency_at == null) {
    def accepted = ctx._source.accepted_at;
    def published = ctx._source.published_at;
    def latest = accepted;
    def embargo = ctx._source.embargoed_until;
    if (embargo != null && ZonedDateTime.parse(embargo).isAfter(ZonedDateTime.parse(accepted))) { latest = embargo }
    def flags = ctx._source.date_flags;
    if (published == null || (flags != null && flags.contains('published-before-web'))) { published = accepted }
    else if (ZonedDateTime.parse(published).isAfter(ZonedDateTime.parse(latest))) { published = latest }
    ctx._source.recency_at = published
  }
}
"""
"""Fields that earlier versions did not write, as services/index/recency.py says."""


async def begin(client: AsyncOpenSearch, source: str, target: str, since: int, is_articles: bool) -> str:
    """Starts copying what was written at `since` (a `_seq_no`) or later; the id of the task that does it.

    With `is_articles` documents get the fields that earlier versions did not write.
    """
    body: dict[str, Any] = {
        "conflicts": "proceed",
        "source": {"index": source, "size": 500, "query": {"range": {"_seq_no": {"gte": since}}}},
        "dest": {"index": target, "version_type": "external_gte"},
    }
    if is_articles:
        body["script"] = {"lang": "painless", "source": _COMPLETE}
    started = await client.reindex(body=body, params={"wait_for_completion": "false"}, headers=_known_by(target))
    return str(started["task"])


async def follow(client: AsyncOpenSearch, task: str, report: Report) -> int:
    """Waits for the task; how many documents it looked at. Raises CannotRebuild where one was not taken."""
    while True:
        try:
            found = await client.tasks.get(task_id=task)
        except NotFoundError as gone:
            raise CannotRebuild("the copying ended with its node; run it again to go on") from gone
        status = found["task"]["status"]
        done = status["created"] + status["updated"] + status["version_conflicts"]
        report(done, status["total"])
        if found["completed"]:
            break
        await asyncio.sleep(_LOOK_AGAIN)
    result = found.get("response", {})
    failures = [str(one.get("cause", one)) for one in result.get("failures", [])]
    if "error" in found or failures or result.get("canceled"):
        told = "; ".join(failures[:_SHOWN_FAILURES]) or str(found.get("error") or result["canceled"])
        raise CannotRebuild(f"copying stopped, nothing was switched: {told}")
    return int(done)


async def stop(client: AsyncOpenSearch, target: str) -> None:
    """Ends all copying into the index, whoever began it: it could write there when the index is in use, or gone."""
    found = await client.tasks.list(params={"actions": _ACTION, "detailed": "true"})
    tasks = [(name, task) for node in found["nodes"].values() for name, task in node["tasks"].items()]
    for name in [name for name, task in tasks if _known_by(target).items() <= task["headers"].items()]:
        with suppress(NotFoundError):
            await client.tasks.cancel(task_id=name, params={"wait_for_completion": "true"})


def _known_by(target: str) -> dict[str, str]:
    """The header that OpenSearch keeps with a task."""
    return {"X-Opaque-Id": f"wiredesk-rebuild-{target}"}


async def done_up_to(client: AsyncOpenSearch, index: str) -> int:
    """The `_seq_no` up to which all that was written to the index is in it and, after this call, visible.

    Of several shards the smallest; copying a little twice is harmless.
    """
    stats = await client.indices.stats(index=index, params={"level": "shards"})
    shards = stats["indices"][index]["shards"].values()
    checkpoint = min(copy["seq_no"]["local_checkpoint"] for copies in shards for copy in copies)
    await client.indices.refresh(index=index)
    return int(checkpoint)
