"""A page as it was scraped: the article in it, without what stands around it."""

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trafilatura
from htmldate.extractors import try_date_expr
from hypothesis import given, settings
from hypothesis import strategies as st
from trafilatura.utils import line_processing, trim

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.page_html import MAX_PAGE_BYTES, read_page_html
from services.ingest.formats.page_words import author_names, date_text, is_surely_a_name, without_site
from services.ingest.formats.reading import Found

SAMPLES = sorted((Path(__file__).parents[3] / "fixtures/formats/html").glob("*.html"))
URL = "https://quay.example/news/lamps"
TEXT = (
    "<p>The harbour board of Quay has bought eleven oil lamps for the north pier, after the electric ones had failed "
    "in four storms out of five since the autumn.</p>"
    "<h2>A keeper is wanted</h2>"
    "<p>Whoever lights them is to live in the old hut at the end of the pier, the board said on Monday, and may keep "
    "a goat there, provided that it is tied up when the ferry comes in.</p>"
)
WORDS = "The harbour board of Quay has bought eleven oil lamps"


def page(head: str = "", text: str = TEXT, html: str = "<html>") -> str:
    return (
        f"<!doctype html>{html}<head>{head}</head><body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav>"
        f"<article><h1>Oil lamps for the north pier</h1>{text}</article>"
        "<footer><p>All rights reserved, said the footer.</p></footer></body></html>"
    )


def read(source: str | bytes, charset: str | None = None) -> Found:
    [found] = read_page_html(source if isinstance(source, bytes) else source.encode(), charset)
    return found


def values(head: str = "", **parts: str) -> dict[str, Any]:
    return read(page(head, **parts)).values


def refusal(source: str | bytes, charset: str | None = None) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read(source, charset)
    assert [error.pointer for error in caught.value.errors] == [""]
    return caught.value


def json_ld(*nodes: dict[str, Any]) -> str:
    written = json.dumps({"@context": "https://schema.org", "@graph": nodes})
    return f'<script type="application/ld+json">{written}</script>'


def news(**properties: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", **properties}


def meta(**contents: str) -> str:
    return "".join(f'<meta name="{name.replace("__", ":")}" content="{value}">' for name, value in contents.items())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_page_is_read_as_expected(sample: Path) -> None:
    expected = json.loads(sample.with_suffix(".expected.json").read_bytes())
    found = read(sample.read_bytes())
    item = {"kind": found.kind, "values": found.values, "lost": [warning.pointer for warning in found.warnings]}
    assert {"items": [item]} == expected
    assert found.pointer == ""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_value_has_the_place_that_it_was_read_from(sample: Path) -> None:
    found = read(sample.read_bytes())
    assert found.places.keys() >= found.values.keys()
    assert all(place.startswith("/") for place in found.places.values())


def test_there_are_samples() -> None:
    assert len(SAMPLES) >= 10


def test_a_page_without_any_facts_still_has_headline_and_text() -> None:
    found = read(page())
    assert found.values["title"] == "Oil lamps for the north pier"
    assert found.values["body"].startswith(WORDS)
    assert found.values["headings"] == ["A keeper is wanted"]
    assert "\n\nA keeper is wanted\n\n" in found.values["body"]
    assert "rights reserved" not in found.values["body"]
    assert "north pier\n" not in found.values["body"][:30]


# Charsets


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("iso-8859-1", "latin-1"),
        ("ISO-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("koi8-r", "koi8-r"),
        ("shift_jis", "cp932"),
        ("windows-31j", "cp932"),
        ("euc-jp", "euc-jp"),
        ("gb2312", "gb18030"),
        ("big5", "big5"),
        ("euc-kr", "cp949"),
    ],
)
def test_the_charset_of_the_content_type_holds(charset: str, encoding: str) -> None:
    words = {
        "koi8-r": "Фонари",
        "cp932": "①灯台",
        "euc-jp": "灯台",
        "gb18030": "灯塔",
        "big5": "燈塔",
        "cp949": "등대",
        "cp1252": "„Öl“",
        "latin-1": "Öl",
    }.get(encoding, "Öl „灯台“")
    source = page("<meta charset='utf-7'>", TEXT.replace("eleven", words))
    assert words in read(source.encode(encoding), charset).values["body"]


