"""Writes what became of entries into Redis, once each: receipt, change, dead letter and acknowledgement together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from schemas.changes import Change
from schemas.dead_letter import DeadLetter
from schemas.outcome import Outcome
from schemas.streams import (
    ARTICLES_STREAM,
    CHANGES_STREAM,
    DEAD_LETTERS_STREAM,
    EVENT_FIELD,
    INDEXER_GROUP,
    article_key,
    outcome_field,
)

_VALUES = 8
_BODY = f"""
local group, seconds, letters, written = ARGV[1], ARGV[2], ARGV[3], 0
for number = 4, #KEYS do
  local at = 8 + (number - 4) * {_VALUES}
  local entry, outcome, field, letter, changed = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local is_first
  if entry ~= '' then
    is_first = redis.call('XACK', KEYS[1], group, entry) == 1
  else
    local status = string.match(outcome, '^%S+ ')
    local known = redis.call('HGET', KEYS[number], field) or ''
    is_first = string.sub(known, 1, #status) ~= status
  end
  if is_first then
    written = written + 1
    if letter ~= '' then redis.call('XADD', KEYS[2], '*', letters, letter) end
    if changed ~= '' then
      redis.call('XADD', KEYS[3], '*', ARGV[4], changed, ARGV[5], ARGV[at + 5], ARGV[6], ARGV[at + 6],
        ARGV[7], ARGV[at + 7])
    end
    if field ~= '' then
      redis.call('HSET', KEYS[number], field, outcome)
      redis.call('EXPIRE', KEYS[number], seconds, 'NX')
    end
  end
end
return written
"""
_NO_CHANGE = ("",) * len(Change.model_fields)
_SCRIPT = f"#!lua\n{_BODY}"
_SCRIPT_EVEN_IF_FULL = f"#!lua flags=allow-oom\n{_BODY}"


@dataclass(frozen=True, slots=True)
class Row:
    """What is written of one entry; `entry_id` is None for what has none, a held article that came due."""

    entry_id: str | None
    outcome: Outcome
    id: str | None = None
    revision: int | None = None
    letter: DeadLetter | None = None
    change: Change | None = None

    def key(self) -> str:
        """The article's hash; the stream's name where there is no article to tell of."""
        return article_key(self.id) if self.id is not None else ARTICLES_STREAM

    def arguments(self) -> tuple[str, ...]:
        """What the script reads of it."""
        has_receipt = self.id is not None and self.revision is not None
        field = outcome_field(self.revision or 0) if has_receipt else ""
        letter = self.letter.model_dump_json(exclude_none=True) if self.letter else ""
        change = self.change.fields().values() if self.change else _NO_CHANGE
        return (self.entry_id or "", self.outcome.encode(), field, letter, *change)


class Outcomes:
    """Writes rows in one step. Who acknowledges an entry first writes its letter and its change, and nobody else does.

    So a lost answer, a second try and a second consumer double nothing.
    """

    def __init__(self, redis: Redis, receipt_ttl: timedelta) -> None:
        self._seconds = str(int(receipt_ttl.total_seconds()))
        self._scripts = {False: redis.register_script(_SCRIPT), True: redis.register_script(_SCRIPT_EVEN_IF_FULL)}

    async def write(self, rows: Sequence[Row], even_if_full: bool = False) -> int:
        """How many of the rows were written now. Raises RedisError; with `even_if_full` not for a full Redis."""
        keys = [ARTICLES_STREAM, DEAD_LETTERS_STREAM, CHANGES_STREAM, *(row.key() for row in rows)]
        arguments = [INDEXER_GROUP, self._seconds, EVENT_FIELD, *Change.model_fields]
        for row in rows:
            arguments += row.arguments()
        written: Any = await self._scripts[even_if_full](keys=keys, args=arguments)
        return int(written)
