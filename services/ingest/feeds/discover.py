"""What a feed says of itself: its hubs, its own address, and how long it wants to be left alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import orjson
from lxml import etree

from services.web_address import web_address, without_credentials

_ATOM = "{http://www.w3.org/2005/Atom}"
_SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]*))?)*)')
_PARAMETER = re.compile(r';\s*([^\s=;,"]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))')
_MOST_LINK_CHARACTERS = 16_384
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Discovered:
    """`hubs` in the feed's order, `topic` is its rel=self, `pause` is the time between its updates."""

    hubs: tuple[str, ...] = ()
    topic: str | None = None
    pause: timedelta | None = None


def discover(link_header: str, body: bytes, base: str) -> Discovered:
    """What the Link header says (RFC 8288), and where it names no hub, the body: Atom, RSS or JSON Feed.

    Only links of the feed itself count, never those of its items. Addresses are absolute, http or https, and without
    credentials. WebSub, section 4; RSS 2.0 `ttl`; RSS 1.0 module Syndication; JSON Feed 1.1 `hubs`.
    """
    by_header = list(_header_links(link_header[:_MOST_LINK_CHARACTERS]))
    by_body, pause = _in_json(body) if _is_json(body) else _in_xml(body)
    hubs = _addresses(by_header, "hub", base) or _addresses(by_body, "hub", base)
    own = _addresses(by_header, "self", base) or _addresses(by_body, "self", base)
    return Discovered(hubs, own[0] if own else None, pause)


def usable_hub(found: Discovered, url: str) -> str | None:
    """The first hub over https; over http, where the secret can be overheard, only if the feed itself came over it."""
    safe = [hub for hub in found.hubs if hub.startswith("https:")]
    others = found.hubs if url.startswith("http:") else ()
    return next(iter((*safe, *others)), None)


def _addresses(links: list[tuple[str, str]], relation: str, base: str) -> tuple[str, ...]:
    found: list[str] = []
    for name, reference in links:
        if name == relation:
            try:
                found.append(without_credentials(web_address(urljoin(base, reference))))
            except ValueError:
                continue
    return tuple(dict.fromkeys(found))


def _header_links(header: str) -> Iterator[tuple[str, str]]:
    for link in _LINK.finditer(header):
        parameters: dict[str, str] = {}
        for name, quoted, plain in _PARAMETER.findall(link[2]):
            parameters.setdefault(name.lower(), quoted or plain)
        if "anchor" not in parameters:
            for relation in parameters.get("rel", "").lower().split():
                yield relation, link[1].strip()


def _is_json(body: bytes) -> bool:
    return body[:1000].removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] == b"{"


def _in_json(body: bytes) -> tuple[list[tuple[str, str]], timedelta | None]:
    try:
        feed: dict[str, Any] = orjson.loads(body.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError:
        return [], None
    listed = feed.get("hubs")
    hubs = [hub for hub in listed if isinstance(hub, dict)] if isinstance(listed, list) else []
    links = [("hub", hub.get("url")) for hub in hubs if str(hub.get("type")).lower() == "websub"]
    links.append(("self", feed.get("feed_url")))
    return [(name, address) for name, address in links if isinstance(address, str)], None


def _in_xml(body: bytes) -> tuple[list[tuple[str, str]], timedelta | None]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return [], None
    if root is None:
        return [], None
    heads = [root, *(child for child in root if _local_name(child) == "channel")]
    links = [
        (str(link.get("rel", "")).strip().lower(), str(link.get("href", "")).strip())
        for head in heads
        for link in head.iterchildren(f"{_ATOM}link")
    ]
    return links, _pause(heads[-1])


def _local_name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _pause(head: Any) -> timedelta | None:
    minutes = _number(head.findtext("ttl"))
    period = _PERIODS.get((head.findtext(f"{_SYNDICATION}updatePeriod") or "").strip().lower())
    frequency = _number(head.findtext(f"{_SYNDICATION}updateFrequency")) or 1
    pauses = [timedelta(minutes=minutes)] if minutes else []
    if period:
        pauses.append(period / frequency)
    return max(pauses, default=None)


def _number(text: str | None) -> int:
    """A whole number of at most six digits, 0 where there is none."""
    stripped = (text or "").strip()
    return int(stripped) if stripped.isascii() and stripped.isdecimal() and len(stripped) <= 6 else 0
