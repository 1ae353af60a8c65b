"""Whole pages, invented here, told apart."""

from dataclasses import dataclass

import pytest

from services.ingest.page import read_page

LEDE = (
    "KELPORT — The last rope ferry on the Arden crossed for the final time on Sunday with eleven passengers, two "
    "goats and a brass band on board, closing a service that had run in every month of the past ninety-four years."
)
SECOND = (
    "Its successor, a concrete span of three hundred metres, opens to carts and bicycles on Monday. Motor traffic has "
    "to wait until the eastern ramp has settled, which the engineers expect to take until the middle of April."
)
QUOTE = "“I have pulled this rope since I was nine,” said Orla Penhallow, the ferry’s keeper. “My hands will miss it.”"
THIRD = (
    "The parish council voted nine to four to keep the ferry house as a museum. Its roof needs forty thousand crowns, "
    "of which the council has found eleven; the rest is to come from a lottery drawn on the feast of Saint Brannoc."
)
SHORT = "The rope itself goes to the school."
LAST = "A plaque will name all nineteen keepers."
HEADLINE = "Rope Ferry Makes Its Last Crossing of the Arden"
FIRST_HEADING = "A Bridge at Last"
SECOND_HEADING = "What Becomes of the Ferry House"


@dataclass(frozen=True)
class Layout:
    """A page, and what it says."""

    lines: tuple[str, ...]
    body: tuple[str, ...] = (LEDE, FIRST_HEADING, SECOND, QUOTE, SECOND_HEADING, THIRD, SHORT, LAST)
    headings: tuple[str, ...] = (FIRST_HEADING, SECOND_HEADING)
    title: str = HEADLINE
    source: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: str | None = None
    gone: tuple[str, ...] = ()


LAYOUTS = {
    "bare": Layout((HEADLINE, LEDE, FIRST_HEADING, SECOND, QUOTE, SECOND_HEADING, THIRD, SHORT, LAST)),
    "menu, table of content, insert, source, tail": Layout(
        (
            *("Home", "World", "Business", "Log in", "Recent News"),
            *(HEADLINE, "Table of Content", LEDE, FIRST_HEADING, SECOND, "Source: Arden Wire", QUOTE),
            *("Recommended Article: Mill Owner Buys a Second Mill", SECOND_HEADING, THIRD, SHORT, LAST),
            *("Tags :", "Arden Courier Staff", "Popular News", "Recent News", "Disclaimer: None of this is advice."),
            "© 2026 Arden Courier. All Rights Reserved.",
        ),
        source="Arden Wire",
        authors=("Arden Courier Staff",),
        gone=("Table of Content", "Recommended Article", "Source:", "Popular News", "Disclaimer", "Staff", "©"),
    ),
    "byline, date, crumbs, share line, newsletter": Layout(
        (
            *("Skip to main content", "Menu", "Search", "Home > North > Rivers", HEADLINE),
            *("By Ada Quill and Bo O’Dell", "Published: 31 January 2026 09:00 UTC", "4 min read", "Share this article"),
            *(LEDE, "Advertisement", FIRST_HEADING, SECOND, "Read more: The Bridge in Nine Numbers", QUOTE),
            *("Photo: Cy Ort", SECOND_HEADING, THIRD, "Advertisement", SHORT, LAST, "Related stories"),
            *("Goat Market Moves Across the River", "Miller Denies Everything", "Sign up for our newsletter"),
            *("The River Letter, every Friday.", "We use cookies to count visits.", "© 2026 River Post"),
        ),
        authors=("Ada Quill", "Bo O’Dell"),
        published="31 January 2026 09:00 UTC",
        gone=("Goat Market", "Miller Denies", "River Letter", "Advertisement", "Share", "min read", "Cy Ort", "Skip"),
    ),
    "site name and section above the headline": Layout(
        (
            *("The Arden Courier", "Rivers", HEADLINE, "Written by Ada Quill", LEDE, FIRST_HEADING, SECOND, QUOTE),
            *(SECOND_HEADING, THIRD, SHORT, LAST, "Tags: rope ferry, #arden; bridges", "You may also like"),
            *("Clockmaker Finds Time", "Privacy Policy"),
        ),
        authors=("Ada Quill",),
        tags=("rope ferry", "arden", "bridges"),
        gone=("The Arden Courier", "Clockmaker", "Privacy"),
    ),
    "headline repeated, list in the middle": Layout(
        (
            *(HEADLINE, "Home", "Latest", HEADLINE, "Source: Arden Wire", "Source: Another Wire"),
            *(LEDE, FIRST_HEADING, SECOND, "Most read", QUOTE, SECOND_HEADING, THIRD, SHORT, LAST),
            *("Most popular", "Clockmaker Finds Time", "Goat Market Moves"),
        ),
        source="Arden Wire",
        gone=("Clockmaker", "Goat Market", "Most read"),
    ),
    "no headings": Layout(
        ("Subscribe", HEADLINE, LEDE, SECOND, QUOTE, THIRD, SHORT, LAST, "Leave a comment", "Great ferry!"),
        body=(LEDE, SECOND, QUOTE, THIRD, SHORT, LAST),
        headings=(),
        gone=("Great ferry", "Leave a comment", "Subscribe"),
    ),
    "copyright at the top": Layout(
        ("© 2026 River Post", HEADLINE, LEDE, FIRST_HEADING, SECOND, QUOTE, SECOND_HEADING, THIRD, SHORT, LAST),
        gone=("©",),
    ),
}


