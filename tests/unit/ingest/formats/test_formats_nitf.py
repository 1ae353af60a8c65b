"""NITF as a document of its own."""

import json
from pathlib import Path

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.nitf import byline_names, read_nitf
from services.ingest.formats.reading import Found

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats" / "nitf"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.xml"))


def document(docdata: str = "", head: str = "", content: str = "<p>x</p>", attributes: str = "") -> bytes:
    return (
        f"<nitf><head><docdata {attributes}>{docdata}</docdata></head><body><body.head>{head}</body.head>"
        f"<body.content>{content}</body.content></body></nitf>"
    ).encode()


def article(docdata: str = "", head: str = "", content: str = "<p>x</p>") -> Found:
    (found,) = read_nitf(document(docdata, head, content))
    assert isinstance(found, Found)
    return found


def lost(found: Found) -> list[str]:
    return [warning.pointer for warning in found.warnings]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    found = [one for one in read_nitf((SAMPLES / f"{name}.xml").read_bytes()) if isinstance(one, Found)]
    assert [{"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} for one in found] == expected


def test_another_root_is_refused() -> None:
    with pytest.raises(Rejected) as caught:
        read_nitf(b"<html/>")
    assert caught.value.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in caught.value.errors] == ["/html"]


@pytest.mark.parametrize("status", ["withheld", "canceled", "Canceled"])
def test_what_is_withheld_or_canceled_is_withdrawn(status: str) -> None:
    docdata = (
        '<doc-id id-string="n1"/><date.issue norm="20260101T000000Z"/><correction info="Wrong."/><ed-msg info="e"/>'
    )
    (found,) = read_nitf(document(docdata, attributes=f'management-status="{status}"'))
    assert isinstance(found, Found)
    assert (found.kind, found.values) == ("withdrawal", {"id": "n1", "at": "20260101T000000Z", "correction": "Wrong."})


@pytest.mark.parametrize(
    ("status", "pointer"),
    [("canceled", "/nitf/head/docdata/doc-id"), ("embargoed", "/nitf/head/docdata/date.release")],
)
def test_a_status_that_lacks_what_it_needs_is_refused(status: str, pointer: str) -> None:
    (error,) = read_nitf(document(attributes=f'management-status="{status}"'))
    assert isinstance(error, Rejected)
    assert [one.pointer for one in error.errors] == [pointer]


def test_what_is_embargoed_has_the_end_of_its_embargo() -> None:
    (found,) = read_nitf(
        document('<date.release norm="20300101T000000Z"/>', attributes='management-status="embargoed"')
    )
    assert isinstance(found, Found)
    assert found.values["embargoed_until"] == "20300101T000000Z"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Birk", ["Ada Birk"]),
        ("BY ADA BIRK and PER HOLM", ["ADA BIRK", "PER HOLM"]),
        ("Ada Birk, Per Holm & Eva Lund", ["Ada Birk", "Per Holm", "Eva Lund"]),
        ("Byron Hale", ["Byron Hale"]),
        ("by", ["by"]),
        ("", []),
    ],
)
def test_a_byline_is_taken_apart_into_names(line: str, names: list[str]) -> None:
    assert byline_names(line) == names


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("<byline>By Ada Birk<byttl>Staff</byttl></byline>", ["Ada Birk"]),
        ("<byline>By <person>Ada Birk and Per Holm</person></byline>", ["Ada Birk", "Per Holm"]),
        ("<byline>Ada Birk</byline><byline>Per Holm</byline>", ["Ada Birk", "Per Holm"]),
    ],
)
def test_authors_are_the_persons_of_the_bylines(head: str, authors: list[str]) -> None:
    assert article(head=head).values["authors"] == authors


def test_the_text_has_paragraphs_headings_and_no_captions() -> None:
    content = (
        "<hl2>Head</hl2><p>One <em>two</em>.</p><block>Loose</block><block>three</block><bq>four</bq>tail"
        "<media media-type='image'><media-reference source='https://i.example/1.jpg'/>"
        "<media-caption>c</media-caption></media> end"
    )
    found = article(content=content)
    assert found.values["body"] == "Head\n\nOne two.\n\nLoose\n\nthree\n\nfour\n\ntail end"
    assert found.values["headings"] == ["Head"]
    assert found.values["image"] == "https://i.example/1.jpg"
    assert lost(found) == ["/nitf/body/body.content/media/media-caption"]


@pytest.mark.parametrize(
    "media",
    [
        "<media media-type='video'><media-reference source='https://i.example/1.mp4'/></media>",
        "<media media-type='image'><media-reference source='1.jpg'/></media>",
        "<media media-type='image'/>",
    ],
)
def test_media_without_a_picture_on_the_web_are_lost(media: str) -> None:
    found = article(content=f"<p>x</p>{media}{media}")
    assert "image" not in found.values
    assert lost(found) == ["/nitf/body/body.content/media"]


def test_the_first_of_two_values_is_used_and_the_other_told_of() -> None:
    found = article('<ed-msg info="from the head"/>', "<note>from the body</note>")
    assert found.values["editor_note"] == "from the body"
    assert lost(found) == ["/nitf/head/docdata/ed-msg/@info"]


def test_a_place_has_its_narrowest_name() -> None:
    inside = "<location><sublocation/><city>Ost</city><country>Land</country></location><location>West</location>"
    found = article(f"<identified-content>{inside}</identified-content>")
    assert [one["name"] for one in found.values["subjects"]] == ["Ost", "West"]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('tobject.subject.refnum="1" tobject.subject.type="A"', {"name": "A", "code": "1", "scheme": "IPTC"}),
        ('tobject.subject.detail="C" tobject.subject.matter="B"', {"name": "C", "scheme": "IPTC"}),
        ('tobject.subject.ipr="X" tobject.subject.code="AB"', {"code": "AB", "scheme": "X"}),
    ],
)
def test_a_topic_has_its_narrowest_name_and_its_number(attributes: str, expected: dict[str, str]) -> None:
    body = document().replace(b"<head>", f"<head><tobject><tobject.subject {attributes}/></tobject>".encode())
    (found,) = read_nitf(body)
    assert isinstance(found, Found)
    assert found.values["subjects"] == [{**expected, "kind": "subject"}]


def test_a_document_without_title_and_text_is_refused() -> None:
    (error,) = read_nitf(b"<nitf><head><docdata><doc-id id-string='1'/></docdata></head></nitf>")
    assert isinstance(error, Rejected)
    assert [one.pointer for one in error.errors] == ["/nitf"]


@pytest.mark.parametrize(
    "body",
    [
        document(content="<media><media-caption/></media>" * 50_000),
        document(content="<block>" * 200 + "x" * 1_000_000 + "</block>" * 200),
        document(head="<byline>x<byttl>y</byttl></byline>" * 20_000),
        document("<key-list>" + "".join(f"<keyword key='{n}'/>" for n in range(50_000)) + "</key-list>"),
        document("<identified-content>" + "<classifier value='x'/>" * 50_000 + "</identified-content>"),
        document(head=f"<byline>{'by ' * 200_000}</byline>"),
    ],
)
def test_long_documents_take_time_in_proportion_and_few_words(body: bytes) -> None:
    (found,) = read_nitf(body)
    warnings = [] if isinstance(found, Rejected) else found.warnings
    assert len(warnings) < 10
