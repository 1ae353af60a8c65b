"""What of an HTML page is its article's text, and why the rest is not."""

from typing import Any

import pytest
import trafilatura
from lxml.html import HtmlElement

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.html_text import HtmlText
from services.ingest.formats.page_blocks import drop_furniture
from services.ingest.formats.page_body import article_text
from services.ingest.formats.page_html import read_page_html
from services.ingest.formats.page_lines import left_out, links_to_pages, without_furniture
from services.ingest.formats.page_source import is_binary, page_text, parsed_page

ADDRESS = "https://quay.example/news/lamps"
FIRST = (
    "The harbour board of Quay has bought eleven oil lamps for the north pier, after the electric ones had failed in "
    "four storms out of five since the autumn, and the ferry had twice gone past the island in the dark."
)
LAST = (
    "Whoever lights them is to live in the old hut at the end of the pier, the board said on Monday, and may keep a "
    "goat there, provided that it is tied up when the ferry comes in and not fed by the passengers, who have "
    "been told so on a sign since the summer before last."
)


def page(middle: str = "", end: str = "", around: str = "{}") -> str:
    text = around.format(f"<p>{FIRST}</p>{middle}<p>{LAST}</p>{end}")
    return f"<html><body><header><h1>Oil lamps for the north pier</h1></header><article>{text}</article></body></html>"


def text_of(source: str) -> HtmlText:
    return article_text(parsed_page(source), ADDRESS)


def body(source: str) -> list[str]:
    return text_of(source).text.split("\n\n")


# Blocks by their names


@pytest.mark.parametrize(
    "block",
    [
        "<figure><img src=/a.jpg><figcaption>The north pier at dusk, when nothing burns.</figcaption></figure>",
        "<figcaption>The north pier at dusk, when nothing burns.</figcaption>",
        "<p class='wp-caption-text'>The north pier at dusk, when nothing burns.</p>",
        "<div class='post-share'><p>Tell your friends on the mainland about it.</p></div>",
        "<section id='newsletter'><p>A letter from the island every Monday, at no cost.</p></section>",
        "<div class='article__related'><p>The goat of the old hut has died.</p></div>",
        "<ul class=related><li>The goat of the old hut has died.</li></ul>",
        "<div class='cookie-notice'><p>This page would like to keep a crumb of you.</p></div>",
        "<p class=byline>From our woman on the pier, Ada Moll</p>",
        "<div class='author-box'><p>Ada Moll has written of piers since 1999.</p></div>",
        "<ol class=comment-list><li><p>I liked the electric ones better.</p></li></ol>",
        "<div class='right sidebar'><p>High water is at noon and at midnight.</p></div>",
    ],
)
def test_a_block_that_is_called_furniture_is_not_in_the_text(block: str) -> None:
    assert body(page(middle=block)) == [FIRST, LAST]


@pytest.mark.parametrize("called", ["entry share", "sidebar", "related", "page-footer"])
def test_a_block_with_much_of_the_text_is_kept_be_it_called_as_it_may(called: str) -> None:
    assert body(page(around=f"<div class='{called}'>{{}}</div>")) == [FIRST, LAST]


@pytest.mark.parametrize("called", ["live-comment", "with-sidebar-left", "captioned", "shareholders", "biography"])
def test_a_name_that_only_resembles_furniture_tells_nothing(called: str) -> None:
    root = parsed_page(page(middle=f"<p class='{called}'>The lamps burn.</p>"))
    drop_furniture(root)
    assert "The lamps burn." in [paragraph.text for paragraph in root.iter("p")]


def test_a_block_with_the_headline_is_kept_be_it_called_as_it_may() -> None:
    root = parsed_page(page(middle="<div class=teaser><h1>Lamps</h1></div><div class=teaser>Goat</div>"))
    drop_furniture(root)
    assert [block.text_content() for block in root.iter("div")] == ["Lamps"]


# Lines by their links


@pytest.mark.parametrize(
    "line",
    [
        "<p><a href='/news/goat'>The goat of the old hut has died</a></p>",
        "<h3><a href='https://www.quay.example/news/goat'>The goat of the old hut has died</a></h3>",
        "<p><strong><a href='/news/goat'>THE GOAT OF THE OLD HUT HAS DIED</a></strong></p>",
        "<p>And then: <a href='/news/goat'>The goat of the old hut has died</a></p>",
        "<p>そして： <a href='/news/goat'>古い小屋の山羊が昨夜死んだと島の役場が発表</a></p>",
    ],
)
def test_a_line_that_only_leads_to_another_article_is_not_in_the_text(line: str) -> None:
    assert body(page(middle=line)) == [FIRST, LAST]


@pytest.mark.parametrize(
    "line",
    [
        "<p><a href='https://lamps.example/eleven'>The lamp that was bought: model eleven</a></p>",
        "<p><a href='#hut'>What the old hut at the end looks like</a></p>",
        f"<p><a href='{ADDRESS}#hut'>What the old hut at the end looks like</a></p>",
        "<p>The board met <a href='/news/hut'>in the old hut at the end of the pier</a> on Monday.</p>",
        "<p>The board: <a href='/people/moll'>Ada Moll</a></p>",
    ],
)
def test_a_link_that_is_part_of_the_text_stays(line: str) -> None:
    assert parsed_page(line).text_content() in body(page(middle=line))


def test_a_link_shorter_than_a_headline_stays() -> None:
    text = HtmlText("The old hut\n\nThe board: Ada Moll")
    assert without_furniture(text, {"theoldhut", "adamoll"}) == text


