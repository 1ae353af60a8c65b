"""Reading in a real browser: articles, their versions, why their tags, and new ones as they come."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.invented import HOSTILE
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def test_a_tag_shows_the_place_that_it_comes_from(page: Page, room: Stage) -> None:
    page.goto(room.path("minerals-pact"))
    reason = page.locator(".reasons li", has_text="Neodymium")
    place = page.locator(".evidence", has_text="neodymium")
    reason.hover()
    expect(place).to_have_class(re.compile("lit"))
    page.mouse.move(0, 0)
    expect(place).not_to_have_class(re.compile("lit"))
    reason.get_by_title("Show the place in the text").click()
    expect(place).to_be_in_viewport()
    assert place.evaluate("one => one.matches(':target')")


def test_a_correction_stands_on_top_and_leads_to_what_changed(page: Page, room: Stage) -> None:
    page.goto(room.path("minerals-pact"))
    correction = page.get_by_role("complementary", name="Correction")
    expect(correction).to_contain_text("The first session is in February")
    correction.get_by_role("link", name="See what changed").click()
    expect(page.locator("ins", has_text="February")).to_be_visible()
    expect(page.locator("del", has_text="January")).to_be_visible()
    page.get_by_label("Compare with").select_option(index=1)
    page.get_by_role("button", name="Show what changed").click()
    expect(page.locator("ins", has_text="2031")).to_be_visible()
    page.get_by_role("link", name="Version 1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Supply Pact")


def test_texts_say_which_language_they_are_in(page: Page, room: Stage) -> None:
    page.goto(room.path("nichibei"))
    expect(page.locator(".text")).to_have_attribute("lang", "ja")
    page.goto(room.path("wheat-arabic"))
    expect(page.locator(".text")).to_have_attribute("dir", "rtl")


def test_the_same_story_elsewhere_is_named(page: Page, room: Stage) -> None:
    page.goto(room.path("minerals-pact"))
    elsewhere = page.locator(".others", has_text="The same story elsewhere")
    expect(elsewhere).to_contain_text("Candle River Post")


def test_new_articles_are_announced_and_move_nothing_before_one_asks(page: Page, room: Stage) -> None:
    page.goto("/?q=walrus")
    expect(page.locator("#live[data-state=open]")).to_be_attached()
    room.post(_fresh("walrus-1", "A walrus in the harbor"), _fresh("walrus-2", "The walrus has left"))
    button = page.get_by_role("button", name="2 new articles – show")
    expect(button).to_be_visible()
    expect(page.locator("#hits .hit")).to_have_count(0)
    button.click()
    expect(page.locator("#hits .hit")).to_have_count(2)
    expect(page.locator("#hits a.open").first).to_be_focused()
    expect(page.locator("#hits .fresh").first).to_be_visible()
    room.withdraw("walrus-1")
    expect(page.locator("#hits .gone")).to_have_text("This article was withdrawn.")


def test_nobody_is_told_in_a_tab_that_is_not_looked_at(page: Page, room: Stage) -> None:
    page.goto("/?q=ocelot")
    expect(page.locator("#live[data-state=open]")).to_be_attached()
    with page.expect_event("requestfailed", lambda request: "/v1/live" in request.url):
        _look(page, hidden=True)
    room.post(_fresh("ocelot-1", "An ocelot at the depot"))
    expect(page.get_by_role("button", name="show")).to_have_count(0)
    _look(page, hidden=False)
    expect(page.get_by_role("button", name="1 new article – show")).to_be_visible()


def test_a_withdrawn_article_has_a_page_that_says_so(page: Page, room: Stage, watch: Any) -> None:
    watch.expected.add(404)
    room.post(_fresh("gecko-1", "A gecko on the wall"))
    room.withdraw("gecko-1")
    answer = page.goto(room.path("gecko-1"))
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This article is not here")


@pytest.mark.parametrize("how", ["search", "article", "version", "typed", "live"])
def test_hostile_texts_are_nothing_but_text(page: Page, room: Stage, how: str) -> None:
    article = room.path("hostile")
    page.goto({"article": article, "version": article, "live": "/?q=contraband"}.get(how, "/?q=quarantined"))
    if how == "version":
        page.get_by_role("link", name="Version 1").click()
    if how == "typed":
        page.locator("#q").press_sequentially('"><img src=x onerror=alert(1)> quarantined')
        expect(page).to_have_url(re.compile("onerror"))
        page.locator("#q").fill("quarantined")
    if how == "live":
        expect(page.locator("#live[data-state=open]")).to_be_attached()
        title = f"{HOSTILE['title']} contraband"
        room.post(HOSTILE | {"id": "contraband", "title": title, "body": "Contraband. " + HOSTILE["body"]})
        page.get_by_role("button", name="show").click()
    heading = page.get_by_role("heading", level=1 if how in ("article", "version") else 3).first
    expect(heading).to_contain_text("<script>document.body.dataset.hacked=1</script>")
    assert page.evaluate("document.body.dataset.hacked") is None
    assert page.locator("img, iframe, body script:not([src]), style, [onerror], [onload], mark mark").count() == 0
    links = page.locator("a").evaluate_all("all => all.map(one => String(one.getAttribute('href')))")
    assert [link for link in links if not re.match(r"[/#?]|https?://", link)] == []


def _fresh(own_id: str, title: str) -> dict[str, str]:
    return {"id": own_id, "title": title, "body": f"{title}. Nobody knows why, said the harbor master on Monday."}


def _look(page: Page, hidden: bool) -> None:
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )
