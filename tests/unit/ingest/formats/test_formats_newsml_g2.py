"""NewsML-G2: items, messages, corrections, withdrawals, and names in several languages."""

import json
from pathlib import Path

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats import newsml_g2
from services.ingest.formats.newsml_g2 import read_newsml_g2
from services.ingest.formats.reading import Found

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats" / "newsml-g2"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.xml"))


def document(meta: str = "", content: str = "", text: str = "", rest: str = "", attributes: str = "") -> bytes:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g" version="2" xml:lang="en" {attributes}>'
        f"<itemMeta>{meta}</itemMeta><contentMeta><headline>H</headline>{content}</contentMeta>"
        f"<contentSet>{text}</contentSet>{rest}</newsItem>"
    ).encode()


def item(meta: str = "", content: str = "", text: str = "", rest: str = "") -> Found:
    (found,) = read_newsml_g2(document(meta, content, text, rest))
    assert isinstance(found, Found)
    return found


def refused(body: bytes) -> Rejected:
    (error,) = read_newsml_g2(body)
    assert isinstance(error, Rejected)
    return error


def lost(found: Found) -> list[str]:
    return [warning.pointer for warning in found.warnings]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    found = [one for one in read_newsml_g2((SAMPLES / f"{name}.xml").read_bytes()) if isinstance(one, Found)]
    assert [{"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} for one in found] == expected


@pytest.mark.parametrize(
    "name", ["packageItem", "conceptItem", "knowledgeItem", "catalogItem", "planningItem", "other"]
)
def test_what_is_no_news_item_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_newsml_g2(f"<{name}/>".encode())
    assert caught.value.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in caught.value.errors] == [f"/{name}"]
    assert name in caught.value.detail


def test_another_item_in_a_message_spoils_no_news_item() -> None:
    inside = "<newsItem guid='a'><contentMeta><headline>A</headline></contentMeta></newsItem>"
    body = f"<newsMessage><itemSet>{inside}<packageItem/>{inside}</itemSet></newsMessage>".encode()
    first, package, second = read_newsml_g2(body)
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert second.pointer == "/newsMessage/itemSet/newsItem/1"
    assert isinstance(package, Rejected)
    assert [one.pointer for one in package.errors] == ["/newsMessage/itemSet/packageItem/0"]


@pytest.mark.parametrize("body", ["<newsMessage/>", "<newsMessage><itemSet/></newsMessage>"])
def test_a_message_without_items_is_refused(body: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_newsml_g2(body.encode())
    assert caught.value.reason is Reason.INVALID_FIELD


def test_a_message_of_more_items_than_the_limit_is_refused() -> None:
    with pytest.raises(Rejected) as caught:
        read_newsml_g2(b"<newsMessage><itemSet>" + b"<newsItem/>" * 2001 + b"</itemSet></newsMessage>")
    assert caught.value.reason is Reason.TOO_LARGE
    assert str(newsml_g2.MAX_ITEMS) in caught.value.detail


@pytest.mark.parametrize(
    "status",
    [
        '<pubStatus qcode="stat:canceled"/>',
        '<pubStatus qcode="stat:withheld"/>',
        '<pubStatus qcode="canceled"/>',
        '<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>',
    ],
)
def test_what_is_canceled_or_withheld_is_withdrawn(status: str) -> None:
    found = item(f"<versionCreated>2026-01-01T00:00:00Z</versionCreated>{status}<edNote>Wrong.</edNote>")
    assert found.kind == "withdrawal"
    assert found.values == {"id": "g", "version": "2", "at": "2026-01-01T00:00:00Z", "correction": "Wrong."}
    assert found.places["at"] == "/newsItem/itemMeta/versionCreated"


def test_a_withdrawal_of_nothing_is_refused() -> None:
    body = b'<newsItem><itemMeta><pubStatus qcode="stat:canceled"/></itemMeta></newsItem>'
    assert [one.pointer for one in refused(body).errors] == ["/newsItem/@guid"]


@pytest.mark.parametrize("status", ['<pubStatus qcode="stat:usable"/>', "<pubStatus/>", ""])
def test_what_is_usable_or_says_nothing_is_an_article(status: str) -> None:
    assert item(status).kind == "article"


def test_an_unknown_status_is_refused() -> None:
    error = refused(document('<pubStatus qcode="stat:draft"/>'))
    assert [one.pointer for one in error.errors] == ["/newsItem/itemMeta/pubStatus"]


def test_an_embargo_without_an_end_is_refused() -> None:
    error = refused(document("<embargoed/>"))
    assert error.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in error.errors] == ["/newsItem/itemMeta/embargoed"]
    assert item("<embargoed>2026-01-01T00:00:00Z</embargoed>").values["embargoed_until"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("meta", "correction"),
    [
        ('<signal qcode="sig:correction"/><edNote>Name spelt right.</edNote>', "Name spelt right."),
        ('<signal qcode="sig:correction"/>', "correction"),
        ('<signal uri="http://cv.iptc.org/newscodes/signal/correction"/>', "correction"),
        ('<signal qcode="sig:update"/><edNote>Adds a quote.</edNote>', "update"),
        ('<edNote role="x:correctionnote">Name spelt right.</edNote><edNote>Other.</edNote>', "Name spelt right."),
        ("<edNote>Nothing of the kind.</edNote>", None),
    ],
)
def test_a_correction_has_the_words_of_the_note_about_it(meta: str, correction: str | None) -> None:
    assert item(meta).values.get("correction") == correction


def test_a_signal_of_something_else_is_lost() -> None:
    assert lost(item('<signal qcode="sig:routing"/><signal qcode="sig:update"/>')) == ["/newsItem/itemMeta/signal"]


@pytest.mark.parametrize(
    ("content", "title", "subtitle"),
    [
        ('<headline role="h:sub">S</headline>', "H", "S"),
        ('<headline xml:lang="de">D</headline>', "H", None),
        ("<headline>H</headline>", "H", None),
    ],
)
def test_the_first_headline_is_the_title_and_one_with_another_role_the_subtitle(
    content: str, title: str, subtitle: str | None
) -> None:
    found = item(content=content)
    assert (found.values["title"], found.values.get("subtitle")) == (title, subtitle)


def test_a_headline_in_another_language_is_lost() -> None:
    assert lost(item(content='<headline xml:lang="de">D</headline>')) == ["/newsItem/contentMeta/headline"]


def test_a_title_in_the_wrong_place_is_better_than_none() -> None:
    body = document("<title>From itemMeta</title>").replace(b"<headline>H</headline>", b"")
    (found,) = read_newsml_g2(body)
    assert isinstance(found, Found)
    assert found.values["title"] == "From itemMeta"
    assert lost(item("<title>Unused</title>")) == ["/newsItem/itemMeta/title"]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ('<subject qcode="medtop:20000344"/>', {"code": "20000344", "scheme": "medtop", "kind": "subject"}),
        ('<subject qcode="a:b:c"/>', {"code": "b:c", "scheme": "a", "kind": "subject"}),
        ('<subject qcode="bare"/>', {"code": "bare", "kind": "subject"}),
        (
            '<subject uri="http://cv.example/topics/7" type="cpnat:event"/>',
            {"code": "7", "scheme": "http://cv.example/topics/", "kind": "event"},
        ),
        ('<subject literal="Ada" type="cpnat:person"/>', {"name": "Ada", "kind": "person"}),
        (
            '<subject typeuri="http://cv.iptc.org/newscodes/cpnature/geoArea" qcode="p:1"><name>Ost</name></subject>',
            {"name": "Ost", "code": "1", "scheme": "p", "kind": "place"},
        ),
        (
            '<subject qcode="t:1"><name xml:lang="de">Wasser</name><name xml:lang="en-US">Water</name></subject>',
            {"name": "Water", "code": "1", "scheme": "t", "kind": "subject"},
        ),
        (
            '<subject qcode="t:1"><name xml:lang="de">Wasser</name><name xml:lang="fr">Eau</name></subject>',
            {"name": "Wasser", "code": "1", "scheme": "t", "kind": "subject"},
        ),
    ],
)
def test_a_subject_keeps_its_scheme_and_has_its_name_in_the_language_of_the_item(
    subject: str, expected: dict[str, str]
) -> None:
    assert item(content=subject).values["subjects"] == [expected]