@pytest.mark.parametrize("charset", ["nope", "utf-7", "idna", "base64", "rot13", "x" * 2000])
def test_a_charset_that_pages_are_not_written_in_is_malformed(charset: str) -> None:
    assert refusal(page(), charset).reason is Reason.MALFORMED


def test_a_page_that_is_not_in_the_charset_of_its_content_type_is_malformed() -> None:
    assert refusal(page(text="<p>Öl</p>").encode("latin-1"), "utf-8").reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ("<meta charset=koi8-r>", "koi8-r"),
        ('<META http-equiv="Content-Type" content="text/html; charset=ISO-8859-5">', "iso-8859-5"),
        ('<meta charset="utf-16">', "utf-8"),
        ('<meta charset="klingon">', "utf-8"),
        ('<meta charset="utf-8">', "utf-16"),
        ('<meta charset="iso-8859-2">', "utf-8-sig"),
    ],
)
def test_a_byte_order_mark_or_the_page_itself_tells_its_charset(head: str, encoding: str) -> None:
    source = page(head, TEXT.replace("eleven", "одиннадцать"))
    assert "одиннадцать" in read(source.encode(encoding)).values["body"]


def test_an_xml_declaration_tells_the_charset() -> None:
    source = "<?xml version='1.0' encoding='iso-8859-7'?>" + page(text=TEXT.replace("eleven", "ένδεκα"))
    assert "ένδεκα" in read(source.encode("iso-8859-7")).values["body"]


@pytest.mark.parametrize(
    ("encoding", "html", "words"),
    [
        ("cp932", "<html>", "北の桟橋に新しい石油ランプが十一基、設置された。"),
        ("euc-jp", "<html>", "北の桟橋に新しい石油ランプが十一基、設置された。"),
        ("cp1252", "<html>", "Der Steg heißt „Möwe“ – größer wird er nicht, sagte Frau Kühn."),
        ("cp1252", "<html>", "La jetée a été éclairée dès le mois d’août, où l’on fêtait l’été."),
        ("cp1251", "<html>", "На северном причале установили одиннадцать керосиновых ламп."),
        ("cp1250", "<html lang='pl'>", "Na północnym molo ustawiono jedenaście lamp naftowych, rzekł wójt Łodzi."),
    ],
)
def test_a_page_that_names_no_charset_is_guessed(encoding: str, html: str, words: str) -> None:
    source = page(text=f"<p>{words}</p>" * 1 + "".join(f"<p>{words} {number}</p>" for number in range(12)), html=html)
    assert words in read(source.encode(encoding)).values["body"]


def test_a_page_in_utf_8_with_a_broken_byte_is_not_read_as_another_charset() -> None:
    source = page("<meta charset=utf-8>", TEXT.replace("eleven", "elf Öllampen für die Möwenbrücke, größer als früher"))
    found = read(source.encode().replace(b"goat", b"g\xe9at"))
    assert "elf Öllampen für die Möwenbrücke" in found.values["body"]
    assert "g\ufffdat" in found.values["body"]
    assert [warning.pointer for warning in found.warnings] == [""]


# What cannot be read


def test_a_page_over_three_million_bytes_is_too_large() -> None:
    whole = page().encode()
    assert read(whole + b" " * (MAX_PAGE_BYTES - len(whole)))
    error = refusal(whole + b" " * (MAX_PAGE_BYTES - len(whole) + 1))
    assert error.reason is Reason.TOO_LARGE
    assert str(MAX_PAGE_BYTES) in error.detail


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n ",
        "\x00",
        "<!-- -->",
        "<html></html>",
        "<p> </p>",
        "<!doctype html>",
        "<script>f()</script>",
        "<",
        "\ufeff",
    ],
)
def test_a_page_without_headline_and_text_is_refused(source: str) -> None:
    assert refusal(source).reason is Reason.INVALID_FIELD


def test_a_page_that_is_nested_too_deep_is_refused() -> None:
    assert refusal("<div>" * 5_000 + WORDS).reason is Reason.MALFORMED


@pytest.mark.parametrize("source", ["<p>a</p>" * 200_000, "<div>" * 200 + "<p>word</p>" * 8_000])
def test_a_page_of_too_many_elements_is_refused(source: str) -> None:
    assert refusal(page(text=source)).reason is Reason.TOO_LARGE


def test_a_page_of_many_elements_is_read() -> None:
    assert WORDS in values(text=TEXT + "<p>word</p>" * 10_000)["body"]


