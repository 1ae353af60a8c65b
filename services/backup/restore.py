"""A backup brought back into an empty stack, and compared with what is there then."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from opensearchpy import AsyncOpenSearch
from redis.asyncio import Redis

from schemas.streams import ALERTS_GROUP, ARTICLES_STREAM, CHANGES_STREAM, INDEXER_GROUP
from services.backup import indices, keys, streams
from services.backup.back_up import Report
from services.backup.files import CannotRestore, Content, File, Manifest, lines_of
from services.index.names import IndexNames

_AWAKE_MS = 10_000
_WHILE_FILLING = {"refresh_interval": "-1", "number_of_replicas": "0"}


@dataclass(frozen=True, slots=True)
class Restore:
    """Reads from `directory`. Every method raises RedisError or OpenSearchException."""

    redis: Redis
    client: AsyncOpenSearch
    manifest: Manifest
    directory: Path
    report: Report
    now: Callable[[], datetime]

    async def run(self, replace: bool, with_index: bool) -> None:
        """Brings everything back; with `replace` in the place of what is there. Raises CannotRestore."""
        await self._refuse_while_running()
        if not replace:
            await self._refuse_unless_empty(with_index)
        if with_index:
            await self._indices()
        if replace:
            await self.redis.flushdb()
        for file in self.manifest.of_kind("keys"):
            await self._keys(file)
        for file in self.manifest.of_kind("stream"):
            await self.redis.delete(keys.raw(file.of))
            done = 0
            async for written in streams.write(self.redis, keys.raw(file.of), lines_of(self.directory, file)):
                done += written
                self.report(f"stream {file.of}", done, file.lines)

    async def verify(self, with_index: bool) -> list[str]:
        """Every document, key and entry read again; what is not as it was, in words."""
        told = []
        for file in self.manifest.of_kind("index") if with_index else []:
            told += await self._unlike_documents(file)
        for file in self.manifest.of_kind("keys"):
            told += await self._unlike_keys(file)
        for file in self.manifest.of_kind("stream"):
            told += await self._unlike_stream(file)
        return told

    async def _refuse_while_running(self) -> None:
        for stream, group in ((ARTICLES_STREAM, INDEXER_GROUP), (CHANGES_STREAM, ALERTS_GROUP)):
            head = await streams.read_head(self.redis, stream.encode())
            if head is None or group not in [one["group"] for one in head.groups]:
                continue
            for consumer in await self.redis.xinfo_consumers(stream, group):
                if consumer["idle"] < _AWAKE_MS:
                    raise CannotRestore(
                        f"{keys.text(consumer['name'])} reads {stream}, or did within the last 10 seconds; "
                        "stop ingest, indexer and alerts first"
                    )

    async def _refuse_unless_empty(self, with_index: bool) -> None:
        """What services leave behind that were started and got nothing is no obstacle."""
        there = [f"{await self.redis.xlen(ARTICLES_STREAM)} entries of {ARTICLES_STREAM}"]
        async for page in keys.names(self.redis, "article:*"):
            there.append(f"{len(page)} articles known to Redis")
            break
        for index in await indices.ours(self.client, self.manifest.index_prefix) if with_index else []:
            await self.client.indices.refresh(index=index.name)
            there.append(f"{await indices.count(self.client, index.name)} documents in {index.name}")
        if full := [one for one in there if not one.startswith("0 ")]:
            raise CannotRestore(f"there are {', '.join(full)}; --replace removes them first")

    async def _indices(self) -> None:
        files = self.manifest.of_kind("index")
        for old in await indices.ours(self.client, self.manifest.index_prefix):
            await self.client.indices.delete(index=old.name)
        for file in files:
            await self.client.indices.delete(index=file.of, params={"ignore_unavailable": "true"})
            await self._index(file)
        if self.manifest.search_template:
            name = IndexNames.with_prefix(self.manifest.index_prefix).search_template
            await self.client.put_script(id=name, body={"script": self.manifest.search_template})

    async def _index(self, file: File) -> None:
        """Creates the index and fills it; the aliases come last, so that nobody finds half of it."""
        body: dict[str, Any] = file.body or {}
        own = body["settings"]["index"]
        filling = {"index": {**own, **_WHILE_FILLING}}
        await self.client.indices.create(index=file.of, body={"settings": filling, "mappings": body["mappings"]})
        done = 0
        async for written in indices.write(self.client, file.of, lines_of(self.directory, file)):
            done += written
            self.report(file.of, done, file.lines)
        as_it_was = {name: own.get(name) for name in _WHILE_FILLING}
        await self.client.indices.put_settings(index=file.of, body={"index": as_it_was})
        await self.client.indices.refresh(index=file.of)
        actions = [{"add": {"index": file.of, "alias": alias, **told}} for alias, told in body["aliases"].items()]
        await self.client.indices.update_aliases(body={"actions": actions})

    async def _keys(self, file: File) -> None:
        done = 0
        for page in keys.paged(lines_of(self.directory, file), keys.PAGE):
            await keys.write(self.redis, page, self._now_ms())
            done += len(page)
            self.report("keys of Redis", done, file.lines)

    async def _unlike_documents(self, file: File) -> list[str]:
        content = Content()
        async for page in indices.read(self.client, file.of):
            for line in page:
                content.add(orjson.dumps(line, option=orjson.OPT_SORT_KEYS))
            self.report(f"comparing {file.of}", content.pieces, file.lines)
        if content.pieces != file.lines:
            return [f"{file.of} has {content.pieces} documents instead of {file.lines}"]
        return [] if content.told() == file.content else [f"{file.of} has other documents than the backup"]

    async def _unlike_keys(self, file: File) -> list[str]:
        told, done = [], 0
        for page in keys.paged(lines_of(self.directory, file), keys.PAGE):
            there = {line["key"]: line for line in await keys.read(self.redis, [keys.raw(one["key"]) for one in page])}
            now_ms = self._now_ms()
            lasting = [one for one in page if one["expires_at"] is None or one["expires_at"] > now_ms]
            told += [f"{one['key']} is another in Redis" for one in lasting if there.get(one["key"]) != one]
            done += len(page)
            self.report("comparing keys of Redis", done, file.lines)
        return told

    async def _unlike_stream(self, file: File) -> list[str]:
        """Entries that are pending in the backup and gone there too are pending no more."""
        entries, wanted = set(), Content()
        rest = []
        for line in lines_of(self.directory, file):
            if "id" in line:
                entries.add(line["id"])
                wanted.add(orjson.dumps(line, option=orjson.OPT_SORT_KEYS))
            elif line.get("pending", line.get("id")) in entries or "pending" not in line:
                rest.append(line)
        found = Content()
        head = await streams.read_head(self.redis, keys.raw(file.of))
        if head is None:
            return [f"{file.of} is not there"]
        async for page in self._entries(head):
            for line in page:
                found.add(orjson.dumps(line, option=orjson.OPT_SORT_KEYS))
        there = [*head.groups, head.line, *await streams.read_pending(self.redis, head)]
        if (found.told(), found.pieces) != (wanted.told(), wanted.pieces):
            return [f"{file.of} has {found.pieces} entries, and other ones than the {wanted.pieces} of the backup"]
        return [] if streams.is_same_place(there, rest) else [f"{file.of}: its groups are not as they were"]

    def _entries(self, head: streams.Head) -> AsyncIterator[list[keys.Line]]:
        return streams.read_entries(self.redis, head)

    def _now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)
