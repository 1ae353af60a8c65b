"""The least that filling the index can be: bare `_bulk` of prebuilt bodies into indices as an indexer makes them."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from benchmarks.opensearch import ask, bulk
from services.index.client import build_client
from services.index.names import IndexNames
from services.indexer.prepare import prepare_index
from services.indexer.settings import IndexerSettings


def make_indices(client: httpx.Client, names: IndexNames) -> None:
    """Makes them as an indexer does when it starts."""
    asyncio.run(_prepare(IndexerSettings(opensearch_url=str(client.base_url)), names))


async def _prepare(settings: IndexerSettings, names: IndexNames) -> None:
    opensearch = build_client(settings)
    try:
        await prepare_index(opensearch, names, settings.replicas, settings.codec, settings.shards)
    finally:
        await opensearch.close()


def filled(client: httpx.Client, names: IndexNames, bodies: Sequence[bytes], at_once: int) -> float:
    """Seconds until all of these are written, so many at once, and searchable."""
    began = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda body: bulk(client, body), bodies))
    ask(client, "POST", f"/{names.write}/_refresh")
    return time.monotonic() - began


def checked_and_removed(client: httpx.Client, names: IndexNames, count: int) -> None:
    """Removes the indices. Raises RuntimeError where another number of articles, or of versions, is there."""
    ask(client, "POST", f"/{names.versions}/_refresh")
    found = [ask(client, "GET", f"/{alias}/_count")["count"] for alias in (names.articles, names.versions)]
    if found != [count, count]:
        raise RuntimeError(f"{found[0]} articles and {found[1]} versions of {count} are there")
    every = (names.articles_index, names.held_index, names.versions_index)
    ask(client, "DELETE", f"/{','.join(every)}")
