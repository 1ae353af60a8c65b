"""Whether the user of WIREDESK_REDIS_URL may do what a service does, tried without doing it.

Redis checks rights when a command is queued after MULTI, keys included; DISCARD then throws everything away, so
nothing is ever executed. It works for every user: ACL DRYRUN needs rights that a service does not have.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import NoPermissionError, ResponseError

from schemas.streams import (
    ALERTS_DUE,
    ALERTS_GROUP,
    ARTICLES_STREAM,
    CHANGES_STREAM,
    CLUSTER_COUNT,
    DEAD_LETTERS_STREAM,
    GIVEN_UP_STREAM,
    INDEXER_GROUP,
    KEYS_USED,
    RATES_PREFIX,
    REMOVED_KEY,
    answer_key,
    article_key,
    hint_key,
    lane_key,
    lanes_key,
    lease_key,
    page_lines_key,
    suspect_key,
    told_key,
)
from services.health.finding import Finding, bad, well

Command = tuple[str, ...]
_ONE = "x"
_BEGIN: Command = ("MULTI",)
_READS = ("XREAD", "XREVRANGE")
_NO_SCRIPT = ("EVAL", "return 1", "1")

NEEDED: Mapping[str, tuple[Command, ...]] = {
    "ingest": (
        ("XADD", ARTICLES_STREAM, "*", _ONE, _ONE),
        ("XLEN", ARTICLES_STREAM),
        ("TIME",),
        ("HSET", article_key(_ONE), _ONE, _ONE),
        ("HGETALL", article_key(_ONE)),
        ("EXPIRE", article_key(_ONE), "1"),
        ("SET", answer_key(_ONE, _ONE), _ONE),
        ("HSET", hint_key(_ONE, _ONE), _ONE, _ONE),
        ("HSET", page_lines_key(_ONE), _ONE, _ONE),
        ("INCR", CLUSTER_COUNT),
        (*_NO_SCRIPT, CLUSTER_COUNT),
        ("HSET", KEYS_USED, _ONE, _ONE),
        ("INCR", f"{RATES_PREFIX}/{_ONE}"),
        ("XINFO", "STREAM", CHANGES_STREAM),
        ("XRANGE", CHANGES_STREAM, "-", "+"),
    ),
    "indexer": (
        ("XGROUP", "CREATE", ARTICLES_STREAM, INDEXER_GROUP, "0", "MKSTREAM"),
        ("XREADGROUP", "GROUP", INDEXER_GROUP, _ONE, "STREAMS", ARTICLES_STREAM, ">"),
        ("XPENDING", ARTICLES_STREAM, INDEXER_GROUP),
        ("XCLAIM", ARTICLES_STREAM, INDEXER_GROUP, _ONE, "0", "1-1"),
        ("XACK", ARTICLES_STREAM, INDEXER_GROUP, "1-1"),
        ("XINFO", "GROUPS", ARTICLES_STREAM),
        ("XTRIM", ARTICLES_STREAM, "MINID", "0"),
        ("INCRBY", REMOVED_KEY, "0"),
        (*_NO_SCRIPT, ARTICLES_STREAM),
        ("XADD", DEAD_LETTERS_STREAM, "*", _ONE, _ONE),
        ("XTRIM", DEAD_LETTERS_STREAM, "MINID", "0"),
        ("MEMORY", "USAGE", DEAD_LETTERS_STREAM),
        ("XADD", CHANGES_STREAM, "*", _ONE, _ONE),
        ("XTRIM", CHANGES_STREAM, "MINID", "0"),
        ("HSET", article_key(_ONE), _ONE, _ONE),
        ("INCR", suspect_key(_ONE)),
        ("INFO", "memory"),
    ),
    "search": (
        ("XREAD", "STREAMS", CHANGES_STREAM, "$"),
        ("XREVRANGE", CHANGES_STREAM, "+", "-", "COUNT", "1"),
    ),
    "alerts": (
        ("XGROUP", "CREATE", CHANGES_STREAM, ALERTS_GROUP, "$", "MKSTREAM"),
        ("XREADGROUP", "GROUP", ALERTS_GROUP, _ONE, "STREAMS", CHANGES_STREAM, ">"),
        ("XAUTOCLAIM", CHANGES_STREAM, ALERTS_GROUP, _ONE, "0", "0"),
        ("XACK", CHANGES_STREAM, ALERTS_GROUP, "1-1"),
        ("XADD", GIVEN_UP_STREAM, "*", _ONE, _ONE),
        ("ZADD", ALERTS_DUE, "0", _ONE),
        ("ZADD", lanes_key(_ONE), "0", _ONE),
        ("RPUSH", lane_key(_ONE, _ONE), _ONE),
        ("HSET", told_key(_ONE), _ONE, _ONE),
        ("SET", lease_key(_ONE), _ONE),
        (*_NO_SCRIPT, lease_key(_ONE)),
    ),
}
"""What each service asks of Redis: of every kind of command and of key one."""


async def refused(redis: Redis, commands: Sequence[Command]) -> dict[Command, str]:
    """The commands that this user may not use, with Redis' words; none of them changes anything. Raises RedisError.

    Who may not even begin a transaction, as the reading room, asks what only reads; who would write is told MULTI.
    """
    connection: Any = await redis.connection_pool.get_connection()  # type: ignore[no-untyped-call]
    try:
        no_transaction = await _refusal(connection, _BEGIN)
        if no_transaction and not all(one[0] in _READS for one in commands):
            return {_BEGIN: no_transaction}
        try:
            return {one: why for one in commands if (why := await _refusal(connection, one))}
        finally:
            if not no_transaction:
                await _ask(connection, ("DISCARD",))
    finally:
        await redis.connection_pool.release(connection)


async def _ask(connection: AbstractConnection, command: Command) -> None:
    await connection.send_command(*command)
    await connection.read_response()


async def _refusal(connection: AbstractConnection, command: Command) -> str | None:
    try:
        await _ask(connection, command)
    except NoPermissionError as problem:
        return str(problem)
    except ResponseError:
        return None  # Redis has other reasons, it is full for one, which are told elsewhere
    return None


def judge_refused(service: str, refusals: Mapping[Command, str]) -> Iterator[Finding]:
    """One finding on the rights of a service."""
    if refusals:
        shown = ", ".join(" ".join(one[:2]) for one in list(refusals)[:3])
        more = f" and {len(refusals) - 3} more" if len(refusals) > 3 else ""
        why = next(iter(refusals.values()))
        yield bad(
            "rights",
            f"this user of Redis may not do what {service} does: {shown}{more} ({why})",
            "give it the rights of deploy/redis/redis.conf: ACL SETUSER",
        )
    else:
        yield well("rights", f"this user of Redis may do what {service} does")
