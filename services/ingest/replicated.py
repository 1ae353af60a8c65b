"""A transaction that has ended when replicas have it too."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.connection import Connection

from schemas.reasons import Reason
from services.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Replicas:
    """How many replicas must have confirmed a transaction, and within which time; 0 for none."""

    count: int = 0
    within: timedelta = timedelta(seconds=2)


NO_REPLICAS = Replicas()


class Replicated(Pipeline):
    """Waits for replicas on the connection that wrote: on another one, WAIT would not know what for.

    Raises Unavailable where too few confirm in time: then it is written, and nobody can promise that it stays.
    """

    replicas: Replicas

    async def _execute_transaction(self, connection: Connection, commands: Any, raise_on_error: bool) -> Any:
        answers = await super()._execute_transaction(connection, commands, raise_on_error)
        if commands and self.replicas.count:
            await connection.send_command("WAIT", self.replicas.count, int(self.replicas.within.total_seconds() * 1000))
            confirmed: Any = await connection.read_response()
            if confirmed < self.replicas.count:
                raise Unavailable(
                    Reason.STREAM_UNAVAILABLE,
                    f"{confirmed} of {self.replicas.count} replicas of the stream confirmed in time; post it again",
                )
        return answers


def transaction(redis: Redis, replicas: Replicas) -> Pipeline:
    """A MULTI that is over when so many replicas have it."""
    made = Replicated(redis.connection_pool, redis.response_callbacks, True, None)
    made.replicas = replicas
    return made
