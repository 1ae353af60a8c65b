"""Whole pages, invented here, told apart."""

from dataclasses import dataclass

import pytest

from services.ingest.pages.page import read_page

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
    assert set(lines) == {page.title, *page.body.split("\n\n"), *page.reasons}


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


GERMAN = Layout(
    (
        *("Startseite", "Politik", "Anmelden", "Seilfähre über die Arden fährt zum letzten Mal", "Von Anna Berg"),
        *("31.01.2026, 09:00 Uhr", "Lesezeit: 3 Min", "Artikel teilen"),
        "Die letzte Seilfähre über die Arden hat am Sonntag ihren Dienst beendet, nach vierundneunzig Jahren und ohne "
        "einen einzigen Unfall, wie der Fährmann mit Stolz erzählte.",
        *("Anzeige", "Eine Brücke für alle"),
        "Am Montag öffnet die neue Brücke, zunächst nur für Fußgänger und Fahrräder, denn die östliche Rampe muss sich "
        "noch bis April setzen, sagen die Ingenieure.",
        *("Das Fährhaus im Winter. © Anna Berg | Ardenbote", "Lesen Sie auch", "Ziegenmarkt zieht um"),
        "Das Fährhaus wird ein Museum, beschloss der Gemeinderat mit neun zu vier Stimmen, obwohl das Dach noch "
        "vierzigtausend Kronen braucht.",
        "Eine Lotterie soll das fehlende Geld bringen, und gezogen wird am Tag des heiligen Brannoc vor dem Fährhaus, "
        "wenn das Wetter es erlaubt.",
        *("Kommentare (12)", "Das war aber auch Zeit, sage ich, und zwar schon lange.", "Impressum", "Datenschutz"),
    ),
    title="Seilfähre über die Arden fährt zum letzten Mal",
    authors=("Anna Berg",),
    headings=("Eine Brücke für alle",),
    gone=("Ziegenmarkt", "Zeit", "Anzeige", "Impressum", "Ardenbote", "teilen"),
)
FRENCH = Layout(
    (
        *("Accueil", "Culture", "Se connecter", "Le dernier bac à corde traverse l’Arden", "Par Luc Morel"),
        *("Publié le 31/01/2026", "Partager", "Publicité"),
        "Le dernier bac à corde de l’Arden a traversé dimanche, avec onze passagers et une fanfare à bord, et son "
        "gardien a promis de ne plus jamais toucher une corde.",
        *("À lire aussi : Le marché aux chèvres déménage", "Un pont pour tous"),
        "Le nouveau pont ouvre lundi aux piétons et aux vélos, tandis que les voitures attendront le mois d’avril, le "
        "temps que la rampe se stabilise.",
        *("Sur le même sujet", "Le meunier nie tout", "Mentions légales", "Tous droits réservés"),
    ),
    title="Le dernier bac à corde traverse l’Arden",
    authors=("Luc Morel",),
    headings=("Un pont pour tous",),
    published="31/01/2026",
    gone=("chèvres", "meunier", "Partager", "droits"),
)
JAPANESE = Layout(
    (
        *(
            "ホーム",
            "ニュース",
            "ログイン",
            "アルデン川の綱渡し船が最後の運航",
            "2026年1月31日 9時00分",
            "橋本渡記者",
            "シェアする",
        ),
        "アルデン川の綱渡し船が日曜日、最後の運航を終えた。乗客十一人とヤギ二頭、そして楽団を乗せ、九十四年の歴史に幕を"
        "下ろした。船長は「手が寂しくなる」と語った。",
        "新しい橋は月曜日に開通し、当面は歩行者と自転車だけが渡れる。東側の斜面が落ち着くのは四月の半ばになると技術者は"
        "みている。",
        *("写真：渡し場", "関連記事", "粉屋がすべてを否定", "無断転載を禁じます"),
    ),
    title="アルデン川の綱渡し船が最後の運航",
    authors=("橋本渡",),
    headings=(),
    gone=("粉屋", "シェア", "渡し場", "無断"),
)


@pytest.mark.parametrize("layout", [GERMAN, FRENCH, JAPANESE], ids=["German", "French", "Japanese"])
def test_a_page_in_another_language_is_told_apart(layout: Layout) -> None:
    page = read_page("\n\n".join(layout.lines))
    assert page.title == layout.title
    assert page.authors == list(layout.authors)
    assert page.published == layout.published
    assert page.headings == list(layout.headings)
    paragraphs = [line for line in layout.lines if len(line) > 50 and not any(words in line for words in layout.gone)]
    assert [line for line in page.body.split("\n\n") if line not in page.headings] == paragraphs
    assert not [words for words in layout.gone if words in page.body]