@pytest.mark.parametrize(
    "odd", ["\x00", "\x01", "\x0b", "\x1b", "\ufeff", "\uffff", "&#0;", "&#xD800;", "&#1114112;", "\u2028"]
)
def test_odd_characters_do_no_harm(odd: str) -> None:
    found = read(page(f"<meta name=author content='Ada {odd} Moll'>", TEXT.replace("eleven", f"ele{odd}ven")))
    assert "\x00" not in repr(found.values)
    assert "oil lamps" in found.values["body"]


@pytest.mark.parametrize("tag", ["o:p", "th<select", "span<option", "amp-foo", "x" * 1000, "é", "ſ", "a&b", "_"])
@pytest.mark.parametrize("around", ["<p>{}</p>", "<blockquote>{}</blockquote>", "<ul><li>{}</li></ul>", "<h2>{}</h2>"])
def test_an_odd_element_does_no_harm(tag: str, around: str) -> None:
    odd = around.format(f"The board <{tag}>was glad</{tag}> of it, and said so.")
    body = values(text=f"{TEXT}{odd}<p>That was on Tuesday, at the end of a long meeting.</p>")["body"]
    assert body.startswith(WORDS)
    assert "was glad" in body


def test_a_fault_of_the_extraction_costs_the_text_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AttributeError("a heuristic")

    monkeypatch.setattr(trafilatura, "bare_extraction", fail)
    monkeypatch.setattr(trafilatura, "extract_metadata", fail)
    with caplog.at_level(logging.CRITICAL):
        found = read(page())
    assert found.values["title"] == "Oil lamps for the north pier"
    assert "body" not in found.values


def test_texts_of_a_page_are_not_kept_in_memory() -> None:
    read(page(text=TEXT + "<p>31 January 2026</p><p>" + "word " * 100_000 + "</p>"))
    assert [cached.cache_info().currsize for cached in (trim, line_processing, try_date_expr)] == [0, 0, 0]


# JSON-LD and microdata


def test_json_ld_comes_before_everything_else() -> None:
    head = json_ld(
        news(
            url=URL,
            headline="Lamps of oil for Quay",
            author={"name": "Ada Moll"},
            datePublished="2026-01-31T09:00:00Z",
            publisher={"name": "Quay News"},
            articleSection="Harbour",
            inLanguage="en-GB",
            keywords=["lamps"],
        )
    ) + meta(
        og__title="Another title",
        author="Bo Vane",
        article__published_time="2020-01-01T00:00:00Z",
        og__site_name="Other News",
        article__section="Other",
        og__url=URL,
    )
    read_values = values(head)
    assert read_values["title"] == "Lamps of oil for Quay"
    assert read_values["authors"] == ["Ada Moll"]
    assert read_values["published_at"] == "2026-01-31T09:00:00Z"
    assert (read_values["source"], read_values["section"], read_values["language"]) == ("Quay News", "Harbour", "en-GB")
    assert read_values["tags"] == ["lamps"]


def test_of_several_articles_the_pages_own_is_taken() -> None:
    others = [news(url=f"https://quay.example/news/{n}", headline=f"Story number {n} of the day") for n in range(3)]
    own = news(url="http://www.quay.example/news/lamps/#top", headline="SEO lamps")
    found = read(page(json_ld(*others) + json_ld(own) + f"<link rel=canonical href={URL}>"))
    assert found.values["title"] == "SEO lamps"
    assert found.places["title"] == "/script/1/@graph/0/headline"


def test_the_headline_tells_the_pages_own_article_as_well() -> None:
    others = [
        news(headline="Goat found on pier", author="Bo Vane"),
        news(headline="Oil lamps for the North Pier", author="Ada Moll"),
    ]
    assert values(json_ld(*others))["authors"] == ["Ada Moll"]


def test_articles_that_are_only_listed_say_nothing_of_the_page() -> None:
    others = [news(headline=f"Story number {n} of the day", author="Bo Vane") for n in range(2)]
    found = read(page(json_ld({"@type": "ItemList", "itemListElement": others})))
    assert found.values["title"] == "Oil lamps for the north pier"
    assert "authors" not in found.values


def test_an_article_of_another_page_says_nothing_of_this_one() -> None:
    other = news(url="https://quay.example/news/goat", headline="Goat found on pier", author="Bo Vane")
    assert "authors" not in values(json_ld(other) + f"<link rel=canonical href={URL}>")


