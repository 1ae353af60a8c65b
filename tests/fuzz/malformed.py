"""Requests that are certainly malformed, over every format, Content-Type and kind of damage."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from tests.fuzz import malformed_fields, malformed_json, malformed_pages, malformed_xml
from tests.fuzz.damage import Case
from tests.fuzz.samples import Samples

COMMON = {**malformed_json.DAMAGES, **malformed_fields.DAMAGES, **malformed_xml.DAMAGES, **malformed_pages.DAMAGES}
RARE = {**malformed_json.RARE, **malformed_xml.RARE, **malformed_pages.RARE}
_RARELY = 1_000
_PACKED = 0.05


def cases(samples: Samples, seed: int, count: int) -> Iterator[Case]:
    """This many cases, the same for the same seed: one in a thousand is large, one in twenty comes compressed."""
    random = Random(seed)
    names, rare = tuple(COMMON), tuple(RARE)
    for number in range(count):
        if number % _RARELY == _RARELY // 2:
            name = rare[number // _RARELY % len(rare)]
            yield RARE[name](random, samples).named(name)
        else:
            name = names[number % len(names)]
            yield _perhaps_packed(random, COMMON[name](random, samples).named(name))


def _perhaps_packed(random: Random, case: Case) -> Case:
    if case.coding is not None or case.header_at_fault or random.random() > _PACKED:
        return case
    coding = random.choice(tuple(malformed_pages.PACK))
    return replace(case, body=malformed_pages.PACK[coding](case.body), coding=coding)
