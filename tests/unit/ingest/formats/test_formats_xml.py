"""XML without entities, DTDs or network, in every encoding, and how much of it is taken."""

import pytest
from lxml import etree

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats import xml
from services.ingest.formats.reading import Found
from services.ingest.formats.xml import parse_xml, root_name
from services.ingest.formats.xml_elements import Children, offer, text_of


def refused(body: bytes, charset: str | None = None) -> Rejected:
    with pytest.raises(Rejected) as caught:
        parse_xml(body, charset)
    assert [one.pointer for one in caught.value.errors] == [""]
    return caught.value


def text(body: bytes, charset: str | None = None) -> str:
    return text_of(parse_xml(body, charset))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<rss/>", "rss"),
        (b"<rdf:RDF xmlns:rdf='x'><broken", "RDF"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><?y z?><feed>", "feed"),
        (b"\r\n  <?xml version='1.0'?><urlset/>", "urlset"),
        (b"<!DOCTYPE rss PUBLIC 'a' 'b'><rss/>", "rss"),
        (b"<!-- cached --><?xml version='1.0' encoding='utf-8'?><rss/>", "rss"),
        ("<?xml version='1.0' encoding='utf-16'?><nitf/>".encode("utf-16"), "nitf"),
        (b"<!--" + b"x" * 200_000 + b"--><rss/>", "rss"),
    ],
)
def test_the_root_is_named_before_the_rest_is_read(body: bytes, name: str) -> None:
    assert root_name(body) == name


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\x00", b"{}", b"<", b"< rss>", b"<!-- x", b"<?xml version='1.0'?>", b"x<rss/>"]
)
def test_what_is_no_xml_has_no_root(body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        root_name(body)
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE r [<!ENTITY a 'b'>]>",
        "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://a.example/x.dtd'> %p;]>",
        "<!DOCTYPE r [<!ENTITY a '&b;&b;'><!ENTITY b '&c;&c;'>]>",
        "<!DOCTYPE r SYSTEM 'r.dtd' [<!ATTLIST r a CDATA 'x'>]>",
        "<!DOCTYPE r []>",
    ],
)
def test_a_document_that_declares_entities_is_refused(doctype: str) -> None:
    error = refused(f"{doctype}<r>&a;</r>".encode())
    assert error.reason is Reason.MALFORMED
    assert "declares entities" in error.detail


def test_a_doctype_that_declares_nothing_is_no_matter() -> None:
    assert text(b"<!DOCTYPE r SYSTEM 'http://a.example/r.dtd'><r>x&unknown;&nbsp;y</r>") == "x&unknown; y"


def test_an_article_about_entities_is_an_article() -> None:
    assert text(b"<r><![CDATA[<!DOCTYPE r [<!ENTITY a 'b'>]>]]></r>") == "<!DOCTYPE r [<!ENTITY a 'b'>]>"


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        ("<r>é</r>".encode(), None, "é"),
        ("\ufeff<r>é</r>".encode(), "iso-8859-1", "é"),
        ("<?xml version='1.0' encoding='utf-16'?><r>é</r>".encode("utf-16"), None, "é"),
        ("<?xml version='1.0' encoding='utf-16'?><r>é</r>".encode("utf-16-le"), None, "é"),
        ("<?xml version='1.0' encoding='utf-16'?><r>é</r>".encode("utf-16-be"), None, "é"),
        ("<?xml version='1.0' encoding='utf-16'?><r>é</r>".encode(), None, "é"),
        ("<?xml version='1.0' encoding='us-ascii'?><r>é</r>".encode(), None, "é"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><r>é</r>".encode("latin-1"), None, "é"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><r>“é”</r>".encode("cp1252"), None, "“é”"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><r>é</r>".encode(), None, "é"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><r>\x81é</r>".encode("latin-1"), None, "\x81é"),
        ("<?xml version='1.0' encoding='shift_jis'?><r>東京</r>".encode("shift_jis"), None, "東京"),
        ("<?xml version='1.0' encoding='utf-8'?><r>東京</r>".encode("euc-jp"), "euc-jp", "東京"),
    ],
)
def test_text_is_read_in_its_charset_whatever_is_said_of_it(body: bytes, charset: str | None, expected: str) -> None:
    assert text(body, charset) == expected


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"<r>\xe9</r>", None),
        (b"<?xml version='1.0' encoding='utf-8'?><r>\xe9</r>", None),
        (b"<?xml version='1.0' encoding='klingon'?><r/>", None),
        (b"<?xml version='1.0' encoding='utf-7'?><r/>", None),
        (b"<r/>", "hex"),
        (b"<r>\xed\xa0\x80</r>", None),
        (b"\xff\xfe<\x00r", None),
        (b"\x00\x00\x00<\x00\x00\x00r\x00\x00\x00/\x00\x00\x00>", None),
    ],
)
def test_what_is_not_text_in_its_charset_is_malformed(body: bytes, charset: str | None) -> None:
    assert refused(body, charset).reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("Caf&eacute;&nbsp;&mdash; open", "Café — open"),
        ("Smith & Sons, AT&T, Q&A;", "Smith & Sons, AT&T, Q&A;"),
        ("a &foo; &#xZZ; &#; b", "a &foo; &#xZZ; &#; b"),
        ("&amp;nbsp; & <![CDATA[&nbsp; & &amp; <b>]]>", "&nbsp; & &nbsp; & &amp; <b>"),
        ("a\x0bb\x1f&#11;c &", "abc &"),
        ("1 &#x32; &#51; &", "1 2 3 &"),
        ("<media:credit>Jun</media:credit>", "Jun"),
        ("<a:b/><a:c/><d:e f:g='1'>x</d:e> &", "x &"),
        ("<!-- & --> y &", "y &"),
    ],
)
def test_what_feeds_often_do_wrong_is_read(inside: str, expected: str) -> None:
    assert text(f"<r>{inside}</r>".encode()) == expected