def test_a_lone_article_is_the_pages_own_even_under_another_headline() -> None:
    assert values(json_ld(news(headline="Lamps, of all things", author="Ada Moll")))["authors"] == ["Ada Moll"]


@pytest.mark.parametrize(
    "wrap",
    [
        "{}",
        "<!-- {} -->",
        "<![CDATA[{}]]>",
        "//<![CDATA[\n{}\n//]]>",
        "/*<![CDATA[*/ {} /*]]>*/",
        "\n\n{};\n",
    ],
)
def test_json_ld_is_read_out_of_its_wrapping(wrap: str) -> None:
    written = '{"@type": "NewsArticle", "headline": "Oil lamps\nfor the north pier", "author": "Ada Moll"}'
    source = '<script type="application/ld+json; charset=utf-8">' + wrap.replace("{}", written) + "</script>"
    assert values(source)["authors"] == ["Ada Moll"]


@pytest.mark.parametrize("written", ["{", '{"a": 1,}', "[" * 100_000, '"\\ud800"', "headline", "{'a': 1}"])
def test_a_script_that_is_no_json_is_told_of(written: str) -> None:
    good = json_ld(news(headline="Oil lamps for the north pier", author="Ada Moll"))
    found = read(page(f'<script type="application/ld+json">{written}</script>{good}'))
    assert [warning.pointer for warning in found.warnings] == ["/script/0"]
    assert found.values["authors"] == ["Ada Moll"]


@pytest.mark.parametrize("written", ["", "  ", "null", "7", '"text"', "[]", '{"@type": "Organization"}', "[[[{}]]]"])
def test_json_ld_without_an_article_says_nothing(written: str) -> None:
    assert read(page(f'<script type="application/ld+json">{written}</script>')).warnings == []


def test_a_correction_that_cannot_be_used_is_told_of() -> None:
    found = read(page(json_ld(news(headline="Oil lamps for the north pier", correction=7, wordCount=70))))
    assert [warning.pointer for warning in found.warnings] == ["/script/0/@graph/0/correction"]


def test_an_id_counts_only_where_there_is_no_address() -> None:
    node = news(headline="Oil lamps for the north pier", identifier="lamps-1")
    assert values(json_ld(node))["id"] == "lamps-1"
    assert "id" not in values(json_ld(node) + f"<link rel=canonical href={URL}>")


def test_the_text_of_json_ld_is_used_where_the_page_has_less_than_half_of_it() -> None:
    long = "Every lamp holds two litres of oil and burns for thirty hours. " * 40
    assert values(json_ld(news(headline="Oil lamps for the north pier", articleBody=long)))["body"] == long
    for times in (1, 5):
        other = "Every lamp holds two litres of oil and burns for thirty hours. " * times
        assert values(json_ld(news(headline="Oil lamps for the north pier", articleBody=other)))["body"].startswith(
            WORDS
        )


def test_microdata_fills_what_json_ld_does_not_say() -> None:
    head = json_ld(news(headline="Oil lamps for the north pier", author="Ada Moll"))
    text = (
        '<div itemscope itemtype="http://schema.org/NewsArticle">'
        '<b itemprop="headline">Oil lamps for the north pier</b>'
        '<i itemprop="author">Bo Vane</i><time itemprop="datePublished" datetime="2026-01-31">Saturday</time></div>'
    )
    read_values = values(head, text=text + TEXT)
    assert (read_values["authors"], read_values["published_at"]) == (["Ada Moll"], "2026-01-31")


def test_the_text_of_microdata_is_not_taken_as_it_stands() -> None:
    comments = (
        '<div id="comments"><p>' + "We never had lamps when I was young, and no goats either. " * 40 + "</p></div>"
    )
    text = (
        '<div itemscope itemtype="https://schema.org/NewsArticle">'
        '<b itemprop="headline">Oil lamps for the north pier</b>'
        f'<div itemprop="articleBody">{TEXT}{comments}</div></div>'
    )
    assert "when I was young" not in values(text=text)["body"]


