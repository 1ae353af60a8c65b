"""What somebody may mean who types, or who misspelt."""

import re
from typing import Any

import pytest

from services.index.asked import Asked
from services.index.spelling import did_you_mean, spellings_body, spelt_lines
from services.index.suggesting import tag_counts, tags_body

Body = dict[str, Any]


def spelt(*texts: str) -> Body:
    return {"suggest": {"spelling": [{"options": [{"text": text} for text in texts]}]}}


@pytest.mark.parametrize("begun", ["us-japan", "a.b*c", "s-and-p-500", "[x]", "日本", "", '"@#&<>~'])
def test_tags_are_asked_for_by_their_plain_beginning(begun: str) -> None:
    include = tags_body(begun, [])["aggs"]["begun"]["terms"]["include"]
    pattern = re.compile(include)
    assert pattern.fullmatch(f"{begun}-more")
    assert begun == "" or not pattern.fullmatch(f"x{begun}")


def test_a_tag_found_by_both_ways_counts_once() -> None:
    def facet(*counts: tuple[str, int]) -> Body:
        return {"buckets": [{"key": key, "doc_count": count} for key, count in counts]}

    found = tag_counts({"begun": facet(("a", 2), ("b", 5)), "named": facet(("b", 5), ("c", 1))}, 2)
    assert list(found.items()) == [("b", 5), ("a", 2)]


@pytest.mark.parametrize("line", ["", "!!!", "-not", "日米"])
def test_a_line_without_words_is_not_spelt_otherwise(line: str) -> None:
    assert spellings_body(line) is None


def test_other_spellings_keep_what_is_excluded_and_are_not_the_line_itself() -> None:
    assert (
        spelt_lines("Rare erth -zebra", spelt("rare earth", "rare erth"))
        == [
            "rare earth -zebra",
            "rare erth -zebra",
        ][:1]
    )
    assert spelt_lines('"rare erth"', spelt("rare earth")) == ["rare earth"]


async def test_only_a_spelling_that_finds_something_is_meant() -> None:
    asked: list[Body] = []

    async def search(body: Any) -> Body:
        asked.append(body)
        if "suggest" in body:
            return spelt("first", "second", "third")
        return {"hits": {"total": {"value": 1 if "second" in str(body) else 0}}}

    assert await did_you_mean(Asked("frist", languages=("en",)), search) == "second"
    assert len(asked) == 3
    assert "'language': ['en']" in str(asked[-1])
