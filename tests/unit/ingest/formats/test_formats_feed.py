"""RSS in all versions and Atom, with what news feeds add to them and what they do wrong."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats import feed, feed_rescue
from services.ingest.formats.feed import read_feed
from services.ingest.formats.reading import Found

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats"
NAMES = sorted(path.stem for kind in ("rss", "atom") for path in (SAMPLES / kind).glob("*.xml"))
ATOM = "http://www.w3.org/2005/Atom"


def sample(name: str) -> Path:
    (path,) = SAMPLES.glob(f"*/{name}.xml")
    return path


def lost(found: Found) -> list[str]:
    return [warning.pointer for warning in found.warnings]


def rss(*items: str, head: str = "") -> list[Found | Rejected]:
    inside = "".join(f"<item>{item}</item>" for item in items)
    namespaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    return read_feed(f"<rss {namespaces}><channel>{head}{inside}</channel></rss>".encode(), None)


def item(inside: str, head: str = "") -> Found:
    (found,) = rss(inside if "<title" in inside else f"<title>T</title>{inside}", head=head)
    assert isinstance(found, Found)
    return found


def entry(inside: str, head: str = "", **attributes: str) -> Found:
    given = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    body = f'<feed xmlns="{ATOM}"{given}>{head}<entry><title>T</title>{inside}</entry></feed>'
    (found,) = read_feed(body.encode(), None)
    assert isinstance(found, Found)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    expected = json.loads(sample(name).with_suffix(".expected.json").read_text())["items"]
    found = [one for one in read_feed(sample(name).read_bytes(), None) if isinstance(one, Found)]
    assert [{"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} for one in found] == expected


@pytest.mark.parametrize("name", NAMES)
def test_feedparser_finds_the_same_items_in_a_sample(name: str) -> None:
    found = [one for one in read_feed(sample(name).read_bytes(), None) if isinstance(one, Found)]
    articles = [one.values for one in found if one.kind == "article"]
    entries = [dict(one) for one in feedparser.parse(io.BytesIO(sample(name).read_bytes())).entries]
    assert [one.get("id") for one in articles] == [one.get("id") for one in entries]
    for ours, theirs in zip(articles, entries, strict=True):
        assert ("title" in ours, "body" in ours) == (bool(theirs.get("title")), bool(theirs.get("summary")))
        assert len(ours.get("tags", []) + ours.get("subjects", [])) == len(theirs.get("tags", []))


def test_the_places_of_values_lead_into_the_feed() -> None:
    found = rss("<title>A</title>", "<title>B</title><dc:creator>Ada</dc:creator><pubDate>soon</pubDate>")[1]
    assert isinstance(found, Found)
    assert found.pointer == "/rss/channel/item/1"
    assert found.places["published_at"] == "/rss/channel/item/1/pubDate"
    assert found.places["authors"] == "/rss/channel/item/1/dc:creator"


@pytest.mark.parametrize(
    ("inside", "identity", "url"),
    [
        ("<guid>https://a.example/1</guid>", "https://a.example/1", "https://a.example/1"),
        ('<guid isPermaLink="true">https://a.example/1</guid>', "https://a.example/1", "https://a.example/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', "https://a.example/1", None),
        ("<guid>a1</guid>", "a1", None),
        (
            "<link>https://a.example/2</link><guid>https://a.example/1</guid>",
            "https://a.example/1",
            "https://a.example/2",
        ),
        ("<link>https://a.example/2</link>", None, "https://a.example/2"),
        ("<link><![CDATA[https://a.example/2?a=1&b=2]]></link>", None, "https://a.example/2?a=1&b=2"),
        ("<link/><guid></guid>", None, None),
    ],
)
def test_a_guid_is_the_id_and_where_there_is_no_link_the_address(
    inside: str, identity: str | None, url: str | None
) -> None:
    found = item(inside)
    assert (found.values.get("id"), found.values.get("url")) == (identity, url)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("<author>ada@a.example (Ada Birk)</author>", "Ada Birk"),
        ("<author>Ada Birk &lt;ada@a.example&gt;</author>", "Ada Birk"),
        ("<author>Ada Birk</author>", "Ada Birk"),
        ("<dc:creator>  Ada\n Birk </dc:creator>", "Ada Birk"),
        ("<author><name>Ada Birk</name></author>", "Ada Birk"),
        ("<author>ada@long.newspaper (Ada Birk)</author><dc:creator>Ada Birk</dc:creator>", "Ada Birk"),
    ],
)
def test_an_author_is_a_name(written: str, name: str) -> None:
    assert item(written).values["authors"] == [name]


def test_an_address_alone_names_nobody() -> None:
    found = item("<author>desk@a.example</author>")
    assert "authors" not in found.values
    assert lost(found) == ["/rss/channel/item/0/author"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("<title>Fish &lt;b&gt;and&lt;/b&gt; chips</title>", "Fish and chips"),
        ("<title><![CDATA[Fish <b>and</b> chips]]></title>", "Fish and chips"),
        ("<title>Fish <b>and</b> chips</title>", "Fish and chips"),
        ("<title>3 &lt; 5</title>", "3 < 5"),
        ("<title>\n a \n b </title>", "a b"),
    ],
)
def test_a_title_is_one_line_without_markup(written: str, title: str) -> None:
    assert item(written).values["title"] == title


@pytest.mark.parametrize(
    ("attributes", "inside", "text"),
    [
        ("", "a &lt;b&gt; c", "a <b> c"),
        ('type="text"', "a &lt;b&gt; c", "a <b> c"),
        ('type="html"', "a &lt;b&gt;c&lt;/b&gt;", "a c"),
        ('type="text/html"', "&lt;p&gt;a&lt;/p&gt;&lt;p&gt;c&lt;/p&gt;", "a\n\nc"),
        ('type="text/plain"', "a", "a"),
        ('type="text/x-note; charset=utf-8"', "a", "a"),
        ('type="xhtml"', '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p><p>c</p></div>', "a\n\nc"),
        ('type="xhtml"', '<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>a</h:p>c</h:div>', "a\n\nc"),
        ('type="html"', "<p>a</p><script>b</script>c", "a\n\nc"),
        ('mode="escaped" type="text/plain"', "&lt;p&gt;a&lt;/p&gt;", "a"),
        ('mode="base64"', "YQ==", "a"),
    ],
)
def test_a_text_is_read_as_atom_says_it_is_written(attributes: str, inside: str, text: str) -> None:
    assert entry(f"<content {attributes}>{inside}</content>").values["body"] == text


@pytest.mark.parametrize(
    "content",
    [
        '<content type="image/png">iVBORw0KGgo=</content>',
        '<content src="https://a.example/1.html" type="text/html"/>',
        '<content type="application/xml"><x>1</x></content>',
    ],
)
def test_content_that_is_no_text_is_lost(content: str) -> None:
    found = entry(f"<summary>s</summary>{content}")
    assert found.values["body"] == "s"
    assert lost(found) == ["/feed/entry/0/content"]


@pytest.mark.parametrize(
    ("inside", "body", "summary"),
    [
        ("<description>d</description>", "d", None),
        ("<content:encoded>c</content:encoded><description>d</description>", "c", "d"),
        ("<description>d</description><content:encoded>c</content:encoded>", "c", "d"),
        ("<description>c</description><content:encoded>c</content:encoded>", "c", None),
        ("<description>d</description><content:encoded> </content:encoded>", "d", None),
        ('<body xmlns="http://www.w3.org/1999/xhtml"><p>c</p></body><description>d</description>', "c", "d"),
    ],
)
def test_the_content_is_the_body_and_the_description_beside_it_the_summary(
    inside: str, body: str, summary: str | None
) -> None:
    found = item(inside)
    assert (found.values.get("body"), found.values.get("summary")) == (body, summary)


def test_an_item_may_have_a_text_and_no_title() -> None:
    (found,) = rss("<description>Only this.</description>")
    assert isinstance(found, Found)
    assert found.values == {"body": "Only this."}


def test_an_item_with_nothing_in_it_spoils_no_other() -> None:
    first, second, third = rss("<title>A</title>", "<link>https://a.example/</link>", "<title>C</title>")
    assert isinstance(second, Rejected)
    assert second.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in second.errors] == ["/rss/channel/item/1"]
    assert isinstance(first, Found)
    assert isinstance(third, Found)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate>", "Mon, 05 Jan 2026 10:00:00 GMT"),
        ("<dc:date>2026-01-05</dc:date>", "2026-01-05"),
        ("<pubDate>2026/1/5 10:00:00</pubDate>", "2026-01-05T10:00:00"),
        ("<pubDate>Jan 5, 2026 3:04 pm</pubDate>", "2026-01-05T15:04:00"),
        ("<pubDate>5/1/2026 10:00</pubDate>", "5/1/2026 10:00"),
        ("<pubDate>Mon, 5 Jan 2026 8:56 am CEST</pubDate>", "Mon, 5 Jan 2026 8:56 am CEST"),
        ("<pubDate>January</pubDate>", "January"),
        ("<pubDate>10:30</pubDate>", "10:30"),
        (f"<pubDate>2026-01-31T09:00{'9' * 32}:00Z</pubDate>", f"2026-01-31T09:00{'9' * 32}:00Z"),
        (f"<pubDate>{'1 ' * 500}</pubDate>", ("1 " * 500).strip()),
    ],
)
def test_a_date_that_can_mean_one_instant_only_is_read_and_any_other_left(written: str, date: str) -> None:
    assert item(written).values["published_at"].removesuffix("+00:00") == date


def test_dates_of_publication_and_of_updates_are_told_apart() -> None:
    found = entry("<updated>2026-01-02T00:00:00Z</updated><published>2026-01-01T00:00:00Z</published>")
    assert (found.values["published_at"][:10], found.values["updated_at"][:10]) == ("2026-01-01", "2026-01-02")


def test_categories_of_a_scheme_are_subjects_and_others_tags() -> None:
    found = item('<category>A</category><category domain="d">B</category><category/><dc:subject>C</dc:subject>')
    assert found.values["tags"] == ["A", "C"]
    assert found.values["subjects"] == [{"name": "B", "code": "B", "scheme": "d", "kind": "category"}]
    atom = entry('<category term="t" label="L"/><category term="t" label="L" scheme="s"/><category label="only"/>')
    assert atom.values["tags"] == ["L", "only"]
    assert atom.values["subjects"] == [{"name": "L", "code": "t", "scheme": "s", "kind": "category"}]


@pytest.mark.parametrize(
    ("feed_says", "entry_says", "content_says", "language"),
    [
        ("en", "", "", "en"),
        ("en", 'xml:lang="de"', "", "de"),
        ("en", 'xml:lang="de"', 'xml:lang="fr"', "fr"),
    ],
)
def test_the_language_is_that_of_the_text(feed_says: str, entry_says: str, content_says: str, language: str) -> None:
    body = f"<entry {entry_says}><title>T</title><content {content_says}>x</content></entry>"
    (found,) = read_feed(f'<feed xmlns="{ATOM}" xml:lang="{feed_says}">{body}</feed>'.encode(), None)
    assert isinstance(found, Found)
    assert found.values["language"] == language


def test_what_a_feed_says_of_all_its_items_holds_where_an_item_says_nothing() -> None:
    head = "<language>sv</language><copyright>(c) Kust</copyright>"
    assert item("", head).values == {"title": "T", "language": "sv", "rights": "(c) Kust"}
    assert item("<dc:language>fi</dc:language><dc:rights>(c) Maj</dc:rights>", head).values["language"] == "fi"
    assert item("<dc:rights>(c) Maj</dc:rights>", head).values["rights"] == "(c) Maj"
    named = "<author><name>Desk</name></author>"
    assert entry("", named).values["authors"] == ["Desk"]
    assert entry("<author><name>Ada</name></author>", named).values["authors"] == ["Ada"]
    assert entry("", named).places["authors"] == "/feed"


@pytest.mark.parametrize(
    ("inside", "image"),
    [
        ('<media:content url="https://i.example/a" medium="image"/>', "https://i.example/a"),
        ('<media:content url="https://i.example/a.jpg?w=1"/>', "https://i.example/a.jpg?w=1"),
        ('<media:thumbnail url="https://i.example/a"/>', "https://i.example/a"),
        (
            '<media:group><media:content url="https://i.example/a" type="image/png"/></media:group>',
            "https://i.example/a",
        ),
        ('<enclosure url="https://i.example/a" type="image/gif"/>', "https://i.example/a"),
        ('<media:content url="https://i.example/a.mp4" type="video/mp4"/>', None),
        ('<enclosure url="https://i.example/a.mp3" type="audio/mpeg"/>', None),
        ('<description>&lt;img src="https://i.example/b.jpg"&gt;x</description>', "https://i.example/b.jpg"),
    ],
)
def test_the_first_picture_is_the_image(inside: str, image: str | None) -> None:
    found = item(inside)
    assert found.values.get("image") == image
    assert (image is None) == bool(lost(found))


@pytest.mark.parametrize(
    ("base", "href", "url"),
    [
        ("https://a.example/x/", "y/1", "https://a.example/x/y/1"),
        ("https://a.example/x/", "/1", "https://a.example/1"),
        ("", "/1", "https://self.example/1"),
        ("https://a.example/", "http://[::1", "http://[::1"),
    ],
)
def test_relative_addresses_are_relative_to_xml_base_or_to_the_feed(base: str, href: str, url: str) -> None:
    head = '<link rel="alternate" href="https://site.example/"/><link rel="self" href="https://self.example/feed"/>'
    assert entry(f'<link href="{href}"/>', head, **({"xml_base": base} if base else {})).values["url"] == url


def test_elements_of_other_namespaces_are_lost_by_name() -> None:
    found = item(
        '<x:y xmlns:x="urn:x">1</x:y><x:y xmlns:x="urn:x">2</x:y><geo:point>1 2</geo:point>'
        '<wfw:commentRss xmlns:wfw="w">c</wfw:commentRss><media:rating>nonadult</media:rating>'
    )
    assert lost(found) == [
        f"/rss/channel/item/0/{name}" for name in ("x:y", "geo:point", "wfw:commentRss", "media:rating")
    ]


def test_the_namespace_counts_and_not_its_prefix() -> None:
    inside = "<a:entry><a:title>T</a:title><title>not this</title></a:entry>"
    (found,) = read_feed(f'<a:feed xmlns:a="{ATOM}" xmlns="urn:x">{inside}</a:feed>'.encode(), None)
    assert isinstance(found, Found)
    assert found.values["title"] == "T"


def test_a_tombstone_is_a_withdrawal_and_one_without_a_reference_refused() -> None:
    at = 'xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    body = (
        f'<feed xmlns="{ATOM}" {at}><at:deleted-entry ref="a" when="2026-01-01T00:00:00Z"/><at:deleted-entry/></feed>'
    )
    gone, unnamed = read_feed(body.encode(), None)
    assert isinstance(gone, Found)
    assert (gone.kind, gone.values) == ("withdrawal", {"id": "a", "at": "2026-01-01T00:00:00Z"})
    assert isinstance(unnamed, Rejected)
    assert [one.pointer for one in unnamed.errors] == ["/feed/deleted-entry/1/@ref"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("<rss><channel><title>x</title></channel></rss>", "/rss/channel"),
        ("<rss/>", "/rss"),
        (f'<feed xmlns="{ATOM}"/>', "/feed"),
    ],
)
def test_a_feed_without_items_is_refused(body: str, pointer: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_feed(body.encode(), None)
    assert caught.value.reason is Reason.INVALID_FIELD
    assert [(one.pointer, one.detail) for one in caught.value.errors] == [(pointer, "has no items")]


def test_a_body_that_is_cut_off_is_refused_as_a_whole() -> None:
    with pytest.raises(Rejected) as caught:
        read_feed(sample("full-text").read_bytes()[:-40], None)
    assert caught.value.reason is Reason.MALFORMED
    assert "ends before </rss>" in caught.value.detail


def test_more_items_than_the_limit_are_refused() -> None:
    full = b"<rss><channel>" + b"<item><title>t</title></item>" * feed.MAX_ITEMS + b"</channel></rss>"
    assert len(read_feed(full, None)) == feed.MAX_ITEMS
    with pytest.raises(Rejected) as caught:
        read_feed(full.replace(b"<channel>", b"<channel><item/>"), None)
    assert caught.value.reason is Reason.TOO_LARGE
    assert str(feed.MAX_ITEMS) in caught.value.detail


def test_the_charset_of_the_content_type_is_believed() -> None:
    (found,) = read_feed(
        "<rss><channel><item><title>東京</title></item></channel></rss>".encode("shift_jis"), "shift_jis"
    )
    assert isinstance(found, Found)
    assert found.values["title"] == "東京"


BROKEN = """<rss version="2.0"><channel><title>c</title><item><title>One <b>two</title><guid>a:1</guid>
<link>https://a.example/1?x=1&y=2</link><description>First<br>line</description><category>A</category>
<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><author>a@a.example (Ada)</author><x:extra>e</x:extra></item>
<item><title>Three</title><description><p>Text</description></item></channel></rss>"""


def test_a_feed_that_is_no_xml_is_read_by_feedparser() -> None:
    first, second = read_feed(BROKEN.encode(), None)
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert {name: first.values[name] for name in ("id", "url", "published_at", "authors", "tags")} == {
        "id": "a:1",
        "url": "https://a.example/1?x=1&y=2",
        "published_at": "Mon, 05 Jan 2026 10:00:00 GMT",
        "authors": ["Ada"],
        "tags": ["A"],
    }
    assert first.values["body"] == "First\nline"
    assert first.pointer == "/rss/channel/item/0"
    assert lost(first) == ["/rss/channel/item/0/x_extra"]
    assert (second.values["title"], second.values["body"]) == ("Three", "Text")


@pytest.mark.parametrize(
    "body",
    [
        BROKEN.replace("First", "x " * (feed_rescue.MAX_BYTES // 2)),
        BROKEN.replace("a@a", "a" * 2000 + "@a"),
        BROKEN.replace("First", "a\x00b"),
        BROKEN.replace("<item>", "<thing>"),
    ],
)
def test_what_feedparser_must_not_try_or_cannot_read_is_malformed(body: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_feed(body.encode(), None)
    assert caught.value.reason is Reason.MALFORMED
    assert "not well-formed" in caught.value.detail


def test_an_address_or_a_file_name_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(sample("full-text").read_bytes())
    for body in (f"{tmp_path}/feed.xml", f"file://{tmp_path}/feed.xml", "http://127.0.0.1:9/feed.xml"):
        with pytest.raises(Rejected):
            read_feed(body.encode(), None)


def test_threads_may_read_side_by_side() -> None:
    bodies = [sample(name).read_bytes() for name in NAMES] * 5 + [BROKEN.encode()] * 20

    def values(body: bytes) -> list[Any]:
        return [one.values for one in read_feed(body, None) if isinstance(one, Found)]

    alone = [values(body) for body in bodies]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(values, bodies)) == alone


@pytest.mark.parametrize(
    "inside",
    [
        f"<author>{'a' * 1_000_000}</author>",
        f"<author>{'a@' * 500_000}</author>",
        "<category>%s</category>" * 100_000 % tuple(range(100_000)),
        "<guid>%s</guid>" * 100_000 % tuple(range(100_000)),
        f"<media:group>{'<media:content/>' * 100_000}</media:group>",
        f"<pubDate>{'1 ' * 500_000}</pubDate>",
        f"<description>{chr(10) * 1_000_000}</description>",
        "<x%s/>" * 100_000 % tuple(range(100_000)),
        f'<a xml:base="{"b" * 1_000_000}"/>' + "<link>c</link>" * 1000,
    ],
)
def test_odd_items_take_time_in_proportion_and_few_words(inside: str) -> None:
    assert len(item(inside).warnings) < 200


def test_long_words_about_a_feed_are_not_copied_into_each_item() -> None:
    long = "x" * 1_000_000
    items = "<item><title>t</title><link>l</link></item>" * 1000
    head = f'<rss xml:lang="{long}" xml:base="{long}"><channel><copyright>{long}</copyright>'
    for found in read_feed(f"{head}{items}</channel></rss>".encode(), None):
        assert isinstance(found, Found)
        assert sum(len(str(value)) for value in found.values.values()) < 1000