# Facts


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (f"<link rel=canonical href={URL}>", URL),
        (f"<link rel='Canonical nofollow' href=' {URL} '>", URL),
        (meta(og__url=URL), URL),
        ("<link rel=canonical href=/news/lamps>" + meta(og__url=URL), URL),
        ("<link rel=canonical href=https://quay.example/>" + meta(og__url=URL), URL),
        ("<link rel=canonical href=https://quay.example/>", "https://quay.example/"),
        ("<link rel=canonical href=https://[::1/x>" + meta(og__url=URL), URL),
        ("<link rel=canonical href=/news/lamps>", None),
        ("<link rel=canonical href=javascript:alert(1)>", None),
    ],
)
def test_the_address_is_the_canonical_one(head: str, url: str | None) -> None:
    assert values(head).get("url") == url


@pytest.mark.parametrize(
    ("head", "image"),
    [
        (meta(og__image="https://img.example/a.jpg"), "https://img.example/a.jpg"),
        (meta(og__url=URL, og__image="/a.jpg"), "https://quay.example/a.jpg"),
        (meta(og__url=URL, og__image="//img.example/a.jpg"), "https://img.example/a.jpg"),
        (meta(og__image="/a.jpg", twitter__image="https://img.example/b.jpg"), "https://img.example/b.jpg"),
        (meta(og__url=URL, og__image="https://[::1/a.jpg"), None),
        (meta(og__image="data:image/gif;base64,AAAA"), None),
    ],
)
def test_the_image_is_a_whole_address(head: str, image: str | None) -> None:
    assert values(head).get("image") == image


@pytest.mark.parametrize(
    ("html", "head", "language"),
    [
        ("<html lang=de>", "", "de"),
        ("<html lang=' pt-BR '>", meta(og__locale="en_US"), "pt-BR"),
        ("<html>", meta(og__locale="de_AT"), "de_AT"),
        ("<html lang=x>", "<meta http-equiv=content-language content=fr>", "fr"),
        ("<html lang='english'>", "", None),
        ("<html lang=en>", json_ld(news(headline="Oil lamps for the north pier", inLanguage="English")), "en"),
        ("<html>", "<meta http-equiv=content-language content='de, en'>", None),
    ],
)
def test_the_language_is_the_first_that_is_one(html: str, head: str, language: str | None) -> None:
    assert values(head, html=html).get("language") == language


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        (meta(article__tag="oil, lamps"), ["oil", "lamps"]),
        (meta(article__tag="oil, olive") + meta(article__tag="lamps"), ["oil, olive", "lamps"]),
        (meta(article__tag="Lamps", news_keywords="lamps, Quay"), ["Lamps", "Quay"]),
        (meta(article__tag="Lamps", keywords="news, best news"), ["Lamps"]),
        (meta(keywords="lamps,Quay,,lamps"), ["lamps", "Quay"]),
        (json_ld(news(headline="Oil lamps for the north pier", keywords="Oil")) + meta(article__tag="oil"), ["Oil"]),
        ('<a rel="tag" href="/tag/lamps">lamps</a>', ["lamps"]),
    ],
)
def test_tags_come_from_all_who_name_them(head: str, tags: list[str]) -> None:
    assert values(head)["tags"] == tags


def test_more_tags_than_an_article_takes_are_cut() -> None:
    assert len(values("".join(meta(article__tag=f"tag {number}") for number in range(500)))["tags"]) <= 200


@pytest.mark.parametrize(
    ("text", "published", "updated"),
    [
        ('<time datetime="2026-01-31T09:00Z">today</time>', "2026-01-31T09:00Z", None),
        (
            '<aside><time datetime="2020-01-01">old</time></aside><time datetime="2026-01-31">x</time>',
            "2026-01-31",
            None,
        ),
        (
            '<time class="updated" datetime="2026-02-01"></time><time class="published" datetime="2026-01-31"></time>',
            "2026-01-31",
            "2026-02-01",
        ),
        ('<time datetime="soon">soon</time><time datetime="2026-01-31">x</time>', "2026-01-31", None),
    ],
)
def test_time_elements_tell_dates(text: str, published: str, updated: str | None) -> None:
    read_values = values(text=text + TEXT)
    assert (read_values["published_at"], read_values.get("updated_at")) == (published, updated)


def test_a_date_that_can_be_read_is_preferred() -> None:
    node = json_ld(news(headline="Oil lamps for the north pier", datePublished="half past nine"))
    assert values(node + meta(date="2026-01-31"))["published_at"] == "2026-01-31"
    assert values(node)["published_at"] == "half past nine"


def test_a_byline_in_the_text_is_found_and_is_not_text() -> None:
    read_values = values(text='<p class="byline">By <a rel="author" href="/a">Ada Moll</a></p>' + TEXT)
    assert read_values["authors"] == ["Ada Moll"]
    assert read_values["body"].startswith(WORDS)


def test_a_standfirst_is_the_subtitle_and_is_not_text() -> None:
    read_values = values(text='<p class="article-standfirst">Eleven lamps, one goat, and no wires</p>' + TEXT)
    assert read_values["subtitle"] == "Eleven lamps, one goat, and no wires"
    assert read_values["body"].startswith(WORDS)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (meta(og__title="Lamps for Quay | Quay News", og__site_name="Quay News"), "Lamps for Quay"),
        (meta(og__title="Quay News - Lamps for Quay", og__site_name="Quay News"), "Lamps for Quay"),
        (meta(og__title="Lamps for Quay | Harbour | Quay News", og__site_name="Quay News"), "Lamps for Quay | Harbour"),
        (meta(og__title="Lamps - Quay", og__site_name="Quay News"), "Lamps - Quay"),
        (meta(og__title="Lamps for Quay – quay.example", og__url=URL), "Lamps for Quay"),
        (meta(og__title="Oil lamps for the north pier | Somewhere"), "Oil lamps for the north pier"),
        (meta(og__title="Quay News", og__site_name="Quay News"), "Oil lamps for the north pier"),
        ("<title>Oil lamps for the north pier :: Quay</title>", "Oil lamps for the north pier"),
        (meta(og__title="Oil lamps for the north…"), "Oil lamps for the north pier"),
        (meta(og__title="Oil lamps, no"), "Oil lamps, no"),
    ],
)
def test_the_title_is_the_headline_without_the_sites_name(head: str, title: str) -> None:
    assert values(head)["title"] == title


def test_an_h1_with_the_sites_name_is_no_headline() -> None:
    source = f"<html><head><title>Lamps for Quay | Quay News</title></head><body><h1>Quay News</h1>{TEXT}</body></html>"
    assert read(source).values["title"] == "Lamps for Quay"


def test_a_title_of_a_million_characters_is_read_in_time() -> None:
    assert values(meta(og__title="a | " * 250_000))["title"]


@pytest.mark.parametrize(
    ("title", "alone"),
    [
        ("Lamps | Quay News", "Lamps"),
        ("Lamps|Quay News", "Lamps"),
        ("Lamps › Quay News", "Lamps"),
        ("Lamps ｜ Quay News", "Lamps"),
        ("Quay News: Lamps", "Quay News: Lamps"),
        ("Lamps - oil - Quay News", "Lamps - oil"),
        ("Well-lit", "Well-lit"),
        ("", ""),
    ],
)
def test_a_sites_name_is_taken_off_a_headline(title: str, alone: str) -> None:
    assert without_site(title, {"quaynews"}, set()) == alone


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Moll", ["Ada Moll"]),
        ("By Ada Moll", ["Ada Moll"]),
        ("by  Ada   Moll", ["Ada Moll"]),
        ("Von Ada Moll", ["Ada Moll"]),
        ("Text: Ada Moll", ["Ada Moll"]),
        ("By Ada Moll and Bo Vane", ["Ada Moll", "Bo Vane"]),
        ("Ada Moll, Bo Vane and Cy Dun", ["Ada Moll", "Bo Vane", "Cy Dun"]),
        ("Ada Moll, Bo Vane, and Cy Dun", ["Ada Moll", "Bo Vane", "Cy Dun"]),
        ("Ada Moll; Bo", ["Ada Moll", "Bo"]),
        ("Ada Moll & Bo Vane", ["Ada Moll", "Bo Vane"]),
        ("Ada Moll und Bo Vane", ["Ada Moll", "Bo Vane"]),
        ("佐伯文子、村瀬健一", ["佐伯文子", "村瀬健一"]),
        ("Ada Moll, Harbour News", ["Ada Moll", "Harbour News"]),
        ("Moll, Ada", ["Moll, Ada"]),
        ("Lamps and Sons", ["Lamps and Sons"]),
        ("Byron Vane", ["Byron Vane"]),
        ("Ada O&#039;Moll", ["Ada O'Moll"]),
        ("<a href='/a'>Ada Moll</a>", ["Ada Moll"]),
        ("Ada Moll ada@quay.example", ["Ada Moll"]),
        ("Ada Moll (https://quay.example/ada)", ["Ada Moll"]),
        ("https://social.example/ada", []),
        ("@ada", []),
        ("www.quay.example", []),
        ("admin", []),
        ("12345", []),
        (" , ", []),
        ("", []),
    ],
)
def test_a_byline_is_told_apart_into_names(byline: str, names: list[str]) -> None:
    assert author_names([byline]) == names


