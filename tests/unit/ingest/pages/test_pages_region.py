"""Where on a page the article stands."""

from services.ingest.pages.furniture import recognize
from services.ingest.pages.region import article_region, worth

PARAGRAPH = (
    "The council met on Monday, heard the keeper of the ferry at length, and put off its decision once more. " * 2
)
OPINION = (
    "I have always said so, and nobody in that council ever listened to a word of what the ferry people told them."
)
LINK = "Goat Market Moves Across the River"


def region(*lines: str) -> tuple[int, int]:
    kinds = [recognize(line)[0] for line in lines]
    return article_region([worth(line, kind) for line, kind in zip(lines, kinds, strict=True)], kinds)


def test_paragraphs_are_the_article_and_lists_of_links_are_not() -> None:
    assert region(*[LINK] * 9, PARAGRAPH, PARAGRAPH, PARAGRAPH, *[LINK] * 9) == (9, 12)


def test_a_heading_and_an_insert_do_not_part_an_article() -> None:
    assert region(PARAGRAPH, "A Heading", PARAGRAPH, f"Read more: {LINK}", PARAGRAPH) == (0, 5)


def test_comments_are_not_the_article_even_when_they_are_longer() -> None:
    comments = [line for _ in range(9) for line in (OPINION, OPINION)]
    assert region(LINK, *[PARAGRAPH] * 3, "18 responses to “The Ferry”", *comments) == (1, 4)


def test_a_count_of_comments_above_the_article_takes_nothing_from_it() -> None:
    assert region("Leave a comment", PARAGRAPH, PARAGRAPH, "Leave a comment", OPINION) == (1, 3)


def test_teasers_below_the_list_of_others_are_not_the_article() -> None:
    teasers = [line for _ in range(3) for line in (LINK, OPINION)]
    assert region(*[PARAGRAPH] * 4, "Most read", *teasers) == (0, 4)


def test_a_page_of_links_has_no_article() -> None:
    assert region(LINK, LINK, "Home") == (0, 0)
