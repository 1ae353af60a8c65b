"""Which articles say the same: finds the texts most like a new one among those of the last days, in Redis.

A sketch is kept for each article in a ring, and its number in a bucket for each of its anchors. Ring and buckets are
limited in number and in time, so what Redis holds of them is too.
"""

import hashlib
import logging
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.article import own_cluster
from schemas.streams import CLUSTER_BUCKETS, CLUSTER_COUNT, CLUSTER_SKETCHES
from services.ingest.shingles import ALIKE, Sketch, likeness, packed, unpacked

_BUCKETS_AN_ARTICLE = 2
_BUCKET_ENTRIES = 16
_CANDIDATES = 8
_NUMBER, _CLUSTER = 4, 8
_MEET = f"""
local buckets, sketches, kept, ttl = KEYS[1], KEYS[2], tonumber(ARGV[3]), ARGV[4]
local number = ARGV[2] ~= '' and struct.pack('>I4', redis.call('INCR', KEYS[3]) % 4294967296)
local shared, met, found = {{}}, {{}}, {{}}
for at = 1, #ARGV[1], 4 do
  local mark = ARGV[1]:sub(at, at + 1)
  local bucket = buckets .. struct.unpack('>I4', ARGV[1], at) % (kept * {_BUCKETS_AN_ARTICLE})
  local held = redis.call('GET', bucket) or ''
  local entry = held:find(mark, 1, true)
  while entry do
    local step = 1
    if entry % 6 == 1 then
      step = 6
      local other = struct.unpack('>I4', held, entry + 2)
      local before = shared[other]
      if not before then met[#met + 1] = other end
      shared[other] = (before or 0) + 1
    end
    entry = held:find(mark, entry + step, true)
  end
  if number then
    redis.call('SET', bucket, (mark .. number .. held):sub(1, 6 * {_BUCKET_ENTRIES}), 'PX', ttl)
  end
end
for _ = 1, math.min(#met, {_CANDIDATES}) do
  local first, most = 0, 0
  for place = 1, #met do
    local other = met[place]
    local count = shared[other]
    if count > most or count == most and count > 0 and other < first then first, most = other, count end
  end
  shared[first] = 0
  local sketch = redis.call('GET', sketches .. first % kept)
  if sketch and struct.unpack('>I4', sketch) == first then found[#found + 1] = sketch end
end
if number then
  redis.call('SET', sketches .. struct.unpack('>I4', number) % kept, number .. ARGV[2], 'PX', ttl)
end
return {{number or '', found}}
"""
"""Looks in the anchors' buckets for those who share most of them, and joins them: one step, so none is overlooked."""

_MEET_SHA = hashlib.sha1(_MEET.encode(), usedforsecurity=False).hexdigest()
log = logging.getLogger(__name__)


class Sketched(Protocol):
    """What has a place among clusters; `cluster_id` is "" as long as it has none."""

    id: str
    sketch: Sketch | None
    cluster_id: str


@dataclass(frozen=True, slots=True)
class Clusters:
    """The clusters of the last `ttl`, at most of the last `articles` articles."""

    redis: Redis
    ttl: timedelta
    articles: int

    async def assign(self, drafts: Sequence[Sketched]) -> None:
        """Gives each of these that has none its cluster, and remembers the texts of all.

        A text belongs with the first that came of those it is like; one like none, or while Redis has no answer, is a
        cluster of its own. Of several versions of one article, the first decides.
        """
        decided: dict[str, str] = {}
        moved: dict[bytes, bytes] = {}
        for draft, (number, found) in zip(drafts, await self._meet(drafts, remember=True), strict=True):
            own = _kept(own_cluster(draft.id), draft.sketch)
            given = draft.cluster_id or decided.get(draft.id)
            joined = _kept(given, draft.sketch) if given else first_alike(draft.sketch, found, moved) or own
            draft.cluster_id = decided[draft.id] = joined[:_CLUSTER].hex()
            if number and joined != own:
                moved[number] = joined
        await self._move(moved)

    async def look_up(self, draft: Sketched) -> str:
        """The cluster that it would be given now; nothing is remembered."""
        ((_, found),) = await self._meet([draft], remember=False)
        return (first_alike(draft.sketch, found, {}) or bytes.fromhex(own_cluster(draft.id)))[:_CLUSTER].hex()

    async def _meet(self, drafts: Sequence[Sketched], remember: bool) -> list[tuple[bytes, list[bytes]]]:
        """The number each is remembered by, and what is kept of those who may be like it; one round trip."""
        met: list[tuple[bytes, list[bytes]]] = [(b"", []) for _ in drafts]
        keys, limits = (CLUSTER_BUCKETS, CLUSTER_SKETCHES, CLUSTER_COUNT), (self.articles, _milliseconds(self.ttl))
        asked = [(place, draft, draft.sketch) for place, draft in enumerate(drafts) if draft.sketch]
        if not asked:
            return met
        async with self.redis.pipeline(transaction=False) as pipeline:
            for _, draft, made in asked:
                anchors = struct.pack(f">{len(made.anchors)}I", *made.anchors)
                kept = _kept(draft.cluster_id or own_cluster(draft.id), made) if remember else b""
                call, script = (pipeline.evalsha, _MEET_SHA) if len(pipeline) else (pipeline.eval, _MEET)
                call(script, len(keys), *keys, anchors, kept, *limits)
            for (place, *_), answer in zip(asked, await _answers(pipeline), strict=True):
                met[place] = (answer[0], answer[1])
        return met

    async def _move(self, moved: Mapping[bytes, bytes]) -> None:
        """Puts the first text of a cluster in the places of those that joined it: it lasts, and none drifts away."""
        if not moved:
            return
        async with self.redis.pipeline(transaction=False) as pipeline:
            for number, first in moved.items():
                key = f"{CLUSTER_SKETCHES}{int.from_bytes(number) % self.articles}"
                pipeline.set(key, number + first, px=_milliseconds(self.ttl))
            await _answers(pipeline)


def first_alike(made: Sketch | None, found: Sequence[bytes], moved: Mapping[bytes, bytes]) -> bytes | None:
    """What is kept of the first that came among those found that are like it; `moved` knows of newer joinings."""
    for kept in dict.fromkeys(moved.get(one[:_NUMBER], one[_NUMBER:]) for one in sorted(found)):
        if made and likeness(made, unpacked(kept[_CLUSTER:])) >= ALIKE:
            return kept
    return None


def _kept(cluster: str, made: Sketch | None) -> bytes:
    return bytes.fromhex(cluster) + (packed(made) if made else b"")


async def _answers(pipeline: Any) -> list[Any]:
    """The pipeline's answers, empty ones where Redis gives none: articles do without clusters rather than wait."""
    asked = len(pipeline)
    try:
        answers = await pipeline.execute(raise_on_error=False)
    except (RedisError, OSError, TimeoutError) as problem:
        answers = [problem] * asked
    failed = [answer for answer in answers if isinstance(answer, Exception)]
    if failed:
        log.warning("clusters were not asked for", extra={"articles": len(failed), "cause": str(failed[0])})
    return [(b"", []) if isinstance(answer, Exception) else answer for answer in answers]


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
