"""How long does it take to find whom a batch of articles is told to, with how many saved searches?

`python -m benchmarks.alerts`, against a running OpenSearch (WIREDESK_OPENSEARCH_URL). Lines and articles are made of
invented words, a few of them frequent and most of them rare, as words are; the index is removed at the end.
"""

import asyncio
import random
import statistics
import time
from datetime import UTC, datetime
from typing import Any

import orjson

from services.alerts.alert import Alert, new_alert
from services.alerts.index import AlertNames, alert_document
from services.alerts.percolate import Percolator
from services.alerts.prepare import prepare_alerts
from services.alerts.registry import Registry
from services.index.client import build_client
from services.settings import ServerSettings

_ALERTS = (1_000, 10_000)
_ARTICLES = (1, 50, 100)
_ROUNDS = 5
_WORDS_OF_A_BODY = 450


def vocabulary(random_: random.Random) -> list[str]:
    """Eight thousand invented words."""
    syllables = [consonant + vowel for consonant in "bcdfglmnprstv" for vowel in "aeiou"]
    return ["".join(random_.choices(syllables, k=random_.randint(2, 4))) for _ in range(8_000)]


def text(random_: random.Random, words: list[str], length: int) -> str:
    """So many words, common ones often."""
    return " ".join(words[min(int(random_.paretovariate(0.6)), len(words) - 1)] for _ in range(length))


def line(random_: random.Random, words: list[str]) -> str:
    """A search as people save them: mostly two words, some phrases, some names."""
    some = random_.choices(words, k=4)
    shapes = (" ".join(some[:2]), f'"{some[0]} {some[1]}"', some[0], " ".join(some))
    return random_.choices(shapes, weights=(5, 2, 1, 2))[0]


async def add(registry: Registry, alerts: list[Alert]) -> None:
    """Adds them by bulk."""
    for first in range(0, len(alerts), 1_000):
        body = b"".join(
            orjson.dumps({"index": {"_id": alert.id}}) + b"\n" + orjson.dumps(alert_document(alert)) + b"\n"
            for alert in alerts[first : first + 1_000]
        )
        await registry.client.bulk(index=registry.names.alias, body=body, params={"refresh": "true"})


async def measure(registry: Registry, articles: dict[str, dict[str, Any]]) -> tuple[float, int]:
    """The median time in s, and how many matches there are."""
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        found = await Percolator(registry.matches, registry.ids).match(articles)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken), sum(map(len, found.by_article.values()))


async def main() -> None:
    """Prints a line for each number of alerts and of articles."""
    random_ = random.Random(4)
    words = vocabulary(random_)
    client = build_client(ServerSettings())
    registry = Registry(client, AlertNames.with_prefix("benchmark-"))
    articles = {
        f"invented:{number}": {
            "title": text(random_, words, 9),
            "summary": text(random_, words, 30),
            "body": text(random_, words, _WORDS_OF_A_BODY),
        }
        for number in range(max(_ARTICLES))
    }
    await prepare_alerts(client, registry.names, replicas=0)
    try:
        known = 0
        for count in _ALERTS:
            lines = (line(random_, words) for _ in range(count - known))
            await add(registry, [new_alert(one, datetime.now(UTC), None, stream="desk") for one in lines])
            known = count
            for size in _ARTICLES:
                seconds, matches = await measure(registry, dict(list(articles.items())[:size]))
                print(f"{count:>6,} alerts {size:>4} articles {seconds * 1000:>8.0f} ms {matches:>6,} matches")
    finally:
        await client.indices.delete(index=registry.names.index)
        await client.close()


if __name__ == "__main__":
    asyncio.run(main())