def test_a_removed_line_has_a_reason_of_its_own() -> None:
    page = read_page("\n".join(LAYOUTS["byline, date, crumbs, share line, newsletter"].lines))
    assert page.reasons["Home > North > Rivers"] == "known furniture: path through the site"
    assert page.reasons["Share this article"] == "known furniture: share line"
    assert page.reasons["Read more: The Bridge in Nine Numbers"] == "known furniture: link to another article"
    assert page.reasons["Photo: Cy Ort"] == "known furniture: caption or credit"
    assert page.reasons["Goat Market Moves Across the River"] == "below the end of the article"
    assert page.reasons["We use cookies to count visits."] == "known furniture: cookie note"


def test_links_under_the_head_of_a_list_within_the_text_go_with_it() -> None:
    page = read_page(
        "\n".join((HEADLINE, LEDE, "Related", "Miller Denies Everything", "Goat Market Moves", SECOND, THIRD))
    )
    assert page.body.split("\n\n") == [LEDE, SECOND, THIRD]
    assert page.reasons["Goat Market Moves"] == "in the list under “Related”"


def test_a_caption_that_stands_twice_in_the_text_goes() -> None:
    caption = "Passengers wave from the deck of the ferry in the morning light of its last day."
    page = read_page("\n".join(("Home", HEADLINE, caption, LEDE, caption, SECOND, THIRD, QUOTE, "Menu")))
    assert page.body.split("\n\n") == [LEDE, SECOND, THIRD, QUOTE]
    assert page.reasons[caption] == "stands several times on the page"


def test_an_article_that_stands_twice_on_its_page_is_kept() -> None:
    page = read_page("\n".join(("Home", HEADLINE, LEDE, SECOND, LEDE, SECOND)))
    assert LEDE in page.body
    assert SECOND in page.body


def test_a_line_of_earlier_pages_is_no_text_of_this_one() -> None:
    odd = "Thirty herons, one lighthouse."
    page = read_page("\n".join((HEADLINE, LEDE, odd, SECOND, THIRD)), repeated=frozenset((odd,)))
    assert page.body.split("\n\n") == [LEDE, SECOND, THIRD]
    assert page.reasons[odd] == "stood on earlier pages of this publisher"


def test_a_headline_of_earlier_pages_is_still_this_ones() -> None:
    page = read_page("\n".join((HEADLINE, LEDE, SECOND)), repeated=frozenset((HEADLINE,)))
    assert page.title == HEADLINE


def test_earlier_pages_never_leave_a_page_without_text() -> None:
    short = "It was late."
    page = read_page(f"{HEADLINE}\n{short}", repeated=frozenset((HEADLINE, short)))
    assert (page.title, page.body) == (HEADLINE, short)


def test_a_text_without_any_furniture_is_kept_whole() -> None:
    lines = ("Kelport 34 points", "Arden 31 points", "Brannoc 12 points")
    page = read_page("\n".join((HEADLINE, LEDE, SECOND, *lines)))
    assert page.body.split("\n\n") == [LEDE, SECOND, *lines]


def test_results_without_a_sentence_are_kept_beside_furniture() -> None:
    lines = ("Kelport 34 points", "Arden 31 points", "Brannoc 12 points")
    page = read_page("\n".join(("Home", HEADLINE, *lines, "© 2026 River Post")))
    assert (page.title, page.body.split("\n\n")) == (HEADLINE, list(lines))


def test_a_line_that_is_kept_is_not_told_as_removed() -> None:
    lines = ("Home", FIRST_HEADING, HEADLINE, LEDE, FIRST_HEADING, SECOND, THIRD, "Menu")
    page = read_page("\n".join(lines))
    assert FIRST_HEADING in page.body
    assert FIRST_HEADING not in page.reasons


def test_the_author_of_another_article_is_not_this_ones() -> None:
    others = ("Most read", *("Miller Denies Everything", "Goat Market Moves") * 6, "By Bo Dell")
    page = read_page("\n".join(("Home", HEADLINE, "By Ada Quill", LEDE, SECOND, THIRD, *others)))
    assert page.authors == ["Ada Quill"]


@pytest.mark.parametrize("piece", ["a", "a ", "Von Anna ", "漢、", "x:", "(photo ", ", ", "© "])
def test_a_line_of_a_million_characters_is_read_in_no_time(piece: str) -> None:
    line = piece * (1_000_000 // len(piece))
    page = read_page(f"{HEADLINE}\n{LEDE}\n{line}\n{SECOND}")
    assert page.title == HEADLINE
    assert SECOND in page.body
