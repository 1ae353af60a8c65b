"""The HTTP interface of the reading room, against a real index."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.cli.client import ClientSettings
from services.cli.search import find
from services.index.asked import MOST_WORDS, Asked
from services.index.queries import search_body
from services.search.asking import MAX_LINE
from services.search.guarding import HEADERS
from services.search.reader import Reader
from tests.integration.reading_rooms import Room, document, reading_room

FERRIES = [
    document("one", title="Rare earth pact binds two ports", tags=["rare-earth", "us-japan"], source="Harbor Wire"),
    document("two", timedelta(days=1), title="Ports <b>wait</b> & see", tags=["rare-earth"], source="Harbor Wire"),
    document("three", timedelta(days=2), title="Ferry service ends", language="fr", source="Le Quai", tags=["ferry"]),
    document("four", timedelta(days=40), title="Ferry service begins", publisher="quay", authors=["Ada Moor"]),
]


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(opensearch_url: str) -> AsyncIterator[Room]:
    async with reading_room(opensearch_url, f"house{uuid.uuid4().hex[:12]}-") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def room(house: Room) -> AsyncIterator[Room]:
    """The house, empty."""
    yield house
    await house.clear()


async def walk(room: Room, **asked: Any) -> list[list[str]]:
    """The ids of page after page, to the end."""
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        found = await room.search(**asked, **cursor)
        pages.append([hit["id"] for hit in found["hits"]])
        if found["next"] is None:
            return pages
        cursor = {"cursor": found["next"]}


async def test_a_search_finds_and_tells_what_it_found(room: Room) -> None:
    await room.put(*FERRIES)
    found = await room.search(q="ports")
    assert found["total"] == 2
    assert {hit["id"] for hit in found["hits"]} == {"one", "two"}
    assert found["query"] == "?q=ports"
    assert found["next"] is None
    assert found["did_you_mean"] is None


async def test_what_matched_is_marked_and_all_else_is_escaped(room: Room) -> None:
    await room.put(*FERRIES, document("five", body="<script>alert('ports')</script> in the ports."))
    titles = {hit["id"]: hit for hit in (await room.search(q="ports"))["hits"]}
    assert titles["two"]["title_html"] == "<mark>Ports</mark> &lt;b&gt;wait&lt;&#x2F;b&gt; &amp; see"
    snippets = "".join(titles["five"]["snippets_html"])
    assert "<mark>ports</mark>" in snippets
    assert "<script" not in snippets.replace("<mark>", "").replace("</mark>", "")
    assert (await room.search())["hits"][2]["title_html"] == "Ports &lt;b&gt;wait&lt;/b&gt; &amp; see"


async def test_nothing_found_is_an_answer(room: Room) -> None:
    await room.put(*FERRIES)
    found = await room.search(q="zeppelins over lakes")
    assert (found["total"], found["hits"], found["next"]) == (0, [], None)


async def test_an_empty_index_answers_with_empty_facets(room: Room) -> None:
    found = await room.search()
    assert (found["total"], found["clusters"]) == (0, 0)
    assert found["facets"]["dates"]["buckets"] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"source": "Harbor Wire"}, ["one", "two"]),
        ({"source": ["Harbor Wire", "Le Quai"]}, ["one", "two", "three"]),
        ({"language": "fr"}, ["three"]),
        ({"publisher": "quay"}, ["four"]),
        ({"author": "Ada Moor"}, ["four"]),
        ({"tag": "Rare earths"}, ["one", "two"]),
        ({"tag": ["rare earth", "U.S.–Japan"]}, ["one"]),
        ({"tag": "Japan-US relations"}, ["one"]),
        ({"from": "2026-10-19"}, ["one", "two"]),
        ({"to": "2026-10-18"}, ["three", "four"]),
        ({"to": "2026-10-19T11:00:00Z"}, ["three", "four"]),
        ({"from": "2026-10-19", "to": "2026-10-19"}, ["two"]),
        ({"from": "2026-10-20T13:00:00+02:00"}, ["one"]),
        ({"q": "ferry -begins"}, ["three"]),
        ({"q": '"service ends"'}, ["three"]),
    ],
)
async def test_a_search_is_narrowed(room: Room, asked: dict[str, Any], found: list[str]) -> None:
    await room.put(*FERRIES)
    assert await room.ids(**asked) == found


async def test_a_facet_counts_as_if_nothing_of_it_were_chosen_except_tags(room: Room) -> None:
    await room.put(*FERRIES)
    facets = (await room.search(source="Harbor Wire", tag="rare-earth"))["facets"]
    sources = {one["value"]: (one["count"], one["selected"]) for one in facets["sources"]}
    assert sources == {"Harbor Wire": (2, True)}  # of what has the tag
    facets = (await room.search(source="Harbor Wire", language="fr"))["facets"]
    assert {one["value"]: one["count"] for one in facets["sources"]} == {"Harbor Wire": 0, "Le Quai": 1}
    assert {one["value"]: one["count"] for one in facets["languages"]} == {"fr": 0, "en": 2}
    assert facets["tags"] == []
    assert (await room.search(source="Harbor Wire"))["facets"]["tags"] == [
        {"value": "rare-earth", "label": "Rare earth", "count": 2, "selected": False},
        {"value": "us-japan", "label": "US–Japan", "count": 1, "selected": False},
    ]


async def test_facets_are_right_by_counting(room: Room) -> None:
    articles = [
        document(
            f"a{number}",
            timedelta(days=number),
            source=f"s{number % 3}",
            language=("en", "ja")[number % 2],
            title="Ferry" if number % 5 else "Barge",
        )
        for number in range(60)
    ]
    await room.put(*articles)
    found = [one for one in articles if one["title"] == "Ferry"]
    facets = (await room.search(q="ferry", source="s1", collapse="0"))["facets"]
    chosen = [one for one in found if one["source"] == "s1"]
    assert {one["value"]: one["count"] for one in facets["sources"]} == Counter(one["source"] for one in found)
    assert {one["value"]: one["count"] for one in facets["languages"]} == Counter(one["language"] for one in chosen)
    dates = facets["dates"]["buckets"]
    assert sum(one["count"] for one in dates) == len(chosen)
    for bucket in dates:
        inside = [one for one in chosen if bucket["from"] <= one["recency_at"].replace("+00:00", "Z") < bucket["to"]]
        assert len(inside) == bucket["count"]
    assert all(one["to"] == after["from"] for one, after in pairwise(dates))


async def test_the_dates_count_beyond_the_chosen_range(room: Room) -> None:
    await room.put(*FERRIES)
    found = await room.search(**{"from": "2026-10-19"})
    assert found["total"] == 2
    assert sum(one["count"] for one in found["facets"]["dates"]["buckets"]) == 4


async def test_facets_can_be_left_out(room: Room) -> None:
    await room.put(*FERRIES)
    assert (await room.search(facets="0"))["facets"] is None


async def test_of_a_cluster_one_article_is_shown_and_the_others_named(room: Room) -> None:
    await room.put(
        document("first", cluster_id="c", title="Ferry runs aground", source="Harbor Wire"),
        document("copy", timedelta(hours=1), cluster_id="c", title="Ferry runs aground again"),
        document("alone", title="Ferry timetable"),
    )
    found = await room.search(q="ferry")
    assert (found["total"], found["clusters"], len(found["hits"])) == (3, 2, 2)
    hit = next(hit for hit in found["hits"] if hit["copies"])
    assert hit["copies"] == 1
    assert {hit["id"], hit["also"][0]["id"]} == {"first", "copy"}
    apart = await room.search(q="ferry", collapse="0")
    assert (apart["clusters"], len(apart["hits"])) == (None, 3)


@pytest.mark.parametrize("asked", [{"q": "ferry"}, {"q": "ferry", "sort": "date"}, {}], ids=str)
@pytest.mark.parametrize("collapse", ["0", "1"])
async def test_pages_lose_and_repeat_nothing_while_articles_arrive(
    room: Room, asked: dict[str, Any], collapse: str
) -> None:
    def ferries(first: int, last: int) -> list[dict[str, Any]]:
        # of different lengths and ages, so that what arrives changes every score
        return [
            document(
                f"f{number:03}",
                timedelta(hours=number * 7 % 97),
                title=f"Ferry {number}",
                body="ferry " * (number % 5) + "harbour " * (number % 11),
                cluster_id=f"c{number // 2}",
            )
            for number in range(first, last)
        ]

    await room.put(*ferries(0, 100))
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    arrived = 100
    while True:
        found = await room.search(**asked, **cursor, size=7, collapse=collapse)
        pages.append([hit["id"] for hit in found["hits"]])
        await room.put(*ferries(arrived, arrived + 30))
        arrived += 30
        if found["next"] is None:
            break
        cursor = {"cursor": found["next"]}
    seen = [one for page in pages for one in page]
    assert len(seen) == len(set(seen))
    clusters = [int(one[1:]) // 2 for one in seen]
    if collapse == "1":
        assert len(clusters) == len(set(clusters))
        assert set(clusters) >= set(range(50))
    else:
        assert set(seen) >= {f"f{number:03}" for number in range(100)}
    assert all(len(page) == 7 for page in pages[:-1])


async def test_a_list_in_order_of_date_is_in_order_over_all_pages(room: Room) -> None:
    await room.put(*(document(f"d{number:02}", timedelta(hours=number)) for number in range(25)))
    pages = await walk(room, sort="date", size=4, collapse="0")
    assert [one for page in pages for one in page] == [f"d{number:02}" for number in range(25)]
    assert [len(page) for page in pages] == [4, 4, 4, 4, 4, 4, 1]


@pytest.mark.parametrize("collapse", ["0", "1"])
async def test_what_is_withdrawn_or_corrected_meanwhile_is_not_shown_as_it_was(room: Room, collapse: str) -> None:
    await room.put(*(document(f"d{number:02}", timedelta(hours=number)) for number in range(12)))
    first = await room.search(sort="date", size=4, collapse=collapse)
    second = await room.search(sort="date", size=4, collapse=collapse, cursor=first["next"])
    await room.put(document("d08", status="withdrawn"), document("d09", title="Corrected title"))
    third = await room.search(sort="date", size=4, collapse=collapse, cursor=second["next"])
    assert [hit["id"] for hit in third["hits"]] == ["d09", "d10", "d11"]
    assert third["hits"][0]["title"] == "Corrected title"


async def test_a_copy_that_is_withdrawn_meanwhile_is_not_named(room: Room) -> None:
    await room.put(
        *(document(f"d{number}", timedelta(hours=number)) for number in range(2)),
        document("shown", timedelta(days=1), cluster_id="c"),
        document("copy", timedelta(days=2), cluster_id="c"),
    )
    first = await room.search(sort="date", size=1)
    second = await room.search(sort="date", size=1, cursor=first["next"])
    await room.put(document("copy", status="withdrawn", cluster_id="c"))
    third = (await room.search(sort="date", size=1, cursor=second["next"]))["hits"][0]
    assert (third["id"], third["copies"], third["also"]) == ("shown", 0, [])


async def test_a_point_in_time_keeps_the_filter_of_the_alias(room: Room) -> None:
    await room.put(
        *(document(f"d{number:02}", timedelta(hours=number)) for number in range(12)),
        document("gone", status="withdrawn"),
        document("over", expires_at="2026-01-01T00:00:00Z"),
    )
    pages = await walk(room, size=3, collapse="0")
    assert sorted(one for page in pages for one in page) == [f"d{number:02}" for number in range(12)]
    second = await room.search(size=3, cursor=(await room.search(size=3))["next"])
    assert second["total"] == 12


async def test_a_list_that_is_over_says_so(room: Room) -> None:
    await room.put(*(document(f"d{number:02}") for number in range(12)))
    second = await room.search(size=3, cursor=(await room.search(size=3))["next"])
    await room.index.delete_all_pits()
    answer = await room.client.get("/v1/search", params={"size": 3, "cursor": second["next"]})
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    assert "start again" in answer.json()["detail"]


async def test_a_list_may_not_be_read_for_ever(opensearch_url: str, index_prefix: str) -> None:
    async with reading_room(opensearch_url, index_prefix, pit_life=timedelta(0)) as room:
        await room.put(*(document(f"d{number:02}") for number in range(12)))
        second = await room.search(size=3, cursor=(await room.search(size=3))["next"])
        answer = await room.client.get("/v1/search", params={"size": 3, "cursor": second["next"]})
        assert answer.status_code == 410


async def test_points_in_time_are_bounded_and_closed(opensearch_url: str, index_prefix: str) -> None:
    async def held(room: Room) -> str:
        return (await room.client.get("/metrics")).text.partition("\nwiredesk_search_pits ")[2].partition("\n")[0]

    async with reading_room(opensearch_url, index_prefix, most_pits=2) as room:
        await room.put(*(document(f"d{number:02}") for number in range(12)))
        assert await held(room) == "0.0"
        first = (await room.search(size=3))["next"]
        assert await held(room) == "0.0"  # most readers never ask for a second page
        cursors = [(await room.search(size=3, cursor=first))["next"] for _ in range(3)]
        assert await held(room) == "2.0"
        answers = [await room.client.get("/v1/search", params={"size": 3, "cursor": one}) for one in cursors]
        assert [one.status_code for one in answers] == [410, 200, 200]
    assert first


@pytest.mark.parametrize("cursor", ["x", "MTA", "a" * 300, "%00", "é", "AAAA" * 900, "x" * 4_001])
async def test_an_odd_cursor_is_refused_and_never_a_fault(room: Room, cursor: str) -> None:
    answer = await room.client.get("/v1/search", params={"cursor": cursor})
    assert answer.status_code in (400, 410)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_cursor_cannot_be_changed_or_used_for_another_search(room: Room) -> None:
    await room.put(*(document(f"d{number:02}") for number in range(12)))
    cursor = (await room.search(q="bridges", size=3))["next"]
    for asked in ({"q": "text"}, {"q": "bridges", "collapse": "0"}, {"q": "bridges", "tag": "x"}):
        answer = await room.client.get("/v1/search", params={**asked, "cursor": cursor})
        assert answer.status_code == 400
    changed = cursor[:-3] + ("AAA" if cursor[-3:] != "AAA" else "BBB")
    answer = await room.client.get("/v1/search", params={"q": "bridges", "cursor": changed})
    assert answer.status_code in (400, 410)
    assert (await room.client.get("/v1/search", params={"q": "bridges", "cursor": cursor})).status_code == 200


HOSTILE = [
    {"index": "*", "_index": "secret", "source": '{"query":{"match_all":{}}}'},
    {"q": '{"query":{"match_all":{}}}'},
    {"q": "status:withdrawn"},
    {"q": "*:* OR status:withdrawn _exists_:id"},
    {"source": '"}}]}},{"match_all":{}}', "tag": '"}}'},
    {"publisher": "local\n{}\n{}"},
    {"language": "*"},
    {"collapse": "1", "facets": "1", "size": "100", "pretty": "true", "ignore_unavailable": "true"},
]


@pytest.mark.parametrize("asked", HOSTILE, ids=str)
async def test_no_query_reaches_beyond_the_alias(room: Room, asked: dict[str, str]) -> None:
    await room.put(*FERRIES, document("gone", status="withdrawn"), document("over", expires_at="2026-01-01T00:00:00Z"))
    await room.put(document("held", title="Embargoed ports"), alias=room.names.held)
    assert {"gone", "over", "held"}.isdisjoint(await room.ids(**asked))


@pytest.mark.parametrize(
    "path", ["articles/held", "articles/gone", "articles/over", "related/gone", "articles/no%2Fne"]
)
async def test_what_the_alias_does_not_show_is_not_found(room: Room, path: str) -> None:
    await room.put(*FERRIES, document("gone", status="withdrawn"), document("over", expires_at="2026-01-01T00:00:00Z"))
    await room.put(document("held"), alias=room.names.held)
    for more in ("", "/versions/1") if path.startswith("articles") else ("",):
        answer = await room.client.get(f"/v1/{path}{more}")
        assert answer.status_code == 404
        assert answer.json()["reason"] == "not_found"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("size", value) for value in ("0", "101", "-1", "ten", "1e9", "²", "9" * 99)),
        *(("sort", "price"), ("collapse", "yes"), ("facets", "maybe"), ("q", "x" * (MAX_LINE + 1))),
        *(("from", value) for value in ("yesterday", "2026-13-01", "0000-01-01", "99999-01-01", "2026-1-1", "now-1d")),
        *(("to", value) for value in ("9999-12-31", "2026-10-27T99:00:00Z", "||/M")),
        ("tag", "x" * 300),
        ("source", ["s"] * 0 + [f"s{number}" for number in range(51)]),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_an_odd_parameter_is_a_400_that_points_at_it(room: Room, name: str, value: Any) -> None:
    answer = await room.client.get("/v1/search", params={name: value})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == f"/{name}"


@pytest.mark.parametrize("path", ["/v1/tags?size=0", "/v1/tags?size=x", "/v1/related/one?size=21"])
async def test_an_odd_size_is_a_400_elsewhere_too(room: Room, path: str) -> None:
    assert (await room.client.get(path)).status_code == 400


ODD = st.text(st.sampled_from(list("ab1日é \"“”„«»'’‘-–—+*?!()[]{}^~:\\/|&_.,\t\n\u00a0\x00😀%#<>=;@$")), max_size=60)


async def test_no_line_is_a_fault(room: Room) -> None:
    await room.put(*FERRIES)

    @given(ODD)
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def collect(line: str) -> None:
        lines.append(line)

    lines: list[str] = []
    await asyncio.to_thread(collect)
    lines += [
        "a " * 500,
        "“a” " * 200,
        "-a " * 300,
        "日本 " * 300,
        "x" * 1_000,
        "\x00",
        "𝒶" * 200,
        "%",
        "a" + "\u0301" * 400,
    ]
    for line in dict.fromkeys(lines):
        for path, name in (("/v1/search", "q"), ("/v1/suggest", "q"), ("/v1/tags", "prefix")):
            answer = await room.client.get(path, params={name: line[:MAX_LINE]})
            assert answer.status_code == 200, (path, line, answer.text)


async def test_a_line_of_more_words_than_a_query_holds_is_cut(room: Room) -> None:
    await room.put(*FERRIES)
    line = " ".join(f"w{number % 90}" for number in range(MOST_WORDS * 3))[:MAX_LINE]
    assert (await room.search(q=f"ferry {line}"))["total"] == 0
    assert (await room.client.get("/v1/search", params={"q": '"' + "a b " * 200 + '"'})).status_code == 200


async def test_a_misspelt_line_is_asked_back_where_that_finds_something(room: Room) -> None:
    await room.put(*FERRIES)
    assert (await room.search(q="rare erth"))["did_you_mean"] == "rare earth"
    assert (await room.search(q='"rare erth" -zebra'))["did_you_mean"] == "rare earth -zebra"
    assert (await room.search(q="rare erth", language="fr"))["did_you_mean"] is None
    assert (await room.search(q="qqqqqq"))["did_you_mean"] is None
    assert (await room.search(q="!!!"))["did_you_mean"] is None


async def test_an_article_is_given_with_reasons_versions_and_its_cluster(room: Room) -> None:
    place = {
        "field": "title",
        "start": 0,
        "end": 10,
        "text": "Rare earth",
        "rule": "name",
        "kind": "commodity",
        "score": 3.0,
    }
    shown = document(
        "news:a/b?c",
        title="Rare earth pact",
        tags=["rare-earth", "mine"],
        auto_tags=[{"slug": "rare-earth", **place}],
        cluster_id="c",
        revision=2,
        supersedes=1,
        correction="The year was wrong.",
        content_hash="secret",
    )
    await room.put(shown, document("copy", cluster_id="c"), document("other"))
    about = {"id": shown["id"], "publisher": "local", "version": 1}
    text = {"title": "Rare erth pact", "body": "Before.", "content_hash": "secret"}
    held = {"title": "Not yet", "body": "Later.", "embargoed_until": "2999-01-01T00:00:00+00:00"}
    at = "2026-10-01T00:00:00Z"
    await room.put_version({**about, "revision": 1, "kind": "published", "accepted_at": at, "article": text})
    await room.put_version({**about, "revision": 2, "kind": "corrected", "accepted_at": at, "article": shown})
    await room.put_version({**about, "revision": 3, "kind": "corrected", "accepted_at": at, "article": held})
    path = f"/v1/articles/{quote(shown['id'], safe='')}"
    article = (await room.client.get(path)).json()
    assert article["corrected"]
    assert (article["revision"], article["correction"]) == (2, "The year was wrong.")
    assert [(tag["slug"], tag["from"], tag["reason"]) for tag in article["tags"]] == [
        ("rare-earth", "text", "“Rare earth” in the title"),
        ("mine", "publisher", "given by the publisher"),
    ]
    assert [one["id"] for one in article["cluster"]] == ["copy"]
    assert [(one["revision"], one["title"]) for one in article["versions"]] == [
        (2, "Rare earth pact"),
        (1, "Rare erth pact"),
    ]
    assert "secret" not in str(article)
    assert (await room.client.get(article["related"])).status_code == 200
    old = await room.client.get(f"{path}/versions/1")
    assert old.json() == {"id": shown["id"], "revision": 1, "article": {"title": "Rare erth pact", "body": "Before."}}
    for revision in ("3", "4", "x", "-1", "9" * 30):
        assert (await room.client.get(f"{path}/versions/{revision}")).status_code == 404


async def test_related_articles_are_alike_and_of_other_clusters(room: Room) -> None:
    text = "The smelter in Port Ellery melts scrap magnets into neodymium and dysprosium metal."
    await room.put(
        document("one", title="Magnet smelter opens", body=text, cluster_id="c"),
        document("copy", title="Magnet smelter opens", body=text, cluster_id="c"),
        document("like", title="Second magnet smelter planned", body="Neodymium and dysprosium from scrap magnets."),
        document(
            "like-too", title="Magnet smelter strikes", body="Workers at the smelter melt no scrap.", cluster_id="like"
        ),
        document("unlike", title="Choir sings", body="It sang of the sea."),
        document("gone", title="Magnet smelter opens", body=text, status="withdrawn"),
    )
    hits = (await room.client.get("/v1/related/one")).json()["hits"]
    assert [hit["id"] for hit in hits] == ["like"]


async def test_titles_and_tags_are_suggested_as_somebody_types(room: Room) -> None:
    await room.put(*FERRIES, document("gone", title="Ferry sinks", status="withdrawn", tags=["ferry"]))
    found = (await room.client.get("/v1/suggest", params={"q": "ferry ser"})).json()
    assert [one["id"] for one in found["titles"]] == ["three", "four"]
    assert found["titles"][0]["title_html"] == "<mark>Ferry</mark> <mark>service</mark> ends"

    async def tags(text: str) -> list[tuple[str, str, int]]:
        told = (await room.client.get("/v1/suggest", params={"q": text})).json()["tags"]
        return [(one["slug"], one["label"], one["count"]) for one in told]

    assert await tags("us-j") == [("us-japan", "US–Japan", 1)]
    assert await tags("rare e") == [("rare-earth", "Rare earth", 2)]
    assert await tags("レアア") == [("rare-earth", "Rare earth", 2)]
    assert await tags("FER") == [("ferry", "Ferry", 1)]
    assert await tags(".*") == []
    assert await tags("x") == []


async def test_tags_are_listed_by_their_beginning_or_their_names(room: Room) -> None:
    await room.put(*FERRIES, document("five", tags=["japan"]))
    everything = (await room.client.get("/v1/tags")).json()["tags"]
    assert [(one["slug"], one["count"]) for one in everything] == [
        *(("rare-earth", 2), ("ferry", 1), ("japan", 1), ("us-japan", 1)),
    ]
    assert [one["slug"] for one in (await room.client.get("/v1/tags?prefix=日")).json()["tags"]] == [
        "japan",
        "us-japan",
    ]
    assert len((await room.client.get("/v1/tags?size=2")).json()["tags"]) == 2


TEMPLATED: list[tuple[dict[str, Any], Asked]] = [
    ({}, Asked()),
    ({"q": "rare earth"}, Asked("rare earth")),
    ({"q": "service", "not": ["begins"]}, Asked("service -begins")),
    ({"phrases": ["rare earth"]}, Asked('"rare earth"')),
    ({"q": 'odd "quotes\\ {{q}}'}, Asked("odd 'quotes\\ {{q}}")),
    ({"tags": ["rare-earth", "us-japan"]}, Asked(tags=("rare-earth", "us-japan"))),
    ({"sources": ["Harbor Wire", "Le Quai"], "by_date": True}, Asked(sources=("Harbor Wire", "Le Quai"), sort="date")),
    ({"q": "ferry", "languages": ["fr"]}, Asked("ferry", languages=("fr",))),
    (
        {"q": "ferry", "publishers": ["quay"], "authors": ["Ada Moor"]},
        Asked("ferry", publishers=("quay",), authors=("Ada Moor",)),
    ),
    ({"unspaced": ["日米"]}, Asked("日米")),
    ({"q": "WHO", "acronyms": ["WHO"]}, Asked("WHO")),
    ({"q": "bodies"}, Asked("bodies")),
]


@pytest.mark.parametrize(("params", "asked"), TEMPLATED, ids=lambda value: str(value)[:40])
async def test_the_template_finds_what_the_function_finds(room: Room, params: dict[str, Any], asked: Asked) -> None:
    await room.put(
        *FERRIES,
        document("six", title="日米首脳が会談", body="会談した。"),
        document("seven", title="WHO warns", acronyms=["WHO"]),
        document("eight", title="Who won", body="Nobody knows."),
    )
    body = {"id": room.names.search_template, "params": {**params, "size": 20}}
    templated = (await room.index.search_template(index=room.names.articles, body=body))["hits"]
    found = (await room.index.search(index=room.names.articles, body=search_body(asked, 20)))["hits"]
    assert templated["total"] == found["total"]
    assert [hit["_id"] for hit in templated["hits"]] == [hit["_id"] for hit in found["hits"]]
    if not asked.is_everything:
        first = [hit["sort"][0] for hit in templated["hits"]]  # by score or by date
        assert first == pytest.approx([hit["sort"][0] for hit in found["hits"]])


async def test_the_template_takes_a_range_a_page_and_clusters(room: Room) -> None:
    await room.put(*FERRIES, document("copy", cluster_id="one"))

    async def found(**params: Any) -> list[str]:
        body = {"id": room.names.search_template, "params": params}
        hits = (await room.index.search_template(index=room.names.articles, body=body))["hits"]["hits"]
        return [hit["_id"] for hit in hits]

    assert await found(since="2026-10-18T00:00:00Z", until="2026-10-19T00:00:00Z") == ["three"]
    assert await found(by_date=True, size=2, **{"from": 2}) == ["two", "three"]
    assert await found(by_date=True, collapse=True, size=2) == ["copy", "two"]


async def test_who_asks_too_often_is_told_when_to_come_back(opensearch_url: str, index_prefix: str) -> None:
    async with reading_room(opensearch_url, index_prefix, search_rate="3/hour") as room:
        answers = [await room.client.get("/v1/search") for _ in range(5)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
        assert int(answers[-1].headers["retry-after"]) > 60
        assert answers[-1].json()["reason"] == "rate_limited"
        assert (await room.client.get("/healthz")).status_code == 200
        assert "wiredesk_search_limited_total 2.0" in (await room.client.get("/metrics")).text


@pytest.mark.parametrize(
    "path", ["/v1/search", "/v1/articles/none", "/healthz", "/openapi.json", "/robots.txt", "/nope"]
)
async def test_every_answer_carries_the_headers_that_protect_readers(room: Room, path: str) -> None:
    answer = await room.client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize("path", ["/v1/search", "/v1/suggest?q=a", "/v1/tags", "/v1/articles/a", "/v1/related/a"])
async def test_while_the_index_is_away_it_says_so(opensearch_url: str, index_prefix: str, path: str) -> None:
    async with reading_room(opensearch_url, index_prefix) as room:
        await room.index.indices.delete(index=room.names.articles_index)
        answer = await room.client.get(path)
        assert answer.status_code == 503
        assert answer.json()["reason"] == "index_unavailable"
        assert answer.headers["retry-after"]
        assert (await room.client.get("/readyz")).status_code == 503


async def test_a_fault_of_ours_tells_nothing_and_is_guarded_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(Reader, "tags", fail)
    answer = await room.client.get("/v1/tags")
    assert (answer.status_code, answer.json()["reason"]) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


async def test_nothing_can_be_written(room: Room) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (await room.client.request(method, "/v1/search")).status_code == 405


async def test_the_command_finds_counts_and_asks_back(room: Room, opensearch_url: str) -> None:
    await room.put(*FERRIES, document("copy", cluster_id="one", source="Le Quai", title="Rare earth pact again"))
    told = ClientSettings(opensearch_url=opensearch_url, index_prefix=room.names.articles.removesuffix("articles"))
    found = await find(told, Asked("rare earth", sources=("Harbor Wire",)), facets=True)
    assert [hit["id"] for hit in found["hits"]] == ["one", "two"]  # by its tag
    assert found["facets"]["sources"] == [{"value": "Harbor Wire", "count": 2}, {"value": "Le Quai", "count": 1}]
    assert (await find(told, Asked("rare erth")))["did_you_mean"] == "rare earth"
    hit, _ = (await find(told, Asked("rare earth"), collapse=True))["hits"]
    assert (hit["copies"], len(hit["also"])) == (1, 1)
    assert set(await find(told, Asked("ferry"))) == {"total", "hits"}