def test_a_subject_without_a_name_has_that_of_an_assertion() -> None:
    found = item(content='<subject qcode="p:1"/>', rest='<assert qcode="p:1"><name>Ada Birk</name></assert>')
    assert found.values["subjects"][0]["name"] == "Ada Birk"


@pytest.mark.parametrize(
    ("content", "authors", "source"),
    [
        ("<by>By Ada Birk and Per Holm</by>", ["Ada Birk", "Per Holm"], None),
        ("<by>By Ada Birk</by><creator><name>Ada Birk</name></creator>", ["Ada Birk"], None),
        ("<by>By Ada Birk in Ost</by><creator><name>Ada Birk</name></creator>", ["Ada Birk"], None),
        ("<by>Staff</by><creator><name>Ada Birk</name></creator>", ["Staff", "Ada Birk"], None),
        (
            '<creator literal="Ada Birk"/><contributor><name>Per Holm</name></contributor>',
            ["Ada Birk", "Per Holm"],
            None,
        ),
        ('<creator type="cpnat:organisation" literal="Wire"/>', [], "Wire"),
        ('<creator role="cRole:source" literal="Wire"/><by/>', [], "Wire"),
        ('<infoSource literal="Pool"/><creditline>Wire</creditline>', [], "Pool"),
        ("<creditline>Wire</creditline>", [], "Wire"),
    ],
)
def test_people_are_authors_and_organisations_the_source(content: str, authors: list[str], source: str | None) -> None:
    found = item(content=content)
    assert found.values.get("authors", []) == authors
    assert found.values.get("source") == source


