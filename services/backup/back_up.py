"""A backup while everything runs: what nobody may take for known, the streams, what is known of articles, the index.

The order is the promise. What was accepted before the backup began is in the stream that is read, or was acknowledged
before, and acknowledged means that the index, which is read afterwards, has it. Of what came meanwhile a part is there,
and nothing is taken for known that is not: posting it again mends it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from opensearchpy import AsyncOpenSearch
from redis.asyncio import Redis

from schemas.streams import (
    ARTICLES_STREAM,
    CHANGES_STREAM,
    DEAD_LETTERS_STREAM,
    EVENT_FIELD,
    REMOVED_KEY,
    article_key,
)
from services import __version__
from services.backup import indices, keys, streams
from services.backup.files import CannotBackUp, File, Lines, Manifest, described
from services.index.names import IndexNames

Report = Callable[[str, int, int | None], None]
"""Is told what is copied, how many of it are done, and of how many where that is known."""

_ARTICLE = article_key("")
_LATER = (_ARTICLE.encode(), b"alerts:", REMOVED_KEY.encode())
"""How keys begin that say what was done with the streams' entries: they are read after these."""
_FLOW = frozenset(name.encode() for name in (ARTICLES_STREAM, CHANGES_STREAM, DEAD_LETTERS_STREAM))
_FRESH_MS = 60_000


@dataclass(frozen=True, slots=True)
class BackUp:
    """Writes into `directory`, which is empty. Every method raises RedisError or OpenSearchException."""

    redis: Redis
    client: AsyncOpenSearch
    prefix: str
    directory: Path
    report: Report
    now: Callable[[], datetime]

    async def run(self, registry: list[Path], with_index: bool) -> Manifest:
        """The backup; these files of publishers and feeds are copied too. Raises CannotBackUp."""
        begun_at = self.now()
        files = [self._copied(path) for path in registry if path.exists()]
        files.append(await self._known())
        files += await self._flow()
        if with_index:
            files += await self._indices()
        return Manifest(
            wiredesk=__version__,
            begun_at=begun_at,
            ended_at=self.now(),
            redis=await server(self.redis),
            opensearch=(await self.client.info())["version"]["number"] if with_index else None,
            index_prefix=self.prefix,
            search_template=await self._template() if with_index else None,
            files=tuple(files),
        )

    def _copied(self, path: Path) -> File:
        copy = self.directory / path.name
        copy.touch(mode=0o600)
        copy.write_bytes(path.read_bytes())
        return described(copy, "registry", path.name)

    async def _known(self) -> File:
        """Everything but streams and what was done with their entries: answers, feeds, hints, clusters."""
        with Lines(self.directory / "keys-before.zst") as lines:
            async for page in keys.names(self.redis):
                await self._keys(lines, [name for name in page if not name.startswith(_LATER)], lambda _: True)
        return lines.told("keys", "before the streams")

    async def _flow(self) -> list[File]:
        """The streams, then what was done with their entries.

        Dead letters are begun first and ended later, so that none is missed while it is sent again.
        """
        letters, changes = self._stream(DEAD_LETTERS_STREAM), self._stream(CHANGES_STREAM)
        await letters.go_on()
        articles = self._stream(ARTICLES_STREAM)
        fresh: set[str] = set()
        head = await articles.go_on(lambda page: fresh.update(_events(page)))
        files = [await articles.end(head), await changes.end(await changes.go_on())]
        files.append(await letters.end(await letters.go_on()))
        with Lines(self.directory / "keys-after.zst") as lines:
            for prefix in _LATER:
                async for page in keys.names(self.redis, f"{keys.text(prefix)}*"):
                    await self._keys(lines, page, lambda line: _is_there(line, head.at_ms if head else 0, fresh))
        files.append(lines.told("keys", "after the streams"))
        async for name in self.redis.scan_iter(_type="stream"):
            if name not in _FLOW:  # what was given up, and those that alerts are told by
                told = self._stream(keys.text(name), f"stream-of-alerts-{len(files)}.zst")
                files.append(await told.end(await told.go_on()))
        return list({file.of: file for file in files if file is not None}.values())

    async def _keys(self, lines: Lines, names: list[bytes], wanted: Callable[[keys.Line], bool]) -> None:
        for line in await keys.read(self.redis, names):
            if wanted(line):
                lines.add(line)
        self.report("keys of Redis", lines.count, None)

    def _stream(self, name: str, file: str = "") -> "_Copy":
        return _Copy(self.redis, name, Lines(self.directory / (file or f"stream-{name}.zst")), self.report)

    async def _indices(self) -> list[File]:
        found = await indices.ours(self.client, self.prefix)
        if not found:
            raise CannotBackUp("OpenSearch has no index of Wiredesk; start the indexer once, or take --without-index")
        return [await self._index(one) for one in found]

    async def _index(self, index: indices.Index) -> File:
        total = await indices.count(self.client, index.name)
        with Lines(self.directory / f"index-{index.name}.zst") as lines:
            async for page in indices.read(self.client, index.name):
                for line in page:
                    lines.add(line)
                self.report(index.name, lines.count, total)
        return lines.told("index", index.name, index.body)

    async def _template(self) -> dict[str, Any] | None:
        """The stored search; None where it is not there, or not to be read."""
        name = IndexNames.with_prefix(self.prefix).search_template
        found: dict[str, Any] = await self.client.get_script(id=name, ignore=(403, 404))
        return found.get("script")


@dataclass(slots=True)
class _Copy:
    """A stream that is being copied."""

    redis: Redis
    name: str
    lines: Lines
    report: Report
    after: str = "0-0"

    async def go_on(self, tell: Callable[[list[keys.Line]], None] = lambda _: None) -> streams.Head | None:
        """Copies the entries up to where the stream stands now, and tells of them; None where there is no stream."""
        head = await streams.read_head(self.redis, keys.raw(self.name))
        if head is None:
            return None
        pending = await streams.read_pending(self.redis, head)  # before the entries: those it leaves out are done with
        async for page in streams.read_entries(self.redis, head, self.after):
            for line in page:
                self.lines.add(line)
            tell(page)
            self.report(f"stream {self.name}", self.lines.count, None)
        self.after = head.last_id
        return replace(head, pending=pending)

    async def end(self, head: streams.Head | None) -> File | None:
        """What the manifest says of it."""
        for line in [*head.groups, head.line, *head.pending] if head else []:
            self.lines.add(line)
        told = self.lines.told("stream", self.name)
        return told if head else None


async def server(redis: Redis) -> str:
    """The name and version of the server."""
    told: dict[str, Any] = await redis.info("server")
    return f"{told.get('server_name', 'redis')} {told.get('valkey_version', told.get('redis_version'))}"


def _events(page: list[keys.Line]) -> list[str]:
    """The ids of the events in these entries, as far as they are events."""
    found = []
    for line in page:
        try:
            found.append(str(orjson.loads(keys.raw(dict(line["fields"])[EVENT_FIELD]))["id"]))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            continue
    return found


def _is_there(line: keys.Line, at_ms: int, fresh: set[str]) -> bool:
    """Whether what is known of an article is in this backup too: accepted well before the stream was read, or in it."""
    key, value = line["key"], line["value"]
    if not key.startswith(_ARTICLE) or "accepted_at" not in value:
        return True
    if int(value["accepted_at"]) < (at_ms - _FRESH_MS) * 1000:
        return True
    return f"{key.removeprefix(_ARTICLE)}@{value['revision']}" in fresh
