"""ninjs in its three lines, and Superdesk's dialect."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.ninjs import read_ninjs
from services.ingest.formats.reading import Found

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats"
ITEM = {"uri": "urn:item:1", "headline": "Bridge opens"}


def found(**fields: Any) -> Found:
    (one,) = read_ninjs({**ITEM, **fields}, "")
    assert isinstance(one, Found)
    return one


def lost(one: Found) -> list[str]:
    return [warning.pointer for warning in one.warnings]


@pytest.mark.parametrize(
    "name",
    [
        *("ninjs-1/text-full", "ninjs-1/picture", "ninjs-1/canceled", "ninjs-1/newsroom-dialect", "ninjs-1/corrected"),
        *("ninjs-2/text-full", "ninjs-2/video", "ninjs-2/withheld", "ninjs-2/embargoed"),
        *("ninjs-3/text-full", "ninjs-3/event", "ninjs-3/canceled", "ninjs-3/corrected"),
    ],
)
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    (expected,) = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    (one,) = read_ninjs(json.loads((SAMPLES / f"{name}.json").read_text()), "")
    assert isinstance(one, Found)
    assert {"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} == expected


def test_the_three_lines_of_the_standard_say_the_same() -> None:
    old = {
        "uri": "https://a.example/1",
        "version": "2",
        "firstcreated": "2026-01-31T08:00:00Z",
        "versioncreated": "2026-01-31T09:00:00Z",
        "pubstatus": "usable",
        "ednote": "Adds a name.",
        "copyrightholder": "Harrow",
        "headline": "Bridge opens",
        "byline": "Ada Birk",
        "body_html": "<p>It is open.</p>",
        "description_text": "At last.",
        "person": [{"name": "Per Holm", "scheme": "https://people.example/id/", "code": "7"}],
        "genre": [{"name": "Current"}],
        "infosource": [{"name": "Roads Board"}],
    }
    middle = {
        **{key: old[key] for key in ("uri", "version", "firstcreated", "versioncreated", "pubstatus", "ednote")},
        "copyrightholder": "Harrow",
        "headlines": [{"role": "main", "value": "Bridge opens"}],
        "by": "Ada Birk",
        "bodies": [{"role": "main", "contenttype": "text/html", "value": "<p>It is open.</p>"}],
        "descriptions": [{"role": "text", "value": "At last."}],
        "people": [{"name": "Per Holm", "uri": "https://people.example/id/7", "literal": "7"}],
        "genres": [{"name": "Current"}],
        "infosources": [{"name": "Roads Board"}],
    }
    camel = {"firstcreated": "firstCreated", "versioncreated": "versionCreated", "pubstatus": "pubStatus"}
    camel |= {"ednote": "edNote", "copyrightholder": "copyrightHolder", "infosources": "infoSources"}
    new = {camel.get(key, key): value for key, value in middle.items()}
    read = [one.values for value in (old, middle, new) for one in read_ninjs(value, "") if isinstance(one, Found)]
    assert read[0] == read[1] == read[2]
    assert read[0]["authors"] == ["Ada Birk"]


@pytest.mark.parametrize("status", ["canceled", "cancelled", "withheld", "stat:canceled", "Canceled"])
@pytest.mark.parametrize("key", ["pubstatus", "pubStatus"])
def test_what_is_canceled_or_withheld_is_withdrawn(key: str, status: str) -> None:
    one = found(**{key: status}, version="7", versioncreated="2026-01-31T09:00:00Z", ednote="Wrong bridge.")
    assert one.kind == "withdrawal"
    assert one.values == {"id": "urn:item:1", "version": 7, "at": "2026-01-31T09:00:00Z", "correction": "Wrong bridge."}
    assert one.places["at"] == "/versioncreated"


@pytest.mark.parametrize("status", ["draft", "replaced", 7, ["canceled"], {"qcode": "stat:canceled"}])
def test_a_status_that_nobody_knows_is_refused(status: Any) -> None:
    (one,) = read_ninjs({**ITEM, "pubstatus": status}, "/4")
    assert isinstance(one, Rejected)
    assert one.errors[0].pointer == "/4/pubstatus"


def test_a_withdrawal_names_an_article() -> None:
    (one,) = read_ninjs({"pubstatus": "canceled"}, "")
    assert isinstance(one, Rejected)
    assert one.errors[0].pointer == "/uri"


@pytest.mark.parametrize(
    "fields", [{}, {"type": "composite", "associations": {}}, {"version": "1", "body_html": "<p></p>"}]
)
def test_an_item_without_words_is_refused(fields: dict[str, Any]) -> None:
    (one,) = read_ninjs({"uri": "urn:item:1", **fields}, "/2")
    assert isinstance(one, Rejected)
    assert (one.reason, one.errors[0].pointer) == (Reason.INVALID_FIELD, "/2")


def test_a_uri_on_the_web_is_the_address_too() -> None:
    assert found(uri="https://a.example/1").values["url"] == "https://a.example/1"
    assert found(uri="https://a.example/1", url="https://a.example/2").values["url"] == "https://a.example/2"
    assert "url" not in found().values


@pytest.mark.parametrize(
    ("fields", "body", "others"),
    [
        ({"body_text": "plain", "body_xhtml": "<p>rich</p>"}, "rich", ["/body_text"]),
        ({"body_text": "plain", "body_html": "<p></p>"}, "plain", ["/body_html"]),
        ({"body_main": "<p>rich</p>"}, "rich", []),
        ({"body_text": "3 <b and c> 4"}, "3 <b and c> 4", []),
        ({"body_nitf": "<p>nitf</p>", "body_text": "plain"}, "plain", ["/body_nitf"]),
        ({"bodies": [{"role": "short", "value": "a"}, {"role": "main", "value": "longer"}]}, "longer", ["/bodies/0"]),
        ({"bodies": {"value": "alone"}}, "alone", []),
        ({"bodies": [{"contentType": "text/html", "value": "<p>rich</p>"}, {"value": 7}]}, "rich", ["/bodies/1"]),
    ],
)
def test_the_richest_rendition_with_a_text_is_the_body(fields: dict[str, Any], body: str, others: list[str]) -> None:
    one = found(**fields)
    assert one.values["body"] == body
    assert lost(one) == others


def test_the_main_headline_comes_first_and_a_second_one_is_the_subtitle() -> None:
    one = found(headline=None, headline_web="Web", headline_main="Main", headline_sub="Sub", title="NAME")
    assert (one.values["title"], one.values["subtitle"]) == ("Main", "Sub")
    assert lost(one) == ["/headline_web", "/title"]


def test_the_name_for_the_newsroom_serves_where_there_is_no_headline() -> None:
    assert found(headline=None, title="NAME").values["title"] == "NAME"


def test_the_first_publication_holds_over_the_first_creation() -> None:
    one = found(firstcreated="2026-01-30", firstpublished="2026-01-31")
    assert one.values["published_at"] == "2026-01-31"
    assert lost(one) == ["/firstcreated"]


@pytest.mark.parametrize(
    ("byline", "language", "authors"),
    [
        ("By Ada Birk and Per Holm", "en", ["Ada Birk", "Per Holm"]),
        ("Ada Birk, Per Holm & Eva Lund", "en", ["Ada Birk", "Per Holm", "Eva Lund"]),
        ("Von Ada Birk", "de", ["Ada Birk"]),
        ("Von Ada Birk", "en", ["Von Ada Birk"]),
        ("Byron Holm", "en", ["Byron Holm"]),
        ("by", "en", ["by"]),
    ],
)
def test_a_byline_holds_names(byline: str, language: str, authors: list[str]) -> None:
    assert found(byline=byline, language=language).values["authors"] == authors


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        ({"name": "roads", "scheme": "medtop", "code": "1"}, {"name": "roads", "scheme": "medtop", "code": "1"}),
        ({"name": "roads", "code": "medtop:1"}, {"name": "roads", "scheme": "medtop", "code": "1"}),
        ({"code": "https://t.example/m/1"}, {"scheme": "https://t.example/m/", "code": "1"}),
        ({"uri": "https://t.example/m/1", "literal": "1"}, {"scheme": "https://t.example/m/", "code": "1"}),
        ({"uri": "urn:x:1:2"}, {"code": "urn:x:1:2"}),
        ({"name": "roads", "literal": 17}, {"name": "roads", "code": "17"}),
        ({"name": "roads", "scheme": None}, {"name": "roads"}),
        ("roads", {"name": "roads"}),
    ],
)
def test_a_subject_keeps_its_code_and_scheme(subject: Any, read: dict[str, str]) -> None:
    one = found(subject=[subject])
    assert one.values["subjects"] == [{**read, "kind": "subject"}]
    assert not lost(one)


def test_what_a_subject_says_beside_its_code_is_told_of_once() -> None:
    one = found(
        subject=[{"name": "roads", "relevance": 5}, {"name": "rivers", "confidence": 9}], places=[{"name": "Ouse"}]
    )
    assert lost(one) == ["/subject"]


def test_the_widest_picture_of_the_first_association_that_has_one_is_kept() -> None:
    renditions = [
        {"href": "https://a.example/s.jpg", "contenttype": "image/jpeg", "width": 10},
        {"href": "https://a.example/l.jpg", "contenttype": "image/jpeg", "width": 90},
        {"href": "https://a.example/film.mp4", "contenttype": "video/mp4", "width": 999},
    ]
    picture = {"type": "picture", "renditions": renditions}
    one = found(associations=[{"type": "text", "headline": "Also"}, picture, {"type": "picture", "uri": "urn:p:2"}])
    assert one.values["image"] == "https://a.example/l.jpg"
    assert lost(one) == ["/associations/0", "/associations/1", "/associations/2"]


def test_a_picture_named_by_the_item_comes_before_one_in_its_text() -> None:
    one = found(
        body_html="<p>a</p><img src='https://a.example/inline.jpg'>",
        associations={"main": {"type": "picture", "uri": "https://a.example/main.jpg"}},
    )
    assert one.values["image"] == "https://a.example/main.jpg"


@pytest.mark.parametrize(
    "rendition",
    [
        {"href": "https://a.example/film.mp4", "contentType": "video/mp4"},
        {"href": "/1.jpg", "contentType": "image/jpeg"},
        {"href": "urn:p:1.jpg"},
        {"href": "https://a.example/data"},
        "https://a.example/1.jpg",
        7,
    ],
)
def test_renditions_without_a_picture_on_the_web_are_told_of(rendition: Any) -> None:
    one = found(renditions={"main": rendition}, associations=[{"type": "picture", "uri": "urn:p:1.jpg"}])
    assert "image" not in one.values
    assert lost(one) == ["/renditions", "/associations/0"]


def test_what_a_rendition_says_beside_its_text_is_told_of() -> None:
    one = found(bodies=[{"role": "main", "value": "a", "charcount": 1, "lang": "en"}])
    assert lost(one) == ["/bodies/0"]


@pytest.mark.parametrize("signal", ["sig:correction", "sig:update", {"qcode": "sig:correction"}, [{"code": "update"}]])
def test_a_signal_makes_the_note_to_editors_a_correction(signal: Any) -> None:
    assert found(signal=signal, ednote="The name is Holm.").values["correction"] == "The name is Holm."
    assert found(signal=signal).values["correction"]


def test_another_signal_is_told_of() -> None:
    one = found(signal=[{"code": "cwarn"}])
    assert "correction" not in one.values
    assert lost(one) == ["/signal/0"]


@pytest.mark.parametrize(("urgency", "read"), [(3, 3), (3.0, 3), ("3", 3), (0, None), (10, None), ("high", None)])
def test_urgency_is_between_one_and_nine(urgency: Any, read: int | None) -> None:
    one = found(urgency=urgency)
    assert one.values.get("urgency") == read
    assert (lost(one) == ["/urgency"]) is (read is None)


def test_rights_are_put_together_without_saying_the_holder_twice() -> None:
    one = found(copyrightnotice="(c) Harrow", copyrightholder="Harrow", usageterms="Online only.")
    assert one.values["rights"] == "(c) Harrow\nOnline only."


def test_a_source_is_put_together_out_of_its_names_and_another_is_told_of() -> None:
    assert found(infosource=[{"name": "Roads Board"}, {"code": "HW"}]).values["source"] == "Roads Board, HW"
    one = found(source="Harrow", infosource=[{"name": "Roads Board"}])
    assert one.values["source"] == "Harrow"
    assert lost(one) == ["/infosource"]


@pytest.mark.parametrize("key", ["subjects", "person", "people", "organisation", "places", "event", "objects"])
def test_subjects_are_pointed_at_where_they_stand(key: str) -> None:
    assert found(subject=[], **{key: [{"name": "A"}]}).places["subjects"] == f"/{key}"


def test_keys_of_neither_line_are_told_of() -> None:
    assert lost(found(altids={"a": "b"}, profile="x", charcount=7, extra={}, headlines=[])) == [
        "/altids",
        "/profile",
        "/charcount",
    ]