@pytest.mark.parametrize("name", ["Ada Moll", "Ada M. Moll", "Ada van der Moll", "Łucja Ös", "Jean-Luc d'Arc O'Neil"])
def test_a_name_is_surely_one(name: str) -> None:
    assert is_surely_a_name(name)


@pytest.mark.parametrize(
    "text", ["", "Ada", "ada moll", "All posts by ada", "Www Quay Example", "3 Comments", "A " * 9]
)
def test_what_may_be_anything_is_not_surely_a_name(text: str) -> None:
    assert not is_surely_a_name(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-01-31T09:00:00+09:00", "2026-01-31T09:00:00+09:00"),
        ("2026-01-31", "2026-01-31"),
        ("2026-1-31", "2026-01-31"),
        ("2026/01/31 09:00", "2026-01-31 09:00"),
        ("2026-1-5T09:00:00Z", "2026-01-05T09:00:00Z"),
        ("31.1.2026", "2026-01-31"),
        ("31.01.2026 09:00", "2026-01-31 09:00"),
        ("Sat, 31 Jan 2026 09:00:00 GMT", "Sat, 31 Jan 2026 09:00:00 GMT"),
        ("January 31, 2026", "2026-01-31"),
        ("31 January 2026 9:00 am", "2026-01-31T09:00:00"),
        ("Jan 31, 2026 9:00 pm EST", "2026-01-31T21:00:00-05:00"),
        ("2026-01-31T09:00:00 UTC", "2026-01-31T09:00:00+00:00"),
        ("Jan 31, 2026 9:00 pm NST", None),
        ("01/02/2026", None),
        ("January 2026", None),
        ("9:00", None),
        ("31.13.2026", None),
        ("February 30, 2026", None),
        ("9999999999999", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_read_where_it_is_the_same_in_every_country(text: str, date: str | None) -> None:
    assert date_text(text) == date


# Anything may come

TAGS = (
    "p div span article h1 h2 li ul table tr td b a pre br img time body html head title meta link script math".split()
)
ATTRIBUTES = st.sampled_from(
    (
        "",
        " itemscope itemtype='https://schema.org/NewsArticle'",
        " itemprop=headline",
        " itemprop=author",
        " name=author content='By A B and C D'",
        " property=og:title content='a | b'",
        " property=og:image content='http://[::1'",
        " rel=canonical href='http://a.example/b'",
        " rel='category tag'",
        " type=application/ld+json",
        " class='published byline standfirst'",
        " datetime=2026-13-45",
        " lang=\x00",
    )
)
PIECES = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS), ATTRIBUTES),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.sampled_from(
        (
            '{"@type":"NewsArticle","headline":["x"],"author":{"name":[1,{}]},"url":"http://[","datePublished":{}}',
            '{"@graph":[{"@id":"a","@type":"Article","author":{"@id":"a"}}]}',
            *("<!--", "-->", "<![CDATA[", "]]>", "&#0;", "&#xD800;", "\x00", "word, word. " * 20, "<" * 50),
        )
    ),
    st.text(max_size=10),
)


def found_or_refused(source: bytes, charset: str | None) -> None:
    with suppress(Rejected):
        found = read(source, charset)
        assert found.values
        assert "\x00" not in repr(found.values)


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "shift_jis", "utf-16", "base64", ""]))
def test_any_bytes_are_read_or_refused(source: bytes, charset: str | None) -> None:
    found_or_refused(source, charset)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_is_read_or_refused(source: str) -> None:
    found_or_refused(source.encode("utf-8", "replace"), None)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SAMPLES), st.integers(0, 20_000), st.integers(0, 200), st.binary(max_size=20))
def test_a_damaged_page_is_read_or_refused(sample: Path, position: int, length: int, other: bytes) -> None:
    good = sample.read_bytes()
    at = position % len(good)
    found_or_refused(good[:at] + other + good[at + length :], None)