@pytest.mark.parametrize(
    ("provider", "source"),
    [('<provider literal="Wire"/>', "Wire"), ('<provider qcode="nprov:WIRE"/>', "WIRE"), ("<provider/>", None)],
)
def test_the_provider_is_the_source_where_nothing_else_is(provider: str, source: str | None) -> None:
    assert item(provider).values.get("source") == source
    assert item(provider, '<infoSource literal="Pool"/>').values["source"] == "Pool"


@pytest.mark.parametrize(
    ("meta", "content", "published", "updated"),
    [
        ("<firstCreated>2026-01-01</firstCreated>", "", "2026-01-01", None),
        ("<firstCreated>2026-01-02</firstCreated>", "<contentCreated>2026-01-01</contentCreated>", "2026-01-01", None),
        ("<versionCreated>2026-01-03</versionCreated>", "", None, "2026-01-03"),
        ("", "<contentModified>2026-01-04</contentModified>", None, "2026-01-04"),
    ],
)
def test_dates_are_of_the_content_first_and_of_the_version_first(
    meta: str, content: str, published: str | None, updated: str | None
) -> None:
    found = item(meta, content)
    assert (found.values.get("published_at"), found.values.get("updated_at")) == (published, updated)


@pytest.mark.parametrize(
    ("text", "body", "unused"),
    [
        ("<inlineXML><nitf><body><body.content><p>a</p></body.content></body></nitf></inlineXML>", "a", []),
        (
            "<inlineXML><html><head><title>t</title></head><body><p>a</p><p>b</p></body></html></inlineXML>",
            "a\n\nb",
            [],
        ),
        ("<inlineXML><p>a</p><p>b</p></inlineXML>", "a\n\nb", []),
        ("<inlineXML>a</inlineXML>", "a", []),
        ("<inlineXML><sports-content>a</sports-content></inlineXML>", None, ["inlineXML"]),
        ("<inlineXML><p>a</p></inlineXML><inlineXML><p>b</p></inlineXML>", "a", ["inlineXML"]),
        ("<inlineData>a\n\nb</inlineData>", "a\n\nb", []),
        ("<inlineData contenttype='text/plain'>&lt;p&gt;a&lt;/p&gt;</inlineData>", "a", []),
        ("<inlineData contenttype='text/html; charset=utf-8'>&lt;b&gt;a&lt;/b&gt;</inlineData>", "a", []),
        ("<inlineData encoding='base64'>YQ==</inlineData>", None, ["inlineData"]),
        ("<inlineData contenttype='image/png'>x</inlineData>", None, ["inlineData"]),
        ("<inlineXML/><inlineData>a</inlineData>", "a", []),
        ("<inlineXML><p>a</p></inlineXML><inlineData>b</inlineData>", "a", ["inlineData"]),
        ("<remoteContent contenttype='application/pdf' href='https://a.example/1.pdf'/>", None, ["remoteContent"]),
    ],
)
def test_the_text_is_read_out_of_what_the_content_set_holds(text: str, body: str | None, unused: list[str]) -> None:
    found = item(text=text)
    assert found.values.get("body") == body
    assert lost(found) == [f"/newsItem/contentSet/{name}" for name in unused]


