"""An archive as a search engine sees one: a few words are everywhere, most are rare, and so are names.

Of some 40,000 invented words each is half as common as the one of half its rank; between their sentences stand those
of `benchmarks.articles`: a country is in about one story of fifteen. Every fifth story is in the cluster of another.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import Any

from benchmarks.articles import article, sentence
from schemas.events import encode, published
from schemas.submission import Submission
from services.indexer.decide import Put, decide
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.vocabulary.gazetteer import load

_COMMON = (
    *"the of and to a in that is was he for it with as his on be at by had not are but from or have an they".split(),
    *"which one you were all her she there would their we him been has when who will no more if out so up said".split(),
)
_SYLLABLES = [f"{start}{vowel}{end}" for start in "bdfgklmnprstv" for vowel in "aeiou" for end in ("", "n", "r", "l")]
_INVENTED = 40_000
_NEWS_SENTENCES = 0.1
_PUBLISHERS = [f"paper-{number}" for number in range(30)]
_LANGUAGES = ("en",) * 8 + ("fr", "es")


class Words:
    """Words by how common they are; the same for the same seed."""

    def __init__(self, random: Random) -> None:
        self._random = random
        invented: dict[str, None] = {}
        while len(invented) < _INVENTED:
            invented["".join(random.choices(_SYLLABLES, k=random.choice((2, 2, 3, 3, 4))))] = None
        self.by_rank = [*_COMMON, *invented]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.by_rank))))

    def some(self, count: int) -> list[str]:
        """This many, common ones more often."""
        return self._random.choices(self.by_rank, cum_weights=self._weights, k=count)

    def sentence(self) -> str:
        """A sentence of 8 to 25 of them, or one that names people and countries."""
        if self._random.random() < _NEWS_SENTENCES:
            return sentence(self._random)
        return " ".join(self.some(self._random.randrange(8, 26))).capitalize() + "."


def documents(count: int, seed: int = 5) -> Iterator[dict[str, Any]]:
    """Documents as the indexer writes them: half have over 2,000 bytes of text."""
    random = Random(seed)
    words, tables, now = Words(random), Tables(load(), LanguageReader()), datetime.now(UTC)
    cluster = ""
    for number in range(count):
        posted = {
            **article(random, str(number), 0),
            "body": _body(random, words),
            "language": random.choice(_LANGUAGES),
        }
        draft = normalize(Submission.model_validate(posted), random.choice(_PUBLISHERS), tables, 1_000_000)
        put = decide(encode(published(draft.article(1, now))), now)
        if not isinstance(put, Put):
            raise RuntimeError("an article of the benchmark is not indexed")
        document = json.loads(put.document)
        if number % 5:
            cluster = document["cluster_id"]
        yield {**document, "cluster_id": cluster}


def _body(random: Random, words: Words) -> str:
    length = min(20_000, int(2000 * random.lognormvariate(0, 0.75)))
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < length:
        paragraphs.append(" ".join(words.sentence() for _ in range(random.randrange(2, 6))))
    return "\n\n".join(paragraphs)


def lines(count: int, seed: int = 5) -> list[str]:
    """What is asked: pairs of countries, things of the news, phrases, two to four rarer words, whole sentences."""
    words, random = Words(Random(seed)), Random(seed + 1)
    kinds = (
        lambda: random.choice(
            ("US-Japan", "Japan–Germany", "France Brazil", "U.S.–Vietnam", "Norway and Poland", "EU Turkey")
        ),
        lambda: random.choice(("rare earth exports", "interest rates", "wheat prices", "gas storage", "lithium mines")),
        lambda: f'"{random.choice(("steel quotas", "data centers", "school meals", "drone patrols"))}"',
        lambda: random.choice(("Japan", "tariffs", "Mei Arai", "Cairo")),
        lambda: " ".join(random.sample(words.by_rank[100:8000], random.randrange(2, 5))),
        lambda: " ".join(random.sample(words.by_rank[100:8000], random.randrange(2, 5))),
        lambda: " ".join(words.sentence().split()[:9]),
    )
    return [random.choice(kinds)() for _ in range(count)]