@pytest.mark.parametrize(
    "inside",
    [
        "a\x00b",
        "&#0;",
        "&#xD800;",
        "&#xFFFFFF;",
        "<a>",
        "</a>",
        "<a b=c/>",
        "<a",
        "<![CDATA[",
        "<!--",
        "a < b",
        "<a b='1' b='2'/>",
    ],
)
def test_what_is_not_well_formed_is_malformed(inside: str) -> None:
    assert refused(f"<r>{inside}</r>".encode()).reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "cut", ["<rss><a>x</a>", "<rss><a><![CDATA[x", "<rss><a b='", "<rss", "<rss><item>x</item></r"]
)
def test_a_document_that_is_cut_off_is_told_so(cut: str) -> None:
    if cut == "<rss":
        assert "not XML" in refused(cut.encode()).detail
    else:
        assert "ends before </rss>" in refused(cut.encode()).detail


def test_deep_nesting_is_refused() -> None:
    assert "depth" in refused(b"<a>" * 100_000 + b"</a>" * 100_000).detail.lower()


def test_more_tags_than_a_million_are_refused() -> None:
    error = refused(b"<r>" + b"<a/>" * xml.MAX_TAGS + b"</r>")
    assert error.reason is Reason.TOO_LARGE
    assert str(xml.MAX_TAGS) in error.detail


@pytest.mark.parametrize(
    "body",
    [
        b"<" * 3_000_000,
        b"<r>" + b"&" * 1_000_000 + b"</r>",
        b"<r>" + b"<![CDATA[" * 300_000 + b"</r>",
        b"<r>" + b"<!--" * 300_000 + b"</r>",
        b"<!---->" * 300_000,
        b"<r a='" + b"x" * 3_000_000 + b"'/>",
        b"<r " + b"".join(b"a%d='' " % n for n in range(100_000)) + b"/>",
        b"<r>" + b"".join(b"<a%d:b/>" % n for n in range(100_000)) + b"</r>",
        b"<r>" + b"&nbsp;" * 300_000 + b"</r>",
    ],
)
def test_long_documents_take_time_in_proportion(body: bytes) -> None:
    try:
        names = [str(parse_xml(body).tag)]
    except Rejected as error:
        names = [error.reason]
    assert names[0] in ("r", Reason.MALFORMED)


def test_a_rescuer_gets_what_is_closed_and_not_well_formed() -> None:
    given: list[bytes] = []

    def rescue(document: bytes) -> etree._Element | None:
        given.append(document)
        return etree.Element("saved") if b"please" in document else None

    assert parse_xml(b"<r><br>please</r>", None, rescue).tag == "saved"
    with pytest.raises(Rejected):
        parse_xml(b"<r><br>no</r>", None, rescue)
    with pytest.raises(Rejected):
        parse_xml(b"<r><br>please", None, rescue)
    assert given == [b"<r><br>please</r>", b"<r><br>no</r>"]


def test_children_are_told_of_once_where_nobody_asked_for_them() -> None:
    found, children = Found("/r"), Children(etree.fromstring("<r><a/><B/><a/><c/><c/></r>"), "/x")
    assert [child.tag for child in children.all("b", "a")] == ["B", "a", "a"]
    children.lose_rest(found)
    assert [warning.pointer for warning in found.warnings] == ["/r/x/c"]


def test_of_very_many_children_nobody_asked_for_the_rest_is_counted() -> None:
    found = Found("/r")
    Children(etree.fromstring("<r>" + "".join(f"<a{n}/>" for n in range(250)) + "</r>"), "").lose_rest(found)
    assert len(found.warnings) == 101
    assert "150 more" in found.warnings[-1].detail


def test_the_first_of_several_values_is_used_and_the_others_told_of() -> None:
    found = Found("/r")
    offer(found, "title", ["", "a", "a", "b"], "/t")
    offer(found, "title", ["a"], "/u")
    assert found.values == {"title": "a"}
    assert [warning.pointer for warning in found.warnings] == ["/r/t"]
