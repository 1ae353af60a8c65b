"""The pages of the reading room as any client gets them: HTML without scripts, over a real index."""

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from lxml import html

from services.search.guarding import HEADERS
from tests.integration.reading_rooms import Room, document, reading_room

ARTICLE = "quay:ferry/2026?x"
TAG = {"slug": "japan", "kind": "country", "rule": "name", "score": 3.0, "field": "title", "start": 9, "end": 14}
FERRY = document(
    ARTICLE,
    publisher="quay",
    source="Quay News",
    title="Ferry to Japan starts",
    body="The ferry to Japan starts.\n\nWhat it costs\n\nForty coins a head.",
    headings=["What it costs"],
    tags=["ferries", "japan"],
    auto_tags=[{**TAG, "text": "Japan"}],
    authors=["Ada Moor"],
    url="https://quay.example/ferry",
    supersedes=1,
    revision=20,
    correction="It costs forty coins, not thirty.",
)
EVIL = "<script>alert(1)</script>"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(opensearch_url: str) -> AsyncIterator[Room]:
    async with reading_room(opensearch_url, f"pages{uuid.uuid4().hex[:12]}-") as made:
        bridges = [document(f"b{number}", timedelta(days=number), source="Le Quai") for number in range(25)]
        hostile = document(
            "evil",
            title=EVIL,
            body=EVIL,
            source=EVIL,
            section=EVIL,
            tags=[EVIL],
            url="javascript:alert(1)",
            rights=EVIL,
        )
        await made.put(FERRY, hostile, document("gone", status="withdrawn"), *bridges)
        for revision, price in ((10, "Thirty"), (20, "Forty")):
            await made.put_version(_version(revision, price))
        yield made


async def test_the_first_page_shows_the_newest_and_what_they_can_be_narrowed_by(room: Room) -> None:
    page = await shown(room, "/")
    assert text(page, "#results") == "27 articles"
    assert len(every(page, "#hits .hit")) == 20
    assert {one.get("value") for one in every(page, "[name=source]")} >= {"Le Quai", "Quay News"}
    assert every(page, "#histogram a[href^='?from=']")
    assert every(page, "[rel=next]")[0].get("href").startswith("?cursor=")


async def test_a_search_needs_no_scripts(room: Room) -> None:
    page = await shown(room, "/?q=ferry&from=&to=&sort=relevance")
    assert every(page, "#q")[0].get("value") == "ferry"
    assert text(page, "#hits .open") == "Ferry to Japan starts"
    assert every(page, "#hits .open mark")
    link = every(page, "#hits .open")[0].get("href")
    assert link == f"/articles/{quote(ARTICLE, safe='')}"
    assert text(await shown(room, link), "h1") == "Ferry to Japan starts"


async def test_every_filter_has_a_chip_that_leads_to_the_search_without_it(room: Room) -> None:
    page = await shown(room, "/?q=bridges&source=Le+Quai&author=Nobody&section=World&to=2026-10-20&tag=Ferries")
    chips = {text(chip, ".kind"): chip.get("href") for chip in every(page, ".chip")}
    assert set(chips) == {"Source", "Author", "Section", "Published", "Tag"}
    assert chips["Source"] == "?q=bridges&tag=ferries&author=Nobody&section=World&to=2026-10-20"
    assert chips["Published"] == "?q=bridges&tag=ferries&source=Le+Quai&author=Nobody&section=World"
    assert [(one.get("name"), one.get("value")) for one in every(page, "#narrowing [type=hidden]")] == [
        ("author", "Nobody"),
        ("section", "World"),
    ]


async def test_what_is_chosen_stays_chosen_in_the_form(room: Room) -> None:
    page = await shown(room, "/?q=bridges&source=Le+Quai&collapse=0&sort=date&from=2026-10-01")
    assert [one.get("value") for one in every(page, "[name=source][checked]")] == ["Le Quai"]
    assert every(page, "[name=collapse][checked]")
    assert every(page, "[name=sort][checked]")[0].get("value") == "date"
    assert every(page, "[name=from]")[0].get("value") == "2026-10-01"


async def test_nothing_found_is_an_answer_with_advice(room: Room) -> None:
    page = await shown(room, "/?q=ferri+japn&language=en")
    assert text(page, "#results") == "No articles for “ferri japn”"
    assert "Search without filters" in text(page, ".nothing")


async def test_an_article_says_why_it_has_its_tags_and_shows_the_place(room: Room) -> None:
    page = await shown(room, f"/articles/{quote(ARTICLE, safe='')}")
    assert text(page, "[data-tag=ferries] .why") == "given by the publisher"
    why = every(page, "[data-tag=japan] .why")[0]
    assert "“Japan” in the title" in why.text_content()
    assert text(page, why.get("href")) == "Japan"
    assert text(page, ".text h2") == "What it costs"
    assert text(page, ".correction span") == "It costs forty coins, not thirty."
    assert every(page, ".original")[0].get("rel") == "noopener noreferrer external"


async def test_two_versions_can_be_compared(room: Room) -> None:
    article = f"/articles/{quote(ARTICLE, safe='')}"
    listed = await shown(room, article)
    compare = every(listed, ".compare")[0].get("href")
    assert compare == f"{article}/versions/20?against=10"
    page = await shown(room, compare)
    assert (text(page, "del"), text(page, "ins")) == ("Thirty", "Forty")
    backwards = await shown(room, f"{article}/versions/10?against=20")
    assert (text(backwards, "del"), text(backwards, "ins")) == ("Thirty", "Forty")
    assert "Thirty coins" in text(await shown(room, f"{article}/versions/10"), ".text")


@pytest.mark.parametrize(
    "path",
    [
        "/articles/gone",
        "/articles/never",
        "/articles/gone/versions/1",
        f"/articles/{quote(ARTICLE, safe='')}/versions/11",
        f"/articles/{quote(ARTICLE, safe='')}/versions/20?against=x",
    ],
)
async def test_what_is_not_shown_has_a_page_that_says_so(room: Room, path: str) -> None:
    page = await shown(room, path, status=404)
    assert text(page, "h1") == "This article is not here"


@pytest.mark.parametrize(("path", "status"), [("/?from=soon", 400), ("/?cursor=made-up", 400), ("/?size=0", 400)])
async def test_what_cannot_be_asked_is_said_on_the_page(room: Room, path: str, status: int) -> None:
    page = await shown(room, path, status)
    assert every(page, "[role=alert] a[href='/']")
    assert every(page, "#search")


@pytest.mark.parametrize("path", ["/?q=alert", "/articles/evil", "/?q=" + quote(EVIL), "/?source=" + quote(EVIL)])
async def test_hostile_texts_are_escaped_and_odd_addresses_are_no_links(room: Room, path: str) -> None:
    answer = await room.client.get(path)
    assert answer.status_code == 200
    assert EVIL not in answer.text
    assert EVIL in unescape(answer.text)
    assert not re.search(r"""href=["']?\s*javascript:""", answer.text)
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", answer.text)


@pytest.mark.parametrize("path", ["/", "/articles/b1", "/articles/never", "/?from=soon", "/static/search.js"])
async def test_every_answer_carries_the_policy(room: Room, path: str) -> None:
    answer = await room.client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-cache"


async def test_pages_name_only_files_that_are_there(room: Room) -> None:
    named = {
        link
        for path in ("/", "/articles/b1")
        for link in re.findall(r"""["'](/static/[^"']+)["']""", (await room.client.get(path)).text)
    }
    assert len(named) > 4
    modules = [await room.client.get(link) for link in named if link.endswith(".js")]
    named |= {f"/static/{name}" for one in modules for name in re.findall(r'from "\./([^"]+)"', one.text)}
    assert {(await room.client.get(link)).status_code for link in named} == {200}


async def test_a_search_server_that_is_away_is_said_on_the_page(opensearch_url: str) -> None:
    async with reading_room(opensearch_url, f"away{uuid.uuid4().hex[:12]}-") as made:
        await made.index.indices.delete(index=f"{made.names.articles_index}*")
        search = await shown(made, "/?q=ferry", 503)
        assert text(search, "#results") == "The articles cannot be reached now"
        assert every(search, "#q")[0].get("value") == "ferry"
        assert text(await shown(made, "/articles/b1", 503), "h1") == "The articles cannot be reached now"


async def test_too_many_requests_have_a_page_too(opensearch_url: str) -> None:
    async with reading_room(opensearch_url, f"rate{uuid.uuid4().hex[:12]}-", search_rate="1/minute") as made:
        await shown(made, "/")
        slower = await made.client.get("/")
    assert slower.status_code == 429
    assert "A little slower" in slower.text
    assert int(slower.headers["retry-after"]) >= 1


async def shown(room: Room, path: str, status: int = 200) -> Any:
    """The page at this path, as a tree."""
    answer: httpx.Response = await room.client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.fromstring(answer.text)


def every(page: Any, selector: str) -> list[Any]:
    """The elements that a simple CSS selector means: names, `#id`, `.class`, `[name=value]`, `[name^=value]`."""
    return list(page.xpath("." + "".join(f"//*{''.join(_conditions(step))}" for step in selector.split())))


def text(page: Any, selector: str) -> str:
    """What the first element of the page says, blanks made one."""
    return " ".join(every(page, selector)[0].text_content().split())


def _conditions(step: str) -> Iterator[str]:
    for mark, name, sign, value in re.findall(r"([#.\[]?)([\w-]+)(?:(\^?=)'?([^\]']*))?", step):
        if mark == "#":
            yield f"[@id='{name}']"
        elif mark == ".":
            yield f"[contains(concat(' ', @class, ' '), ' {name} ')]"
        elif not mark:
            yield f"[self::{name}]"
        elif sign == "^=":
            yield f"[starts-with(@{name}, '{value}')]"
        else:
            yield f"[@{name}='{value}']" if sign else f"[@{name}]"


def _version(revision: int, price: str) -> dict[str, Any]:
    article = {**FERRY, "revision": revision, "body": FERRY["body"].replace("Forty", price)}
    return {
        "id": ARTICLE,
        "publisher": "quay",
        "version": revision,
        "revision": revision,
        "kind": "published" if revision == 10 else "corrected",
        "changed": [] if revision == 10 else ["body"],
        "accepted_at": f"2026-10-{revision}T00:00:00Z",
        "article": article,
    }
