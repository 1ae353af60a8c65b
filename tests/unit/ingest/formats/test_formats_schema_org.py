"""schema.org articles as JSON-LD."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.reading import Found
from services.ingest.formats.schema_org import read_schema_org

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats" / "schema-org"
NEWS = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Bridge opens"}


def found(value: Any) -> Found:
    """The one article in this JSON-LD."""
    (one,) = read_schema_org(value, "")
    assert isinstance(one, Found)
    return one


def lost(one: Found) -> list[str]:
    return [warning.pointer for warning in one.warnings]


@pytest.mark.parametrize("name", ["page-graph", "corrected-report", "live-blog", "item-list", "prefixed"])
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    items = read_schema_org(json.loads((SAMPLES / f"{name}.json").read_text()), "")
    read = [one for one in items if isinstance(one, Found)]
    assert len(read) == len(items)
    assert [{"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} for one in read] == expected


@pytest.mark.parametrize(
    "type_",
    [
        *("Article", "ReportageNewsArticle", "LiveBlogPosting", "SocialMediaPosting", "TechArticle", "CreativeWork"),
        *("http://schema.org/NewsArticle", "https://schema.org/Report", "schema:SatiricalArticle"),
        *(["Thing", "AskPublicNewsArticle"], ["schema:BlogPosting"]),
    ],
)
def test_every_kind_of_article_is_one(type_: Any) -> None:
    assert found({**NEWS, "@type": type_}).values["title"] == "Bridge opens"


@pytest.mark.parametrize("type_", ["WebPage", "Person", "Recipe", "ArticleX", None, 7, [], {}])
def test_what_is_no_article_is_refused(type_: Any) -> None:
    (one,) = read_schema_org({**NEWS, "@type": type_}, "/3")
    assert isinstance(one, Rejected)
    assert one.reason is Reason.INVALID_FIELD
    assert one.errors[0].pointer == "/3"


def test_whatever_has_a_headline_and_an_articles_text_is_an_article() -> None:
    assert found({**NEWS, "@type": "WebPage", "articleBody": "It opened."}).values["body"] == "It opened."


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/0", [NEWS]),
        ("/@graph/1", {"@graph": [{"@type": "WebPage"}, NEWS]}),
        ("/mainEntity", {"@type": "WebPage", "mainEntity": NEWS}),
        ("/itemListElement/0/item", {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": NEWS}]}),
        ("/blogPost/0", {"@type": "Blog", "blogPost": [NEWS]}),
        ("/hasPart", {"@type": "PublicationIssue", "hasPart": NEWS}),
        ("/0/@graph/0/mainEntity", [{"@graph": [{"mainEntity": NEWS}]}]),
    ],
)
def test_an_article_is_found_where_it_stands(pointer: str, value: Any) -> None:
    assert found(value).pointer == pointer


def test_an_article_that_two_nodes_refer_to_is_one_item() -> None:
    article = {**NEWS, "@id": "#article"}
    assert found({"@graph": [{"mainEntity": {"@id": "#article"}}, article, {"hasPart": {"@id": "#article"}}]})


def test_references_in_a_circle_come_to_an_end() -> None:
    one = {"@id": "#a", "@type": "WebPage", "mainEntity": {"@id": "#b"}}
    other = {"@id": "#b", "@type": "NewsArticle", "headline": "Round and round", "hasPart": {"@id": "#a"}}
    assert found({"@graph": [one, other]}).values["title"] == "Round and round"


def test_an_article_in_an_article_is_an_item_of_its_own() -> None:
    items = read_schema_org({**NEWS, "hasPart": [{**NEWS, "headline": "The older bridge"}]}, "")
    assert [one.values["title"] for one in items if isinstance(one, Found)] == ["Bridge opens", "The older bridge"]
    assert all(not lost(one) for one in items if isinstance(one, Found))


def test_one_article_without_words_does_not_spoil_its_neighbours() -> None:
    items = read_schema_org([{"@type": "NewsArticle", "datePublished": "2026-01-31"}, NEWS], "")
    assert [type(one) for one in items] == [Rejected, Found]
    assert isinstance(items[0], Rejected)
    assert (items[0].errors[0].pointer, items[0].detail) == ("/0", "has neither a title nor a text")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ada Birk", ["Ada Birk"]),
        (["Ada Birk", "Per Holm", "Ada Birk"], ["Ada Birk", "Per Holm"]),
        ({"@type": "Person", "name": "Ada Birk"}, ["Ada Birk"]),
        ({"@type": "Organization", "legalName": "Birk Press"}, ["Birk Press"]),
        ({"@type": "Person", "name": ["Ada Birk", "Per Holm"]}, ["Ada Birk", "Per Holm"]),
        ([{"name": "Ada Birk"}, "Per Holm"], ["Ada Birk", "Per Holm"]),
        ([["Ada Birk"], ["Per Holm"]], ["Ada Birk", "Per Holm"]),
        ({"@id": "#ada"}, ["Ada of the graph"]),
        ("#ada", ["Ada of the graph"]),
    ],
)
def test_authors_are_named_in_many_ways(author: Any, names: list[str]) -> None:
    value = {"@graph": [{**NEWS, "author": author}, {"@id": "#ada", "@type": "Person", "name": "Ada of the graph"}]}
    assert found(value).values["authors"] == names


@pytest.mark.parametrize("author", [7, {"url": "https://a.example/ada"}, {"@id": "#nobody"}, "https://a.example/ada"])
def test_an_author_without_a_name_is_told_of(author: Any) -> None:
    one = found({**NEWS, "author": author})
    assert "authors" not in one.values
    assert lost(one)[0] == "/author"
    assert set(lost(one)) == {"/author"}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"author": {"email": "a"}}, "/author"),
        ({"publisher": {"logo": {"url": "a"}}}, "/publisher"),
        ({"license": {"version": 4}}, "/license"),
        ({"about": {"description": "a"}}, "/about"),
        ({"mentions": [{"@type": "Person", "email": "a"}]}, "/mentions/0"),
    ],
)
def test_what_cannot_be_used_at_all_is_told_of_once(fields: dict[str, Any], pointer: str) -> None:
    one = found({**NEWS, **fields})
    assert lost(one) == [pointer]
    assert one.values == {"title": "Bridge opens"}


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"url": "https://a.example/1", "@id": "https://a.example/2"}, {"url": "https://a.example/1"}),
        ({"mainEntityOfPage": "https://a.example/1", "@id": "#x"}, {"url": "https://a.example/1"}),
        ({"mainEntityOfPage": {"@id": "https://a.example/1"}}, {"url": "https://a.example/1"}),
        ({"mainEntityOfPage": {"url": "https://a.example/1"}}, {"url": "https://a.example/1"}),
        ({"mainEntityOfPage": True, "@id": "https://a.example/1"}, {"url": "https://a.example/1"}),
        ({"url": "//a.example/1"}, {"url": "https://a.example/1"}),
        ({"url": "https://a.example/1", "identifier": "https://a.example/1"}, {"url": "https://a.example/1"}),
        ({"identifier": "A-1", "@id": "urn:x:1"}, {"id": "A-1"}),
        ({"identifier": 41}, {"id": 41}),
        ({"identifier": {"@type": "PropertyValue", "value": "A-1"}}, {"id": "A-1"}),
        ({"@id": "urn:x:1"}, {"id": "urn:x:1"}),
        ({"@id": "_:b0"}, {}),
        ({"@id": "#article"}, {}),
        ({"url": "/1", "identifier": "A-1"}, {"id": "A-1", "url": "/1"}),
    ],
)
def test_the_address_names_the_article_and_else_its_own_id(fields: dict[str, Any], values: dict[str, Any]) -> None:
    one = found({**NEWS, **fields})
    assert {name: one.values[name] for name in ("id", "url") if name in one.values} == values
    assert not lost(one)


def test_an_identifier_beside_an_address_is_told_of() -> None:
    assert lost(found({**NEWS, "url": "https://a.example/1", "identifier": "A-1"})) == ["/identifier"]


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        ("rivers, bridges ,", ["rivers", "bridges"]),
        ("rivers; bridges", ["rivers", "bridges"]),
        (["rivers", "bridges"], ["rivers", "bridges"]),
        (["rivers, bridges"], ["rivers", "bridges"]),
        (["Washington, D.C.", "bridges"], ["Washington, D.C.", "bridges"]),
        ({"@type": "DefinedTerm", "name": "rivers"}, ["rivers"]),
    ],
)
def test_keywords_without_a_code_are_tags(keywords: Any, tags: list[str]) -> None:
    assert found({**NEWS, "keywords": keywords}).values["tags"] == tags


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ({"name": "Ada", "@type": "Person"}, {"name": "Ada", "kind": "person"}),
        ({"name": "Roads Board", "@type": "GovernmentOrganization"}, {"name": "Roads Board", "kind": "organisation"}),
        ({"name": "Cup final", "@type": ["Thing", "SportsEvent"]}, {"name": "Cup final", "kind": "event"}),
        (
            {"name": "Ouse", "@type": "BodyOfWater", "sameAs": ["https://geo.example/id/77/"]},
            {"name": "Ouse", "kind": "place", "code": "77", "scheme": "https://geo.example/id/"},
        ),
        (
            {"name": "roads", "@id": "https://terms.example/topics#roads"},
            {"name": "roads", "kind": "subject", "code": "roads", "scheme": "https://terms.example/topics#"},
        ),
        ("https://geo.example/id/77", {"kind": "subject", "code": "77", "scheme": "https://geo.example/id/"}),
    ],
)
def test_what_it_is_about_is_a_subject_with_its_kind_and_code(about: Any, subject: dict[str, str]) -> None:
    one = found({**NEWS, "about": about})
    assert one.values["subjects"] == [subject]
    assert "tags" not in one.values


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("2026-01-31T09:00:00+01:00", "2026-01-31T09:00:00+01:00"),
        ("2026-1-3 9:05:00", "2026-01-03T09:05:00"),
        ("2026-01-31T09:00:00 UTC", "2026-01-31T09:00:00Z"),
        ("2026-01-31T09:00 -0500", "2026-01-31T09:00-0500"),
        ("2026-1-3", "2026-01-03"),
        ("31.1.2026", "2026-01-31"),
        ("the day after tomorrow", "the day after tomorrow"),
        (["2026-01-31"], "2026-01-31"),
        ({"@value": "2026-01-31"}, "2026-01-31"),
    ],
)
def test_dates_are_read_in_the_shapes_that_pages_have(date: Any, read: str) -> None:
    assert found({**NEWS, "datePublished": date}).values["published_at"] == read


def test_an_end_that_is_no_date_is_left_for_the_centre_to_refuse() -> None:
    assert found({**NEWS, "expires": 1769850000}).values["expires_at"] == 1769850000


@pytest.mark.parametrize(
    ("language", "read"),
    [("en-GB", "en-GB"), ({"@type": "Language", "name": "Welsh", "alternateName": "cy"}, "cy"), (["nb", "nn"], "nb")],
)
def test_the_language_is_a_code_or_a_thing_with_one(language: Any, read: str) -> None:
    assert found({**NEWS, "inLanguage": language}).values["language"] == read


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("https://a.example/1.jpg", "https://a.example/1.jpg"),
        ("//a.example/1.jpg", "https://a.example/1.jpg"),
        ([{"url": "/1.jpg"}, {"contentUrl": "https://a.example/2.jpg"}], "https://a.example/2.jpg"),
        ({"@id": "https://a.example/1.jpg"}, "https://a.example/1.jpg"),
        ({"@id": "https://a.example/page#image"}, None),
        ({"@id": "#photo"}, "https://a.example/photo.jpg"),
        (["data:image/png;base64,AAAA"], None),
    ],
)
def test_the_first_picture_with_an_address_is_kept(image: Any, address: str | None) -> None:
    value = {"@graph": [{**NEWS, "image": image}, {"@id": "#photo", "url": "https://a.example/photo.jpg"}]}
    assert found(value).values.get("image") == address


@pytest.mark.parametrize("version", [3, 3.0, "3"])
def test_a_version_is_a_whole_number(version: Any) -> None:
    assert found({**NEWS, "version": version}).values["version"] == 3


@pytest.mark.parametrize("version", ["3.1", 2.5, True, "three", {"major": 3}])
def test_any_other_version_is_told_of(version: Any) -> None:
    one = found({**NEWS, "version": version})
    assert "version" not in one.values
    assert lost(one) == ["/version"]


@pytest.mark.parametrize(
    ("fields", "pointer", "name", "kept"),
    [
        ({"headline": ["A", "A", "B"]}, "/headline", "title", "A"),
        (
            {"mainEntityOfPage": {"@id": "https://a.example/1", "name": "A"}},
            "/mainEntityOfPage",
            "title",
            "Bridge opens",
        ),
        ({"url": ["/1", "https://a.example/2"]}, "/url", "url", "https://a.example/2"),
        ({"url": ["/1", "/2"]}, "/url", "url", "/1"),
        ({"identifier": ["A", "B"]}, "/identifier/1", "id", "A"),
        ({"image": ["data:", "https://a.example/1.jpg"]}, "/image/0", "image", "https://a.example/1.jpg"),
        ({"articleBody": "a", "liveBlogUpdate": [{"articleBody": "b"}]}, "/liveBlogUpdate", "body", "a"),
        ({"inLanguage": ["nb", "nb", "nn"]}, "/inLanguage/2", "language", "nb"),
        ({"publisher": ["A", "B"]}, "/publisher", "source", "A"),
        ({"publisher": "B", "provider": "A"}, "/publisher", "source", "A"),
        ({"description": "A", "abstract": "B"}, "/abstract", "summary", "A"),
    ],
)
def test_the_first_of_several_is_kept_and_the_others_are_told_of(
    fields: dict[str, Any], pointer: str, name: str, kept: str
) -> None:
    one = found({**NEWS, **fields})
    assert one.values[name] == kept
    assert set(lost(one)) == {pointer}


def test_updates_of_a_live_blog_may_be_plain_texts() -> None:
    one = found(
        {**NEWS, "liveBlogUpdate": ["The gate is <b>open</b>.", {"headline": "Shut", "articleBody": "Again."}, 7]}
    )
    assert one.values["body"] == "The gate is open.\n\nShut\n\nAgain."
    assert one.values["headings"] == ["Shut"]
    assert lost(one) == ["/liveBlogUpdate/2"]


def test_html_becomes_text_with_its_headings() -> None:
    one = found(
        {**NEWS, "articleBody": "<h2>Long wait</h2><p>It is <b>open</b>.</p>", "description": "&lt;p&gt;Open&lt;/p&gt;"}
    )
    assert one.values["body"] == "Long wait\n\nIt is open."
    assert one.values["headings"] == ["Long wait"]
    assert one.values["summary"] == "Open"


def test_what_is_not_used_is_told_of_once_with_its_place() -> None:
    one = found({**NEWS, "wordCount": 7, "a/b": "c", "video": None, "speakable": {}, "text": "b", "articleBody": "a"})
    assert lost(one) == ["/text", "/wordCount", "/a~1b"]


def test_places_of_prefixed_properties_are_those_that_were_posted() -> None:
    one = found({"@type": "schema:NewsArticle", "schema:headline": "Bridge opens", "http://schema.org/wordCount": 7})
    assert one.places["title"] == "/schema:headline"
    assert lost(one) == ["/http:~1~1schema.org~1wordCount"]


def test_more_entries_than_a_list_takes_are_told_of() -> None:
    one = found({**NEWS, "keywords": ",".join(map(str, range(300))), "author": [str(n) for n in range(300)]})
    assert (len(one.values["tags"]), len(one.values["authors"])) == (200, 200)
    assert lost(one) == ["/author", "/keywords"]
