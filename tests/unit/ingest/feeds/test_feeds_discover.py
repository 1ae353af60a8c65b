"""Hubs, topics and pauses, wherever a feed may name them."""

import time
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.ingest.feeds.discover import Discovered, discover

BASE = "https://harbour.example/news/feed.xml"
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Harbour Ledger</title>
  <link rel="alternate" href="https://harbour.example/"/>
  <link rel="hub" href="https://hub.example/"/>
  <link rel="hub" href="https://second.example/hub"/>
  <link rel="self" href="https://harbour.example/feed"/>
  <entry><title>Tide tables</title><link rel="hub" href="https://evil.example/"/></entry>
</feed>"""
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
  <title>Harbour Ledger</title><link>https://harbour.example/</link>
  <item><title>Tide tables</title><atom:link rel="hub" href="https://evil.example/"/><ttl>9999</ttl></item>
  <atom:link rel="HUB" href=" https://hub.example/ "/><atom:link rel="self" href="../feed"/>{more}
</channel></rss>"""


def test_an_atom_feed_names_its_hubs_and_itself() -> None:
    hubs = ("https://hub.example/", "https://second.example/hub")
    assert discover("", ATOM.encode(), BASE) == Discovered(hubs, "https://harbour.example/feed")


def test_an_rss_feed_does_so_in_its_channel() -> None:
    found = discover("", RSS.format(more="").encode(), BASE)
    assert found == Discovered(("https://hub.example/",), "https://harbour.example/feed")


@pytest.mark.parametrize("lead", [b"", b"\xef\xbb\xbf", b"\n  "])
def test_a_json_feed_lists_hubs(lead: bytes) -> None:
    body = b"""{"feed_url": "https://harbour.example/feed.json", "hubs": [
      {"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": "https://hub.example/"}, 7, null,
      {"type": "WebSub"}, {"type": "WebSub", "url": ["https://no.example/"]}]}"""
    assert discover("", lead + body, BASE) == Discovered(("https://hub.example/",), "https://harbour.example/feed.json")


def test_an_rdf_feed_names_its_hub_in_the_channel() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:a="http://www.w3.org/2005/Atom"><channel><a:link rel="hub" href="https://hub.example/"/></channel></rdf:RDF>"""
    assert discover("", body, BASE).hubs == ("https://hub.example/",)


@pytest.mark.parametrize(
    "header",
    [
        '<https://h.example/>; rel="hub", <https://t.example/>; rel="self"',
        "<https://h.example/>;rel=hub,<https://t.example/>;rel=self",
        '<https://x.example/>; rel="next", <https://h.example/>; title="a, b; c"; REL="hub", <//t.example/>; rel=self',
        '<https://h.example/>; rel="preconnect hub", <https://t.example/>; rel="alternate self"; type="x"',
        '<https://h.example/> ; rel = "hub" , <https://t.example/> ; rel = self',
    ],
)
def test_the_link_header_goes_before_the_body(header: str) -> None:
    assert discover(header, ATOM.encode(), BASE) == Discovered(("https://h.example/",), "https://t.example/")


def test_a_link_header_without_a_hub_leaves_the_hubs_to_the_body() -> None:
    found = discover('</own>; rel="self"', ATOM.encode(), BASE)
    assert found == Discovered(("https://hub.example/", "https://second.example/hub"), "https://harbour.example/own")


def test_a_link_header_about_something_else_is_not_the_feeds() -> None:
    assert discover('<https://h.example/>; rel="hub"; anchor="/other"', b"", BASE) == Discovered()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "ftp://hub.example/",
        "https://",
        "//",
        "https://[",
        "mailto:a@b.example",
        "https://h.example/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_no_hub(address: str) -> None:
    found = discover(f'<{address}>; rel="hub"', b"", BASE)
    assert all(hub.startswith("https://harbour.example/") for hub in found.hubs)


def test_credentials_are_not_handed_on() -> None:
    header = "<https://u:p@h.example/>; rel=hub, <feed>; rel=self"
    assert discover(header, b"", "https://me:pw@harbour.example/") == Discovered(
        ("https://h.example/",), "https://harbour.example/feed"
    )


@pytest.mark.parametrize(
    ("more", "pause"),
    [
        ("<ttl>90</ttl>", timedelta(minutes=90)),
        ("<ttl> 5 </ttl>", timedelta(minutes=5)),
        ("<ttl>often</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        ("<sy:updatePeriod>\n Daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(hours=6)),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", timedelta(days=1)),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(minutes=90)),
    ],
)
def test_a_feed_says_how_long_it_wants_to_be_left_alone(more: str, pause: timedelta | None) -> None:
    assert discover("", RSS.format(more=more).encode(), BASE).pause == pause


BOMB = b"""<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><ttl>&x;</ttl><title>&c;</title></channel></rss>"""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"not a feed",
        b"{",
        b'{"hubs": 7, "feed_url": 5}',
        b"<",
        b"<rss><channel>",
        b"\x00\xff",
        BOMB,
        b"<a>" * 100_000,
    ],
)
def test_a_body_that_is_no_feed_says_nothing(body: bytes) -> None:
    assert discover("", body, BASE) == Discovered()


@pytest.mark.parametrize(
    "header", ["<a>" + ";" * 16_000, "<a>; b" + " " * 16_000, "<" * 16_000, '<a>;b="' * 2_300, "<a>;b= " * 2_300]
)
def test_a_wild_link_header_takes_no_time(header: str) -> None:
    began = time.process_time()
    assert discover(header, b"", BASE) == Discovered()
    assert time.process_time() - began < 1


@example("", b"rss><:channel/></rss>", 0, "")
@given(st.text(), st.binary(), st.integers(0, len(ATOM)), st.text(max_size=9))
def test_whatever_comes_is_discovered_without_an_error(header: str, noise: bytes, place: int, mark: str) -> None:
    spoiled = ATOM[:place] + mark + ATOM[place:]
    for body in (noise, b"{" + noise, b"<" + noise, spoiled.encode(errors="surrogatepass")):
        found = discover(header, body, BASE)
        assert all(address.startswith(("http://", "https://")) for address in (*found.hubs, found.topic or BASE))
