"""What a page says of its article beside the text: JSON-LD, microdata, <meta>, <link>, <h1>, <time>."""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from urllib.parse import urljoin

from lxml.html import HtmlElement

from services.ingest.formats.json_values import MOST_ENTRIES, is_web
from services.ingest.formats.page_dates import DATES, put_times, put_zone
from services.ingest.formats.page_heads import (
    SITE_NAMES,
    Metas,
    Placed,
    authors_of,
    bylines,
    put_authors,
    put_subtitle,
    put_title,
    site_names,
    titles_of,
)
from services.ingest.formats.page_linked import address_path, line, linked_articles, microdata_articles, of_this_page
from services.ingest.formats.page_words import (
    date_text,
    folded,
)
from services.ingest.formats.reading import Found

_METAS = {
    "source": SITE_NAMES,
    "summary": "og:description twitter:description description dc.description sailthru.description",
    "section": "article:section og:article:section parsely-section articlesection",
    "published_at": "article:published_time og:article:published_time datepublished parsely-pub-date sailthru.date "
    "dcterms.issued dc.date.issued dcterms.created dc.date dcterms.date pubdate publishdate publish-date date",
    "updated_at": "article:modified_time og:article:modified_time datemodified og:updated_time dcterms.modified "
    "dc.date.modified last-modified",
    "tags": "article:tag og:article:tag news_keywords parsely-tags sailthru.tags dc.subject dcterms.subject keywords",
    "language": "content-language og:locale dc.language dcterms.language",
    "image": "og:image:secure_url og:image og:image:url twitter:image twitter:image:src parsely-image-url",
}
"""The names of <meta> that tell a native field, the surest first."""
_MOST = 50
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_MISSED = frozenset("correction expires datePublished dateModified version".split())
"""What a reader would miss, where JSON-LD says it in a way that cannot be used."""


def read_facts(root: HtmlElement) -> Found:
    """All that the page says of its article; a `body` in it, with its `headings`, is JSON-LD's."""
    found = Found("")
    metas = _metas(root)
    addresses, titles = _addresses(root, metas), titles_of(root, metas)
    for address, place in addresses:
        found.put("url", address, place)
    articles = [
        of_this_page(one, [a for a, _ in addresses], [t for t, _ in titles])
        for one in (linked_articles(root, found), microdata_articles(root))
    ]
    for article in filter(None, articles):
        _take_over(found, article)
    _put_language(found, root.get("lang") or root.get("xml:lang") or "", "/html/lang")
    for native, names in _METAS.items():
        for name in names.split():
            _put_meta(found, native, metas.get(name, []), f"/meta/{name}")
    put_times(found, root)
    _put_filed_under(found, root)
    sites = {folded(name) for name in site_names(found, titles, metas)} - {""}
    put_title(found, titles, sites)
    put_authors(found, [*map(authors_of, filter(None, articles)), *bylines(root, metas)], sites)
    put_subtitle(found, root)
    put_zone(found, _stated_dates(root, metas, articles))
    for article in filter(None, articles):  # dates in a shape of their own: better told of than dropped
        for name in DATES:
            found.put(name, article.values.get(name), article.places.get(name, ""))
    return found


def _stated_dates(root: HtmlElement, metas: Metas, articles: list[Found | None]) -> Iterator[str]:
    """Every date of the article as the page words it."""
    for name in DATES:
        yield from (text for meta in _METAS[name].split() for text in metas.get(meta, ()))
        yield from (str(article.values.get(name)) for article in articles if article)
    yield from (element.get("datetime") or "" for element in islice(root.iter("time"), _MOST))


def _metas(root: HtmlElement) -> dict[str, list[str]]:
    """The contents of <meta> by name, in lower case, Dublin Core's with a dot."""
    metas: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            name = re.sub(r"^(dc|dcterms):", r"\1.", name.strip().lower())
            metas.setdefault(name, []).append(content)
    return metas


def _addresses(root: HtmlElement, metas: dict[str, list[str]]) -> Placed:
    """Where the page says that it stands; the address of a whole site last."""
    links = (e.get("href") or "" for e in root.iter("link") if "canonical" in (e.get("rel") or "").lower().split())
    said = [(address.strip(), "/link/canonical") for address in links]
    said += [(address, "/meta/og:url") for address in metas.get("og:url", ())]
    return sorted((one for one in said if is_web(one[0])), key=lambda one: not address_path(one[0]))


def _take_over(found: Found, article: Found) -> None:
    """Puts what the page has not said otherwise; dates and the language only where they can be read."""
    values = dict(article.values)
    if "url" in found.values:
        values.pop("id", None)
    if not _LANGUAGE.fullmatch(str(values.get("language"))):
        values.pop("language", None)
    values.pop("authors", None)
    values.update({name: date_text(str(values[name])) for name in DATES if name in values})
    for name, value in values.items():
        found.put(name, value, article.places.get(name, article.pointer))
    found.warnings += [one for one in article.warnings if one.pointer.rpartition("/")[2] in _MISSED]


def _put_filed_under(found: Found, root: HtmlElement) -> None:
    """Tags and section out of links that say that they lead to them (rel=tag, a microformat)."""
    links = ((e, (e.get("rel") or "").lower().split()) for e in root.iterfind(".//a[@rel]"))
    filed = [(line(e), "category" in rel) for e, rel in islice((one for one in links if "tag" in one[1]), MOST_ENTRIES)]
    found.put("section", next((text for text, is_section in filed if is_section), None), "/a/rel=category")
    found.put("tags", [text for text, is_section in filed if text and not is_section], "/a/rel=tag")


def _put_meta(found: Found, native: str, contents: list[str], place: str) -> None:
    if not contents:
        return
    match native:
        case "tags":
            if place != "/meta/keywords" or not found.values.get(native):
                found.extend(native, _tags(contents, found.values.get(native, [])), place)
        case "language":
            _put_language(found, contents[0], place)
        case "image":
            with suppress(ValueError):
                address = urljoin(found.values.get("url") or "", contents[0])
                found.put(native, address if is_web(address) else None, place)
        case "published_at" | "updated_at":
            found.put(native, date_text(contents[0]), place)
        case _:
            found.put(native, contents[0], place)


def _put_language(found: Found, text: str, place: str) -> None:
    found.put("language", text.strip() if _LANGUAGE.fullmatch(text.strip()) else None, place)


def _tags(contents: list[str], known: list[str]) -> list[str]:
    """The tags that are not known yet; a lone content may hold several."""
    new: dict[str, str] = {}
    for tag in (re.split(r"[,;、，|]", contents[0]) if len(contents) == 1 else contents)[:MOST_ENTRIES]:
        new.setdefault(folded(tag), tag.strip())
    for tag in known:
        new.pop(folded(tag), None)
    return list(new.values())[: MOST_ENTRIES - len(known)]
