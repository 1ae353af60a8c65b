"""Reads how OpenSearch is, and what it holds of ours; changes nothing there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import AuthenticationException, OpenSearchException, TransportError
from opensearchpy.exceptions import ConnectionError as NotConnected

from services.health.delays import delays, newest_body
from services.health.disks import disks
from services.health.readings import Away, Index, IndexReading, PublisherDelay
from services.index.names import IndexNames

_PRODUCTS = {"opensearch": "OpenSearch"}
_ASKED = {"expand_wildcards": "all", "ignore_unavailable": "true", "allow_no_indices": "true"}


@dataclass(slots=True)
class IndexReader:
    """Reads again and again."""

    client: AsyncOpenSearch
    names: IndexNames

    async def read(self) -> IndexReading | Away:
        """The reading, or why there is none."""
        try:
            return await self._read()
        except (OpenSearchException, OSError, TimeoutError) as problem:
            return away(problem)

    async def clocks(self) -> dict[str, float]:
        """The clock of each node, in seconds since 1970; none where OpenSearch does not tell. It sends no Date."""
        try:
            nodes: Any = await self.client.nodes.stats(metric="fs")
        except (OpenSearchException, OSError, TimeoutError):
            return {}
        return {node["name"]: node["timestamp"] / 1000 for node in nodes["nodes"].values()}

    async def _read(self) -> IndexReading:
        client, names = self.client, self.names
        wanted = (names.articles, names.write, names.held, names.versions)
        pattern = [f"{name}*" for name in (names.articles, names.versions)]
        version = (await client.info())["version"]
        health: Any = await client.cluster.health(index=",".join(pattern))
        found: dict[str, Any] = await client.indices.get(index=",".join(wanted), params=_ASKED)
        stats = await self._stats(sorted(found))
        aliases = {alias: tuple(name for name, one in found.items() if alias in one["aliases"]) for alias in wanted}
        documents, taken = await self._newest() if aliases[names.articles] else (None, ())
        nodes: Any = await client.nodes.stats(metric="fs")
        settings: Any = await client.cluster.get_settings(params={"include_defaults": "true", "flat_settings": "true"})
        return IndexReading(
            server=f"{_PRODUCTS.get(version.get('distribution'), 'Elasticsearch')} {version['number']}",
            health=health["status"],
            nodes=health["number_of_nodes"],
            unassigned=health["unassigned_shards"],
            aliases=aliases,
            write_alias=names.write,
            versions_alias=names.versions,
            documents=documents,
            indices=tuple(_index(name, one, stats.get(name, {})) for name, one in found.items()),
            disks=disks(nodes, settings),
            delays=taken,
        )

    async def _stats(self, indices: Sequence[str]) -> dict[str, Any]:
        if not indices:
            return {}
        found: dict[str, Any] = await self.client.indices.stats(index=",".join(indices), metric="docs,store")
        return found["indices"]  # type: ignore[no-any-return]

    async def _newest(self) -> tuple[int, tuple[PublisherDelay, ...]]:
        hits = (await self.client.search(index=self.names.articles, body=newest_body()))["hits"]
        counted = await self.client.count(index=self.names.articles)
        return int(counted["count"]), delays(hits["hits"])


def away(problem: Exception) -> Away:
    """Why there is no reading: what OpenSearch, or the way to it, complained of."""
    if isinstance(problem, NotConnected):
        return Away(str(problem.info))
    if isinstance(problem, TransportError):
        return Away(f"{problem.status_code} {problem.error}", True, isinstance(problem, AuthenticationException))
    return Away(str(problem) or type(problem).__name__)


def _index(name: str, told: Mapping[str, Any], stats: Mapping[str, Any]) -> Index:
    settings = told["settings"]["index"]
    schema = told["mappings"].get("_meta", {}).get("schema_version")
    blocks = settings.get("blocks", {})
    return Index(
        name=name,
        documents=stats.get("primaries", {}).get("docs", {}).get("count", 0),
        size=stats.get("total", {}).get("store", {}).get("size_in_bytes", 0),
        schema=schema,
        blocks=tuple(sorted(block for block, value in blocks.items() if str(value) == "true")),
    )
