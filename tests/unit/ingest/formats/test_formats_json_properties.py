"""What holds of every JSON format, whatever is posted."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.errors import Rejected
from services.ingest.formats.check import checked
from services.ingest.formats.json_feed import read_json_feed
from services.ingest.formats.micropub import read_micropub_form, read_micropub_json
from services.ingest.formats.ninjs import read_ninjs
from services.ingest.formats.reading import Found
from services.ingest.formats.schema_org import read_schema_org
from services.ingest.formats.wordpress import read_wordpress

NOW = datetime(2026, 6, 1, tzinfo=UTC)
Read = Callable[[Any, str], list[Found | Rejected]]
WORDS: dict[Read, str] = {
    read_schema_org: "@context @graph @id @type @list @set @value headline articleBody author name url "
    "mainEntityOfPage keywords about mentions publisher image articleSection datePublished "
    "inLanguage correction version identifier liveBlogUpdate itemListElement item hasPart sameAs "
    "termCode inDefinedTermSet license NewsArticle CreativeWork schema:headline",
    read_ninjs: "uri guid version pubstatus pubStatus urgency headline headlines headline_main body_html "
    "body_text bodies description_text descriptions role value contentType byline by authors subject "
    "subjects people places name code scheme literal genre infosource associations renditions href "
    "width type picture rightsinfo linkedrights signal sig:correction usable canceled versioncreated "
    "embargoed",
    read_json_feed: "version items id url external_url title content_html content_text summary image banner_image "
    "date_published date_modified authors author name tags language attachments",
    read_wordpress: "id guid rendered raw protected link date date_gmt modified_gmt status publish future trash "
    "title content excerpt author categories tags featured_media _embedded wp:term wp:featuredmedia "
    "taxonomy category post_tag name source_url class_list yoast_head_json schema @graph @type "
    "Article articleSection lang",
    read_micropub_json: "type h-entry properties action create update delete undelete url replace add name content "
    "html value summary category published photo author mp-slug post-status draft in-language uid",
}
TEXTS = ["", "x", "https://a.example/b", "<p>a</p>", "medtop:1", "2026-01-31T09:00:00Z", "7"]


def json_values(words: list[str]) -> st.SearchStrategy[Any]:
    """JSON in which the words of a format stand as keys and as texts."""
    texts = st.sampled_from([*words, *TEXTS]) | st.text(max_size=4)
    alone = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
    keys = st.sampled_from(words) | st.text(max_size=2)
    return st.recursive(
        alone, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6), max_leaves=25
    )


def at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer; fails where nothing does."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def items(read: Read, value: Any) -> list[Found | Rejected]:
    """What is found; a body that is refused as a whole is the only item."""
    try:
        return read(value, "")
    except Rejected as error:
        return [error]


@pytest.mark.parametrize("read", WORDS, ids=lambda read: read.__name__)
@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_read_or_refused_and_nothing_else_happens(read: Read, data: st.DataObject) -> None:
    words = WORDS[read].split()
    pairs = st.dictionaries(st.sampled_from(words), json_values(words), min_size=1, max_size=8)
    for found in items(read, data.draw(pairs | json_values(words))):
        assert isinstance(found, Found | Rejected)
        if isinstance(found, Rejected):
            assert found.errors
            continue
        assert all(warning.pointer.startswith(found.pointer + "/") for warning in found.warnings)
        assert all(place.startswith(found.pointer) for place in found.places.values())
        assert checked(found, {}, NOW).pointer == found.pointer


@pytest.mark.parametrize(
    "read", [read_ninjs, read_json_feed, read_wordpress, read_micropub_json], ids=lambda read: read.__name__
)
@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_warning_points_at_something_that_was_posted(read: Read, data: st.DataObject) -> None:
    words = WORDS[read].split()
    value = data.draw(st.dictionaries(st.sampled_from(words), json_values(words), min_size=1, max_size=8))
    for found in items(read, value):
        for warning in found.warnings if isinstance(found, Found) else ():
            assert at(value, warning.pointer) not in (None, "", [], {})


@given(
    st.lists(st.tuples(st.sampled_from("h action url name content content[html] category[] photo[".split()), st.text()))
)
def test_any_form_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    assert len(read_micropub_form(pairs)) == 1


@pytest.mark.parametrize("read", WORDS, ids=lambda read: read.__name__)
@pytest.mark.parametrize(
    "opening", ['{"items":', '{"mainEntity":', '{"properties":', '{"title":', '{"body_html":', "["]
)
def test_the_deepest_json_is_read_or_refused(read: Read, opening: str) -> None:
    value: Any = "x"
    for _ in range(1000):
        value = [value] if opening == "[" else {opening[2:-2]: value}
    assert all(isinstance(found, Found | Rejected) for found in items(read, value))


@pytest.mark.parametrize("read", WORDS, ids=lambda read: read.__name__)
@pytest.mark.parametrize("value", [None, True, 7, "text", [], [None], {}])
def test_what_holds_nothing_is_refused(read: Read, value: Any) -> None:
    assert [type(found) for found in items(read, value)] == [Rejected]
