"""Sound JSON in each format with values in it that no article can have."""

import json
from random import Random
from typing import Any

from tests.fuzz import documents
from tests.fuzz.damage import Case, Damage, of_kind
from tests.fuzz.samples import Samples

_LONG_ID = "urn:wire:" + "ß" * 260
_NEVER = ("0001-01-01T00:00:00Z", "1599-12-31", "0999-06-01T00:00:00+02:00", "2999-01-01T00:00:00Z", "9998-12-31")


def _each(names: str, *values: Any) -> tuple[dict[str, Any], ...]:
    """Each of these fields with each of these values."""
    return tuple({name: value} for name in names.split() for value in values)


_NATIVE = (
    *_each("title body", None, False, 7, 1.5, [], ["t"], {}, {"value": "t"}, "", " \n\t", "\u200b", "&nbsp;"),
    *_each("title body summary source id url rights slugline", "a\0b"),
    *_each("id", "", "  ", "x" * 513, "ß" * 257, "日" * 171, True, [], {}, 1.5),
    *_each("url", "x" * 4097, [], 7, "javascript:alert(1)", "/relative", "ftp://quay.example/1", ""),
    *_each("published_at updated_at", *_NEVER),
    *_each("embargoed_until expires_at", *_NEVER[:3]),
    *_each("published_at updated_at embargoed_until expires_at", "", "soon", "2026-02-30", "2026-13-01", "24:00"),
    *_each("published_at updated_at embargoed_until expires_at", 1769850000, True, [], {}, "1769850000000"),
    *_each("version", 0, -1, 1.5, "one", True, 2**53 + 1, 2**80, [], ""),
    *_each("urgency", 0, 10, -3, "high", True, 2.5),
    *_each("language", "", "english", "??", 7, "e", "en--gb", "x" * 65),
    *_each("tags", 7, {}, [None], [["a"]], ["a\0"], ["x"] * 201, ["x" * 1001]),
    *_each("authors", {"name": "Ada"}, [7], [{}], "x" * 1001),
    *_each("subjects", 7, ["ports"], [{}], [{"kind": "place"}], [{"name": []}], {"name": "x"}),
    *_each("subtitle source section dateline", "x" * 1001, {}, 7),
)
_POST = {"id": 7, "date_gmt": "2026-01-31T09:00:00"}
_AGENCY = {"uri": "urn:a", "headline": "h"}
_NO_ARTICLES: tuple[Any, ...] = (
    {"@context": "https://schema.org", "@type": "WebSite", "name": "Quay"},
    {"@context": "https://schema.org", "@graph": []},
    {"@context": "https://schema.org", "@graph": [{"@type": "Person", "name": "Ada"}, 7, None]},
    {"@graph": {"@type": "ImageObject", "headline": "x"}},
    [{"@context": "https://schema.org", "@type": "BreadcrumbList"}],
    {"version": "https://jsonfeed.org/version/1.1", "title": "Quay"},
    {"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "items": {}},
    {"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "items": []},
    {"version": "https://jsonfeed.org/version/1", "items": [1, "a", None, []]},
    {"version": "https://jsonfeed.org/version/1.1", "items": [{}, {"title": "no id"}, {"id": {}, "title": "t"}]},
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1"}, {"id": "2", "image": "https://quay.example/"}],
    },
    {"type": ["h-event"], "properties": {"name": ["x"]}},
    {"type": ["h-entry"], "properties": ["name"]},
    {"type": ["h-entry"], "properties": {}},
    {"type": ["h-entry"], "properties": {"category": ["ports"], "content": [{}], "name": [7, None, {}]}},
    {"type": ["h-entry"], "properties": {"name": ["t"], "content": ["c"], "post-status": ["draft"]}},
    {"type": ["h-entry"], "properties": {"name": ["t"], "content": ["c"], "visibility": ["private"]}},
    {"type": ["h-entry"], "properties": {"name": ["t"], "content": ["c"]}, "action": "publish"},
    {"action": "update", "url": "https://quay.example/1"},
    {"action": "update", "url": "https://quay.example/1", "replace": ["name"]},
    {"action": "update", "url": "https://quay.example/1", "add": 7},
    {"action": "update", "url": "https://quay.example/1", "replace": {"post-status": ["draft"]}},
    {"action": "delete", "url": None},
    {"action": "delete", "url": ["a"]},
    {"action": "delete", "url": ""},
    {"action": "delete", "url": "not-a-place"},
    {"action": "undelete", "url": 7},
    {"action": "burn", "url": "https://quay.example/1"},
    *({**_POST, **status} for status in _each("status", "draft", "pending", "private", 7, [])),
    {"id": 7, "date_gmt": "2026-01-31T09:00:00", "title": {"rendered": ""}, "content": {"rendered": " <p></p> "}},
    {"id": 7, "title": {"rendered": "t"}, "content": {"rendered": "c", "protected": True}},
    {"status": "trash", "modified_gmt": "2026-01-31T09:00:00"},
    {"id": 7, "status": "future", "title": {"rendered": "t"}, "content": {"rendered": "c"}},
    *({**_AGENCY, **status} for status in _each("pubstatus", "draft", 7, ["usable"], "stat:unknown")),
    {"uri": "urn:a", "pubstatus": "usable", "versioncreated": "2026-01-31T09:00:00Z"},
    {"uri": "urn:a", "pubStatus": "usable", "headlines": [], "bodies": [{}]},
    {"pubstatus": "canceled", "headline": "h"},
    {"pubStatus": "withheld"},
    {"uri": "urn:a", "pubstatus": "usable", "headline": "h", "embargoed": "soon"},
)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _native(random: Random, _: Samples) -> Case:
    return of_kind(random, "json", _dumped({**documents.native(random), **random.choice(_NATIVE)}))


def _natives(random: Random, _: Samples) -> Case:
    """Several articles with something wrong in each."""
    articles = [{**documents.native(random), **random.choice(_NATIVE)} for _ in range(random.randint(1, 5))]
    if random.random() < 0.5:
        return of_kind(random, "json", _dumped(articles))
    return of_kind(random, "ndjson", b"\n".join(map(_dumped, articles)))


def _no_article(random: Random, _: Samples) -> Case:
    return of_kind(random, random.choice(("json", "ndjson")), _dumped(random.choice(_NO_ARTICLES)))


def _impossible(random: Random, _: Samples) -> Case:
    """A foreign article with an instant, an id or a text that none can have."""
    when, name = random.choice(_NEVER), random.choice((_LONG_ID, "a\0b"))
    of_schema = {"datePublished": when}, {"dateModified": when}, {"identifier": name}, {"headline": "a\0b"}
    of_ninjs = {"firstcreated": when}, {"versioncreated": when}, {"uri": name}, {"headline": "a\0b"}
    of_item = {"date_published": when}, {"date_modified": when}, {"id": name}, {"title": "a\0b"}
    of_post = {"date_gmt": when}, {"modified_gmt": when}, {"guid": {"rendered": name}}
    of_entry = {"published": [when]}, {"updated": [when]}, {"uid": [name]}, {"name": ["a\0b"]}
    ninjs = {"uri": "urn:wire:1", "pubstatus": "usable", "headline": "h", "body_text": "b"}
    values: tuple[Any, ...] = (
        {**documents.schema_org(random), **random.choice(of_schema)},
        {**ninjs, **random.choice(of_ninjs)},
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "t", **random.choice(of_item)}]},
        {**documents.wordpress(random), **random.choice(of_post)},
        {"type": ["h-entry"], "properties": {"name": ["t"], "content": ["c"], **random.choice(of_entry)}},
    )
    return of_kind(random, "json", _dumped(random.choice(values)))


DAMAGES: dict[str, Damage] = {
    "native: a field": _native,
    "native: a field in each of several": _natives,
    "foreign: no article": _no_article,
    "foreign: impossible id, date or text": _impossible,
}
