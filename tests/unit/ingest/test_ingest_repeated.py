"""What earlier pages tell of a page's lines."""

import pytest
from redis.asyncio import Redis

from services.ingest.repeated import PageLines, Repeated, short_lines


@pytest.mark.parametrize(
    ("pages", "is_repeated"),
    [
        (b"", False),
        (b"aaaabbbb", False),
        (b"aaaabbbbcccc", True),
        (b"aaaabbbbself", False),
        (b"aaaabbbbccccself", True),
    ],
)
def test_a_line_is_repeated_once_three_other_pages_had_it(pages: bytes, is_repeated: bool) -> None:
    lines = PageLines("quay", b"self", ("A line",), (pages,))
    assert ("A line" in lines.repeated) is is_repeated


def test_the_lines_of_a_page_are_those_its_reader_sees_and_no_paragraphs() -> None:
    lines = short_lines("Home\u00a0 \n\nHome\nFish &amp; chips\n" + "A long paragraph. " * 20)
    assert lines == ("Home", "Fish & chips")


def test_a_page_of_very_many_lines_is_bounded() -> None:
    assert len(short_lines("\n".join(f"Line {number}" for number in range(2000)))) == 500


async def test_without_redis_nothing_is_known_and_nothing_fails() -> None:
    repeated = Repeated(Redis.from_url("redis://127.0.0.1:1"))
    assert await repeated.find("quay", "quay:1", ("A line",)) is None
    await repeated.keep(PageLines("quay", b"self", ("A line",), (b"",)))
