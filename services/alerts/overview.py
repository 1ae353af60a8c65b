"""How deliveries stand, for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

from schemas.streams import ALERTS_DUE, GIVEN_UP_STREAM, failures_key, lanes_key
from services.alerts.queue import GIVEN_UP_KEPT, TARGET
from services.alerts.waiting import Failures
from services.entry_id import added_at


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Of how many articles an alert is still to be told, when it is tried next, and how its target has failed."""

    alert_id: str
    articles: int
    next_at: datetime | None
    failures: Failures | None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that was never delivered."""

    at: datetime
    alert_id: str
    article_id: str
    message_id: str
    answer: str


async def outstanding(redis: Redis, ids: Sequence[str]) -> list[Outstanding]:
    """How it stands with each of these alerts. Raises RedisError."""
    async with redis.pipeline(transaction=False) as reading:
        for alert_id in ids:
            reading.zcard(lanes_key(alert_id))
            reading.zscore(ALERTS_DUE, alert_id)
            reading.hget(failures_key(alert_id), TARGET)
        told: list[Any] = await reading.execute()
    return [
        Outstanding(alert_id, articles, _instant(due), Failures.read(failures))
        for alert_id, articles, due, failures in zip(ids, told[::3], told[1::3], told[2::3], strict=True)
    ]


async def given_up(redis: Redis, alert_id: str | None, most: int) -> list[GivenUp]:
    """The last messages that were given up, newest first; of one alert, or of all. Raises RedisError."""
    entries: Any = await redis.xrevrange(GIVEN_UP_STREAM, count=GIVEN_UP_KEPT)
    found = [_given_up(entry_id.decode(), fields) for entry_id, fields in entries]
    return [one for one in found if alert_id in (None, one.alert_id)][:most]


def _given_up(entry_id: str, fields: dict[bytes, bytes]) -> GivenUp:
    told = {name.decode(): value.decode(errors="replace") for name, value in fields.items()}
    at = datetime.fromtimestamp(added_at(entry_id), UTC)
    return GivenUp(at, told["alert"], told["article"], told["id"], told["answer"])


def _instant(milliseconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds is not None else None
