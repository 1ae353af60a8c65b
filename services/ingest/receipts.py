"""Where is my article? Redis knows for a while, the index afterwards."""

from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, OpenSearchException
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.outcome import Outcome
from schemas.reasons import Reason
from schemas.receipt import DeadReason, Receipt
from schemas.streams import article_key, outcome_field
from services.errors import Rejected, Unavailable
from services.index.names import IndexNames
from services.ingest.order import instant


@dataclass(frozen=True, slots=True)
class Receipts:
    """Reads receipts. An article of another publisher is as unknown as one that never was."""

    redis: Redis
    index: AsyncOpenSearch
    names: IndexNames

    async def find(self, article_id: str, publisher: str) -> Receipt:
        """The receipt of the newest accepted version.

        Raises Rejected for an unknown article, Unavailable when neither Redis nor the index can say.
        """
        if not article_id.startswith(f"{publisher}:"):
            raise _unknown(article_id)
        try:
            state: Any = await self.redis.hgetall(article_key(article_id))
        except (RedisError, OSError, TimeoutError) as problem:
            raise Unavailable(Reason.STREAM_UNAVAILABLE, f"Redis does not answer: {problem}") from problem
        if b"revision" in state:
            return _from_state(article_id, state)
        return await self._from_index(article_id)

    async def _from_index(self, article_id: str) -> Receipt:
        fields = ["version", "status", "accepted_at"]
        for alias in (self.names.write, self.names.held):
            try:
                found = await self.index.get(index=alias, id=article_id, params={"_source_includes": ",".join(fields)})
            except NotFoundError:
                continue
            except OpenSearchException as problem:
                raise Unavailable(Reason.STREAM_UNAVAILABLE, "the index does not answer") from problem
            document = found["_source"]
            status = "held" if alias == self.names.held else "indexed"
            return Receipt(
                id=article_id,
                version=document["version"],
                status="withdrawn" if document["status"] == "withdrawn" else status,
                accepted_at=document["accepted_at"],
            )
        raise _unknown(article_id)


def _from_state(article_id: str, state: dict[bytes, bytes]) -> Receipt:
    revision = int(state[b"revision"])
    outcome = Outcome.decode(state[outcome_field(revision).encode()])
    return Receipt(
        id=article_id,
        version=int(state[b"number"] or revision),
        status=outcome.status,
        accepted_at=instant(int(state[b"accepted_at"])),
        indexed_at=instant(outcome.at) if outcome.status == "indexed" else None,
        problem=DeadReason(reason=outcome.reason, detail=outcome.detail) if outcome.reason else None,
    )


def _unknown(article_id: str) -> Rejected:
    return Rejected(Reason.NOT_FOUND, f"no article {article_id} of yours is known here")
