"""Where is my article? Redis knows for a while, the index afterwards."""

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.outcome import Outcome, Status
from schemas.reasons import Reason
from schemas.receipt import DeadReason, Receipt
from schemas.streams import article_key, outcome_field
from services.errors import Rejected, Unavailable
from services.ingest.library import Library
from services.ingest.order import instant


@dataclass(frozen=True, slots=True)
class Receipts:
    """Reads receipts."""

    redis: Redis
    library: Library

    async def find(self, article_id: str) -> Receipt:
        """The receipt of the newest accepted version.

        Raises Rejected for an unknown article, Unavailable when neither Redis nor the index can say.
        """
        try:
            state: Any = await self.redis.hgetall(article_key(article_id))
        except (RedisError, OSError, TimeoutError) as problem:
            raise Unavailable(Reason.STREAM_UNAVAILABLE, f"Redis does not answer: {problem}") from problem
        if b"revision" in state:
            return _from_state(article_id, state)
        return await self._from_index(article_id)

    async def newest_revision(self, article_id: str) -> int | None:
        """The revision of the newest accepted version, as long as Redis knows it. Raises Unavailable."""
        try:
            revision: Any = await self.redis.hget(article_key(article_id), "revision")
        except (RedisError, OSError, TimeoutError) as problem:
            raise Unavailable(Reason.STREAM_UNAVAILABLE, f"Redis does not answer: {problem}") from problem
        return int(revision) if revision else None

    async def _from_index(self, article_id: str) -> Receipt:
        document = await self.library.receipt_fields(article_id)
        if document is None:
            raise unknown(article_id)
        return Receipt(
            id=article_id,
            version=document["version"],
            status=_STATUS[document["status"]],
            accepted_at=document["accepted_at"],
        )


_STATUS: dict[str, Status] = {"published": "indexed", "held": "held", "withdrawn": "withdrawn"}


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


def unknown(article_id: str) -> Rejected:
    """What is told of an article that nobody has posted here."""
    return Rejected(Reason.NOT_FOUND, f"no article {article_id} is known here")
