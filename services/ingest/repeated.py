"""Which short lines stood on earlier pages of a publisher: a site's furniture in whatever language, learned from it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.streams import page_lines_key
from services.ingest.pages.lines import whole_lines
from services.ingest.text import clean

_LONGEST = 200
_MOST_OF_A_PAGE = 500
_MOST_KEPT, _KEPT_AFTER_ROOM_IS_MADE = 4000, 3000
_KEPT_FOR = timedelta(days=30)
_PAGES = 3
_LINE_BYTES, _PAGE_BYTES = 8, 4


@dataclass(frozen=True, slots=True)
class PageLines:
    """A page's short lines, and for each the pages that are known to have it, four bytes a page."""

    publisher: str
    page: bytes
    lines: tuple[str, ...]
    pages: tuple[bytes, ...]

    @property
    def repeated(self) -> frozenset[str]:
        """The lines that three or more other pages had."""
        return frozenset(
            line
            for line, pages in zip(self.lines, self.pages, strict=True)
            if len(_each(pages) - {self.page}) >= _PAGES
        )


@dataclass(frozen=True, slots=True)
class Repeated:
    """A hash a publisher: from a line's hash to at most four pages that had it; 4,000 lines for 30 days after the last.

    Where Redis does not answer, nothing is known and nothing is kept.
    """

    redis: Redis

    async def find(self, publisher: str, article_id: str, lines: Sequence[str]) -> PageLines | None:
        """What is known of the lines of this article's page; None where Redis does not answer."""
        if not lines:
            return None
        try:
            kept: Any = await self.redis.hmget(page_lines_key(publisher), [_hash(line, _LINE_BYTES) for line in lines])
        except (RedisError, OSError, TimeoutError):
            return None
        return PageLines(publisher, _hash(article_id, _PAGE_BYTES), tuple(lines), tuple(pages or b"" for pages in kept))

    async def keep(self, found: PageLines) -> None:
        """Keeps that this page had these lines."""
        name = page_lines_key(found.publisher)
        told: dict[Any, Any] = {
            _hash(line, _LINE_BYTES): pages + found.page
            for line, pages in zip(found.lines, found.pages, strict=True)
            if len(_each(pages)) <= _PAGES and found.page not in _each(pages)
        }
        try:
            async with self.redis.pipeline(transaction=False) as writing:
                if told:
                    writing.hset(name, mapping=told)
                writing.expire(name, _KEPT_FOR)
                writing.hlen(name)
                length = (await writing.execute())[-1]
            if length > _MOST_KEPT:
                await self._make_room(name)
        except (RedisError, OSError, TimeoutError):
            return

    async def _make_room(self, name: str) -> None:
        """Removes a quarter of the lines, those that the fewest pages had."""
        kept = await self.redis.hgetall(name)
        rarest = sorted(kept, key=lambda line: len(kept[line]))[: max(0, len(kept) - _KEPT_AFTER_ROOM_IS_MADE)]
        if rarest:
            await self.redis.hdel(name, *rarest)


def short_lines(text: str) -> tuple[str, ...]:
    """The lines of a page that may be furniture, each once: at most 500, of at most 200 characters."""
    short = (line for line in whole_lines(clean(text)) if len(line) <= _LONGEST)
    return tuple(dict.fromkeys(short))[:_MOST_OF_A_PAGE]


def _each(pages: bytes) -> set[bytes]:
    return {pages[at : at + _PAGE_BYTES] for at in range(0, len(pages), _PAGE_BYTES)}


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()
