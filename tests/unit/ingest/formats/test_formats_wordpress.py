"""Posts of WordPress's REST API."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.reading import Found
from services.ingest.formats.wordpress import read_wordpress

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats" / "wordpress"
POST = {
    "id": 7,
    "guid": {"rendered": "https://a.example/?p=7"},
    "link": "https://a.example/bridge/",
    "date_gmt": "2026-01-31T08:00:00",
    "modified_gmt": "2026-01-31T09:00:00",
    "status": "publish",
    "title": {"rendered": "Bridge opens"},
    "content": {"rendered": "<p>It is open.</p>", "protected": False},
}


def read(**fields: Any) -> Found | Rejected:
    (one,) = read_wordpress({**POST, **fields}, "")
    return one


def found(**fields: Any) -> Found:
    one = read(**fields)
    assert isinstance(one, Found)
    return one


def lost(one: Found) -> list[str]:
    return [warning.pointer for warning in one.warnings]


@pytest.mark.parametrize("name", ["embedded", "classes-only", "yoast", "scheduled", "trashed"])
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    (expected,) = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    (one,) = read_wordpress(json.loads((SAMPLES / f"{name}.json").read_text()), "")
    assert isinstance(one, Found)
    assert {"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} == expected


@pytest.mark.parametrize("status", ["draft", "pending", "private", "auto-draft", "inherit", "archived", None, 7, []])
def test_a_post_that_is_not_public_is_refused(status: Any) -> None:
    one = read(status=status)
    assert isinstance(one, Rejected)
    assert (one.reason, one.errors[0].pointer) == (Reason.INVALID_FIELD, "/status")
    assert ("not public" in one.detail) is (status in ("draft", "pending", "private", "auto-draft"))


def test_a_post_behind_a_password_is_refused() -> None:
    one = read(content={"rendered": "", "protected": True})
    assert isinstance(one, Rejected)
    assert one.errors[0].pointer == "/content/protected"


def test_a_scheduled_post_is_embargoed_until_then() -> None:
    assert found(status="future").values["embargoed_until"] == "2026-01-31T08:00:00"


def test_a_scheduled_post_without_a_time_is_refused() -> None:
    one = read(status="future", date_gmt=None)
    assert isinstance(one, Rejected)
    assert one.errors[0].pointer == "/date_gmt"


def test_a_post_in_the_trash_is_withdrawn_under_the_id_that_it_had() -> None:
    one = found(status="trash", link="https://a.example/?p=7", content={"protected": True})
    assert one.kind == "withdrawal"
    assert one.values == {"id": found().values["id"], "at": "2026-01-31T09:00:00"}


def test_a_post_in_the_trash_that_nothing_names_is_refused() -> None:
    one = read(status="trash", guid=None, link=None, id=None)
    assert isinstance(one, Rejected)
    assert one.errors[0].pointer == "/guid"


def test_entities_in_a_guid_are_decoded() -> None:
    assert found(guid={"rendered": "https://a.example/?a=1&#038;p=7"}).values["id"] == "https://a.example/?a=1&p=7"


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"guid": None}, {"url": "https://a.example/bridge/"}),
        ({"guid": None, "link": None}, {"id": 7}),
        ({"guid": "urn:x:7"}, {"id": "urn:x:7", "url": "https://a.example/bridge/"}),
    ],
)
def test_without_a_guid_the_address_and_else_the_number_names_the_post(
    fields: dict[str, Any], values: dict[str, Any]
) -> None:
    one = found(**fields)
    assert {name: one.values[name] for name in ("id", "url") if name in one.values} == values


@pytest.mark.parametrize("missing", [None, "", "0000-00-00T00:00:00"])
def test_a_local_date_is_read_as_utc_with_a_warning(missing: str | None) -> None:
    one = found(date_gmt=missing, date="2026-01-31T10:00:00")
    assert one.values["published_at"] == "2026-01-31T10:00:00"
    assert lost(one) == ["/date"]
    assert not lost(found(date="2026-01-31T10:00:00"))
    assert not lost(found(date_gmt=missing, date="2026-01-31T10:00:00+01:00"))


def test_a_title_is_one_line_without_markup() -> None:
    assert found(title={"rendered": "A &#038; <em>B</em><br>\nC"}).values["title"] == "A & B C"


def test_the_marks_of_a_cut_excerpt_are_no_part_of_the_summary() -> None:
    assert found(excerpt={"rendered": "<p>It is open [&hellip;]</p>"}).values["summary"] == "It is open"


def test_the_raw_text_serves_where_none_is_rendered() -> None:
    assert found(content={"raw": "<!-- wp:paragraph --><p>Raw.</p><!-- /wp:paragraph -->"}).values["body"] == "Raw."


def test_a_post_without_words_is_refused() -> None:
    assert isinstance(read(title={"rendered": ""}, content={"rendered": "<p></p>"}), Rejected)


def test_embedded_names_hold_over_all_others() -> None:
    terms = [
        [{"name": "Roads", "taxonomy": "category"}, {"name": "Local", "taxonomy": "category"}],
        [{"name": "bridges", "taxonomy": "post_tag"}],
        [{"name": "Ouse", "taxonomy": "river"}, {"name": "Aside", "taxonomy": "post_format"}],
    ]
    one = found(
        author=1,
        categories=[1, 2],
        tags=[3],
        _embedded={"author": [{"name": "Ada Birk"}], "wp:term": terms},
        class_list=["category-elsewhere", "tag-else"],
        yoast_head_json={"author": "Someone", "schema": {"@type": "Article", "articleSection": "X", "keywords": ["y"]}},
    )
    assert one.values["authors"] == ["Ada Birk"]
    assert one.values["section"] == "Roads"
    assert one.values["tags"] == ["Local", "bridges", "Ouse"]
    assert not one.warnings


def test_classes_and_seo_data_serve_where_nothing_is_embedded() -> None:
    schema = {"@graph": [{"@type": "Article", "articleSection": ["Roads"], "keywords": ["y"], "inLanguage": "cy"}]}
    seo = {
        "author": "Ada Birk",
        "schema": schema,
        "og_image": [{"url": "https://a.example/1.jpg"}],
        "og_locale": "en_GB",
    }
    classes = {"0": "post-7", "1": "tag-caf%c3%a9", "2": "tag-12"}
    one = found(author=1, categories=[1], tags=[3], featured_media=9, class_list=classes, yoast_head_json=seo)
    assert one.values["authors"] == ["Ada Birk"]
    assert (one.values["section"], one.values["tags"]) == ("Roads", ["café"])
    assert (one.values["image"], one.values["language"]) == ("https://a.example/1.jpg", "cy")
    assert not one.warnings


def test_numbers_without_names_come_with_advice() -> None:
    one = found(author=1, categories=[1], tags=[3], featured_media=9)
    assert lost(one) == ["/author", "/categories", "/tags", "/featured_media"]
    assert all("_embed" in warning.detail for warning in one.warnings)
    assert not found(author=0, categories=[], tags=[], featured_media=0).warnings


def test_names_may_stand_in_the_post_itself() -> None:
    one = found(author={"name": "Ada Birk"}, categories=["Roads"], tags=[{"name": "bridges"}])
    assert (one.values["authors"], one.values["section"], one.values["tags"]) == (["Ada Birk"], "Roads", ["bridges"])


def test_an_author_whom_wordpress_does_not_show_is_told_of() -> None:
    one = found(author=1, _embedded={"author": [{"code": "rest_user_invalid_id", "message": "Invalid user ID."}]})
    assert lost(one) == ["/_embedded/author/0", "/author"]


def test_the_featured_picture_comes_before_one_in_the_text() -> None:
    content = {"rendered": "<p>a</p><img src='https://a.example/inline.jpg'>"}
    media = {"wp:featuredmedia": [{"source_url": "https://a.example/main.jpg"}]}
    assert found(content=content, _embedded=media).values["image"] == "https://a.example/main.jpg"
    assert found(content=content).values["image"] == "https://a.example/inline.jpg"


def test_what_is_not_used_is_told_of_and_plumbing_is_not() -> None:
    one = found(
        acf={"kicker": "x"}, meta=[], slug="s", sticky=True, _links={"self": [{}]}, _embedded={"replies": [[{}]]}
    )
    assert lost(one) == ["/_embedded/replies", "/acf"]