def test_where_the_pages_own_address_is_not_known_every_link_leads_on() -> None:
    root = parsed_page(
        "<p><a href='https://lamps.example/'>One</a><a href=/two>Two!</a><a href=#three>Three</a><a>Four</a>"
        "<a href='https://[::1/'>Five</a></p>"
    )
    assert links_to_pages(root) == {"one", "two", "five"}
    assert links_to_pages(root, ADDRESS) == {"two", "five"}


# Lines by their words


@pytest.mark.parametrize(
    "line",
    [
        "Read more: The goat of the old hut has died",
        "Lea también: Ha muerto la cabra del faro viejo",
        "Follow Quay News on Facebook and Instagram.",
        "Folgen Sie uns auf Instagram!",
        "Weitere Artikel zum Thema",
        "Más noticias de la isla",
        "Photo: Ada Moll",
        "Sign up for our newsletter and get it every Monday.",
    ],
)
def test_a_line_that_is_known_furniture_is_not_in_the_text(line: str) -> None:
    assert body(page(middle=f"<p>{line}</p>")) == [FIRST, LAST]


@pytest.mark.parametrize(
    "line",
    [
        "More stories were told that night than in a whole winter.",
        "Weitere Informationen gab der Hafenmeister nicht.",
        "The board will follow the ferry on Instagram.",
        "Sites like Facebook and Instagram must pay for the lamps.",
        "Join or not, the keepers wrote on Facebook.",
        "The winner takes the lamp.",
    ],
)
def test_a_sentence_that_begins_like_furniture_stays(line: str) -> None:
    assert body(page(middle=f"<p>{line}</p>")) == [FIRST, line, LAST]


# Headings


def test_headings_within_the_text_are_its_sections() -> None:
    text = text_of(page(middle="<h2>A keeper is wanted</h2>"))
    assert text.text.split("\n\n") == [FIRST, "A keeper is wanted", LAST]
    assert text.headings == ("A keeper is wanted",)


def test_a_heading_in_a_menus_word_stays() -> None:
    assert text_of(page(middle="<h2>Politics</h2>")).headings == ("Politics",)


def test_a_heading_with_nothing_below_it_goes() -> None:
    text = HtmlText(f"{FIRST}\n\nOn the pier\n\nThe goat of the old hut has died", ("On the pier",))
    assert without_furniture(text, {"thegoatoftheoldhuthasdied"}) == HtmlText(FIRST)


def test_of_furniture_alone_no_text_is_left() -> None:
    assert without_furniture(HtmlText("Photo: Ada Moll")) == without_furniture(HtmlText("")) == HtmlText("")


# A second look


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        (f"<p>{FIRST}</p>", ["fast", "thorough"]),
        (f"<p>{FIRST}</p><p>{LAST}</p>" * 3, ["fast"]),
        (f"<div>{FIRST} {LAST} " * 3 + "</div>", ["fast", "thorough"]),
        (f"<p>{FIRST}</p>" + "<b>.</b>" * 11_000, ["fast"]),
    ],
    ids=["short", "long enough", "without paragraphs", "short of many elements"],
)
def test_a_text_that_seems_to_be_missed_is_looked_for_again(
    monkeypatch: pytest.MonkeyPatch, text: str, looks: list[str]
) -> None:
    extract, taken = trafilatura.bare_extraction, []

    def look(root: HtmlElement, *, fast: bool, include_comments: bool) -> Any:
        taken.append("fast" if fast else "thorough")
        return extract(root, fast=fast, include_comments=include_comments)

    monkeypatch.setattr(trafilatura, "bare_extraction", look)
    assert FIRST in text_of(page(around=text)).text
    assert taken == looks


def test_a_second_look_that_finds_nothing_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    extract = trafilatura.bare_extraction
    monkeypatch.setattr(
        trafilatura, "bare_extraction", lambda root, **how: extract(root, **how) if how["fast"] else None
    )
    assert body(page()) == [FIRST, LAST]


# Reasons


def test_each_line_that_is_left_out_has_its_reason() -> None:
    whole = f"Quay tides\n\nOil lamps\n\nBy Ada Moll\n\n{FIRST}\n\nFollow us on Facebook\n\nShare\nPhoto:  Ada Moll"
    assert left_out(whole, "Oil lamps", FIRST) == {
        "Quay tides": "outside the article's text",
        "By Ada Moll": "known furniture: byline",
        "Follow us on Facebook": "known furniture: share line",
        "Share": "known furniture: share line",
        "Photo: Ada Moll": "known furniture: caption or credit",
    }


# Binary data


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7\n", b"PK\x03\x04", b"GIF89a", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"\n %PDF-"]
)
def test_another_kind_of_file_is_no_page(start: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        read_page_html(start + page().encode(), None)
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("charset", [None, "utf-8", "iso-8859-1", "utf-16"])
def test_control_characters_make_data_binary_wherever_they_are(charset: str | None) -> None:
    for at in (0, 2_000):
        source = "é" * at + "\x00\x01\x02\x03" * 3 + "é" * (2_000 - at)
        assert is_binary(source.encode(charset or "utf-8"), charset)


@pytest.mark.parametrize("odd", ["\x00" * 3, "\t\n\r\x0c\x1b" * 50, "\x00" * 4 + "é" * 5_000])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_a_few_that_slipped_in_make_no_binary_data(odd: str, charset: str) -> None:
    assert not is_binary(odd.encode(charset), charset)


def test_every_other_byte_of_utf_16_may_be_0() -> None:
    assert page_text("Öl im Hafen".encode("utf-16-le"), "UTF-16LE") == "Öl im Hafen"
    assert page_text("Öl im Hafen, Фонари".encode("utf-16"), None).endswith("Öl im Hafen, Фонари")