@pytest.mark.parametrize("blank_lines", [False, True])
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_page_is_told_apart(name: str, blank_lines: bool) -> None:
    layout = LAYOUTS[name]
    page = read_page(("\n\n" if blank_lines else "\n").join(layout.lines))
    assert page.title == layout.title
    assert page.body.split("\n\n") == list(layout.body)
    assert page.headings == list(layout.headings)
    assert page.source == layout.source
    assert page.authors == list(layout.authors)
    assert page.tags == list(layout.tags)
    assert page.published == layout.published
    assert not [words for words in layout.gone if words in page.body]


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_line_is_kept_or_noted_as_removed(name: str) -> None:
    lines = LAYOUTS[name].lines
    page = read_page("\n".join(lines))
    assert set(lines) == {page.title, *page.body.split("\n\n"), *page.removed}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_title_given_beside_the_page_is_found_in_it(name: str) -> None:
    layout = LAYOUTS[name]
    page = read_page("\n".join(layout.lines), HEADLINE)
    assert page.title == HEADLINE
    assert page.body.split("\n\n") == list(layout.body)


def test_a_title_that_is_not_on_the_page_takes_nothing_from_the_body() -> None:
    page = read_page("\n".join((LEDE, SECOND, THIRD)), "A Title of One's Own")
    assert page.title == "A Title of One's Own"
    assert page.body.split("\n\n") == [LEDE, SECOND, THIRD]


def test_the_last_line_of_a_body_is_no_heading() -> None:
    page = read_page("\n".join((HEADLINE, LEDE, "Written on the quay")))
    assert page.headings == []
    assert page.body.split("\n\n") == [LEDE, "Written on the quay"]


def test_a_title_may_be_the_first_line_even_when_it_ends_like_a_sentence() -> None:
    page = read_page("\n".join(("Is This the End of the Rope Ferry?", LEDE, SECOND)))
    assert page.title == "Is This the End of the Rope Ferry?"
    assert page.body.split("\n\n") == [LEDE, SECOND]


def test_a_headline_in_a_script_without_blanks_is_found() -> None:
    lede = "東京の港で新しい橋が完成し、住民は祝った。" * 12
    page = read_page(f"港新聞\n東京の港に新しい橋が完成\n{lede}\n橋は来月開通する。")
    assert page.title == "東京の港に新しい橋が完成"
    assert page.body.split("\n\n") == [lede, "橋は来月開通する。"]


@pytest.mark.parametrize("text", ["", "\n", "Home\nWorld\nLog in", "© 2026 River Post\nPrivacy Policy", "Tags :"])
def test_a_page_of_nothing_but_furniture_is_empty(text: str) -> None:
    page = read_page(text)
    assert (page.title, page.body, page.headings) == ("", "", [])


def test_a_page_of_one_line_is_all_title() -> None:
    page = read_page(HEADLINE)
    assert (page.title, page.body) == (HEADLINE, "")


def test_an_author_named_twice_is_one_author() -> None:
    page = read_page("\n".join((HEADLINE, "By Ada Quill", LEDE, SECOND, "By Ada Quill and Bo Dell")))
    assert page.authors == ["Ada Quill", "Bo Dell"]
