"""The one module of the reading room that speaks to OpenSearch: through the alias `articles`, in bodies of ours."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import OpenSearchException

from schemas.reasons import Reason
from services.errors import Rejected, Unavailable
from services.index.names import IndexNames

Body = Mapping[str, Any]
_OVER = "search_context_missing_exception"
_AWAY = "the index does not answer"
_SHOWN = 500
"""Characters of a cause."""
log = logging.getLogger(__name__)


class Index:
    """Searches, many at a time. Raises Unavailable while OpenSearch does not answer, or not within `timeout`."""

    def __init__(self, client: AsyncOpenSearch, names: IndexNames, timeout: timedelta) -> None:
        self._client = client
        self._names = names
        self._timeout = timeout
        self._is_away = True  # until it has answered once: it may still be starting

    async def search(self, body: Body) -> dict[str, Any]:
        """The answer to this body, on the alias or, if it has one, on its point in time.

        Raises Rejected for a point in time that is over.
        """
        return (await self.search_all([body]))[0]

    async def search_all(self, bodies: Sequence[Body]) -> list[dict[str, Any]]:
        """The answers to these bodies, in one request."""
        return await self._ask([({} if "pit" in body else {"index": self._names.articles}, body) for body in bodies])

    async def versions(self, body: Body) -> dict[str, Any]:
        """The answer to this body, on the versions of all articles."""
        # an index without versions yet may not be there
        header = {"index": self._names.versions, "ignore_unavailable": True}
        return (await self._ask([(header, body)]))[0]

    async def open_pit(self, keep_alive: str) -> str:
        """A point in time of the alias, its filter included."""
        try:
            opened = await self._client.create_pit(index=self._names.articles, params={"keep_alive": keep_alive})
        except OpenSearchException as problem:
            raise self._no_answer(problem) from problem
        return str(opened["pit_id"])

    async def close_pits(self, pits: Sequence[str]) -> None:
        """Closes them; one that cannot be closed ends by itself."""
        with suppress(OpenSearchException):
            await self._client.delete_pit(body={"pit_id": list(pits)})

    async def answers(self) -> bool:
        """Whether the alias can be searched."""
        try:
            await self.search({"size": 0, "track_total_hits": False, "query": {"match_none": {}}})
        except Unavailable:
            return False
        return True

    async def _ask(self, asked: Sequence[tuple[Body, Body]]) -> list[dict[str, Any]]:
        seconds = self._timeout.total_seconds()
        limits = {"cancel_after_time_interval": f"{round(seconds * 1000)}ms"}
        lines = [line for header, body in asked for line in ({**limits, **header}, body)]
        try:
            answers = await self._client.msearch(body=lines, params={"request_timeout": seconds + 1})
        except OpenSearchException as problem:
            raise self._no_answer(problem) from problem
        checked = [self._checked(answer) for answer in answers["responses"]]
        self._is_away = False
        return checked

    def _checked(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer, unless it is an error or says nothing of some shards."""
        if "error" not in answer and not answer.get("timed_out") and not answer["_shards"]["failed"]:
            return answer
        error = str(answer.get("error") or answer["_shards"])
        if _OVER in error:
            raise Rejected(Reason.GONE, "this list is kept no longer; start again from the first page")
        raise self._no_answer(error)

    def _no_answer(self, cause: object) -> Unavailable:
        """What to raise; the log has the cause once, until the index answers again."""
        log.log(logging.DEBUG if self._is_away else logging.WARNING, _AWAY, extra={"cause": str(cause)[:_SHOWN]})
        self._is_away = True
        return Unavailable(Reason.INDEX_UNAVAILABLE, _AWAY)
