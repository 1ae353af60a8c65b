"""The head of a page's article: headline, subtitle and byline."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from services.ingest.formats.page_linked import line
from services.ingest.formats.page_words import author_names, folded, is_beginning, is_surely_a_name, without_site
from services.ingest.formats.reading import Found

Placed = list[tuple[str, str]]
"""Texts, each with the place that it was read from."""
Metas = Mapping[str, Sequence[str]]
SITE_NAMES = "og:site_name dc.publisher dcterms.publisher application-name"
_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title")
_AUTHORS = "article:author og:article:author author parsely-author sailthru.author dc.creator dcterms.creator".split()
_SUBTITLE = re.compile(r"\b(?:sub-?(?:title|head|headline|heading)|standfirst|dek|deck|strapline)\b", re.IGNORECASE)
_MOST_HEADS = 10
_MOST_AUTHORS = 50
_WORDS_OF_A_NAME = 3


def titles_of(root: HtmlElement, metas: Metas) -> Placed:
    """The page's headlines: og:title, the <h1> that agrees best with the others, the rest."""
    said = [(title, f"/meta/{name}") for name in _TITLES for title in metas.get(name, ())[:1]]
    said += [(text, "/title") for element in islice(root.iter("title"), 1) if (text := line(element))]
    together = " ".join(folded(title) for title, _ in said)
    heads = [text for element in islice(root.iter("h1"), _MOST_HEADS) if (text := line(element))]
    heads.sort(key=lambda text: folded(text) not in together)
    at = 1 if said and said[0][1] == "/meta/og:title" else 0
    return [*said[:at], *((text, "/h1") for text in heads[:1]), *said[at:]]


def site_names(found: Found, titles: Placed, metas: Metas) -> Iterator[str]:
    """What the site is called: by its publisher, its host, or by an <h1> of few words that ends the <title>."""
    yield from (name for site in SITE_NAMES.split() for name in metas.get(site, ()))
    yield str(found.values.get("source") or "")
    with suppress(ValueError):
        host = (urlsplit(str(found.values.get("url"))).hostname or "").removeprefix("www.")
        yield from (host, host.partition(".")[0])
    whole = next((folded(title) for title, place in titles if place == "/title"), "")
    for head in (title for title, place in titles if place == "/h1" and len(title.split()) <= _WORDS_OF_A_NAME):
        if folded(head) != whole and whole.endswith(folded(head)):
            yield head


def put_title(found: Found, titles: Placed, sites: set[str]) -> None:
    """The headline without its site's name, at its full length: JSON-LD's or microdata's, else the page's first."""
    linked = [(title, found.places.pop("title"))] if (title := found.values.pop("title", None)) else []
    heads = {folded(title) for title, place in titles if place == "/h1"}.union(folded(one) for one, _ in linked) - sites
    filed = {folded(found.values.get("section"))} - {""}
    alone = [(without_site(title, sites, heads, filed), place) for title, place in (*linked, *titles)]
    alone = [one for one in alone if folded(one[0]) not in sites] or alone
    for title, place in alone[:1]:
        longer = (one for one in alone if is_beginning(title, one[0]))
        found.put("title", *next(longer, (title, place)))


def put_subtitle(found: Found, root: HtmlElement) -> None:
    """The line under the headline, where its class says that it is one."""
    for head in islice(root.iter("h1"), _MOST_HEADS):
        for element in islice(head.itersiblings(), 3):
            if isinstance(element.tag, str) and _SUBTITLE.search(element.get("class") or ""):
                found.put("subtitle", line(element), "/h1")


def authors_of(article: Found) -> tuple[list[str], str]:
    return author_names(map(str, article.values.get("authors", []))), article.places.get("authors", "")


def bylines(root: HtmlElement, metas: Metas) -> Iterator[tuple[list[str], str]]:
    """Who wrote it by <meta>, then by the links that say that they lead to its author."""
    for name in _AUTHORS:
        yield author_names(metas.get(name, [])[:_MOST_AUTHORS]), f"/meta/{name}"
    links = (e for e in root.iterfind(".//a[@rel]") if "author" in (e.get("rel") or "").lower().split())
    named = author_names(map(line, islice(links, _MOST_HEADS)))
    yield [name for name in named if is_surely_a_name(name)], "/a/rel=author"


def put_authors(found: Found, bylines: list[tuple[list[str], str]], sites: set[str]) -> None:
    """The first people that are named; the house itself where nobody is."""
    people = [([name for name in names if folded(name) not in sites], place) for names, place in bylines]
    for names, place in (*people, *bylines):
        found.put("authors", names, place)