def test_what_nitf_says_fills_what_the_item_does_not_say() -> None:
    nitf = (
        "<nitf><head><docdata><doc-id id-string='other'/><urgency ed-urg='2'/></docdata></head><body><body.head>"
        "<hedline><hl1>Other</hl1></hedline><byline>By Ada Birk</byline></body.head></body></nitf>"
    )
    found = item(content="<urgency>5</urgency>", text=f"<inlineXML>{nitf}</inlineXML>")
    assert (found.values["id"], found.values["title"], found.values["urgency"]) == ("g", "H", "5")
    assert found.values["authors"] == ["Ada Birk"]
    assert "/newsItem/contentSet/inlineXML/nitf/body/body.head/hedline/hl1" in lost(found)


def test_the_address_is_the_canonical_link_or_an_alternative_id_that_is_one() -> None:
    link = '<link rel="irel:canonical" href="https://a.example/1"/>'
    assert item(link).values["url"] == "https://a.example/1"
    assert item(content="<altId>https://a.example/2</altId>").values["url"] == "https://a.example/2"
    assert "url" not in item('<link rel="irel:seeAlso" href="https://a.example/3"/>').values


def test_every_part_that_is_not_used_is_told_of_once() -> None:
    found = item("<role/><role/><service/>", "<audience/>", "<other/>", "<rightsInfo><link/></rightsInfo><partMeta/>")
    assert lost(found) == [
        f"/newsItem/{place}"
        for place in (
            *("rightsInfo/link", "contentSet/other", "itemMeta/role", "itemMeta/service"),
            *("contentMeta/audience", "partMeta"),
        )
    ]


def test_an_item_without_title_and_text_is_refused() -> None:
    error = refused(b"<newsItem guid='a'><contentMeta><slugline>x</slugline></contentMeta></newsItem>")
    assert error.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in error.errors] == ["/newsItem"]


@pytest.mark.parametrize(
    "content",
    [
        "".join(f'<subject qcode="a:{n}"/>' for n in range(50_000)),
        "".join(f"<headline>{n}</headline>" for n in range(50_000)),
        f"<by>{'a, ' * 100_000}</by>",
        "".join(f'<creator literal="{n}"/>' for n in range(50_000)),
        f"<subject qcode='a:b'>{'<name>x</name>' * 50_000}</subject>",
    ],
)
def test_long_lists_take_time_in_proportion_and_few_words(content: str) -> None:
    found = item(content=content)
    assert len(found.warnings) < 10
    assert all(len(value) <= 200 for value in found.values.values() if isinstance(value, list))
