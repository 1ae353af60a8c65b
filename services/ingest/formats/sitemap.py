"""Sitemaps (sitemaps.org 0.9) with Google's news and image extensions: what they tell of an address, not its text."""

from lxml import etree

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.json_values import distinct, is_web, put_list
from services.ingest.formats.reading import Found, refusal
from services.ingest.formats.xml import parse_xml
from services.ingest.formats.xml_elements import Children, local, most

MAX_URLS = 50_000
"""The protocol's own limit."""
_FOR_CRAWLERS = ("changefreq", "priority")


def read_sitemap(body: bytes, charset: str | None = None) -> list[Found | Rejected]:
    """A hint for each `url` of this `urlset`. Raises Rejected for none, more than 50,000, and for a sitemapindex."""
    root = parse_xml(body, charset)
    if local(root) == "sitemapindex":
        raise refusal(Reason.INVALID_FIELD, "/sitemapindex", "lists other sitemaps; post those")
    if local(root) != "urlset":
        raise refusal(Reason.INVALID_FIELD, f"/{local(root)[:60]}", "expected urlset")
    urls = list(root.iterchildren("{*}url"))
    if not urls:
        raise refusal(Reason.INVALID_FIELD, "/urlset", "has no items")
    if len(urls) > MAX_URLS:
        raise refusal(Reason.TOO_LARGE, "/urlset", f"has {len(urls)} addresses; a sitemap has at most {MAX_URLS}")
    return [_read_url(url, f"/urlset/url/{number}") for number, url in enumerate(urls)]


def _read_url(element: etree._Element, pointer: str) -> Found | Rejected:
    found, url = Found(pointer, kind="hint"), Children(element, "")
    url.put(found, "url", "loc")
    if not is_web(found.values.get("url")):
        return refusal(Reason.INVALID_FIELD, f"{pointer}/loc", "expected an http or https address")
    url.put(found, "updated_at", "lastmod")
    _read_news(found, url.inside("news"))
    _read_images(found, url)
    url.all(*_FOR_CRAWLERS)
    url.lose_rest(found)
    return found


def _read_news(found: Found, news: Children) -> None:
    """Google's news:news."""
    news.put(found, "title", "title")
    news.put(found, "published_at", "publication_date")
    publication = news.inside("publication")
    publication.put(found, "source", "name")
    publication.put(found, "language", "language")
    for keywords in news.all("keywords")[:1]:
        words = distinct(map(str.strip, (keywords.text or "").split(",")))
        put_list(found, "tags", most(found, words, "/news/keywords"), "/news/keywords")
    for part in (publication, news):
        part.lose_rest(found)


def _read_images(found: Found, url: Children) -> None:
    """The address of the first image:image; its caption and the like are not used."""
    images = url.all("image")
    for part in [Children(one, "/image") for one in images[:1]]:
        part.put(found, "image", "loc")
        part.lose_rest(found)
    if len(images) > 1:
        found.lost("/image", "another is used instead")
