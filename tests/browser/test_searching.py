"""Searching in a real browser: every state has one address, by mouse and by keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def found(page: Page) -> int:
    """How many articles the page says there are."""
    words = page.locator("#results").inner_text()
    number = re.match(r"[\d,]+", words)
    return int(number[0].replace(",", "")) if number else 0


def query(page: Page) -> str:
    url: str = page.url
    return url.partition("?")[2]


def test_results_come_as_one_types_and_are_announced(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("cocoa growers", delay=20)
    expect(page.locator("#hits .hit").first).to_contain_text("Cocoa Growers Count the Cost")
    expect(page.locator("#hits mark").first).to_have_text(re.compile("cocoa", re.IGNORECASE))
    expect(page).to_have_url(re.compile(r"\?q=cocoa\+growers$"))
    expect(page.locator("#status")).to_have_text(page.locator("#results").inner_text())
    expect(page).to_have_title(re.compile("^cocoa growers"))


def test_what_was_found_stays_while_a_word_is_half_typed(page: Page) -> None:
    page.goto("/?q=rare+earth")
    page.locator("#q").press("End")
    page.locator("#q").press_sequentially(" zqx zqy zqz")
    expect(page.locator("#found.stale .hit").first).to_be_visible()
    expect(page.locator("#results")).to_contain_text("No articles")  # when one stops typing


def test_an_old_answer_never_replaces_a_newer_one(page: Page) -> None:
    held: list[Any] = []
    page.goto("/")
    page.route(re.compile(r"\?q=comet$"), lambda route: held.append(route))  # noqa: PLW0108 - it is marked
    line = page.locator("#q")
    with page.expect_request(re.compile(r"\?q=comet$")):
        line.fill("comet")
    line.fill("cocoa")
    expect(page.locator("#hits .open").first).to_contain_text("Cocoa")
    for route in held:
        route.abort()
    expect(page.locator("#hits .open").first).to_contain_text("Cocoa")
    page.unroute_all()


def test_a_filter_stands_in_the_address_and_can_be_taken_off(page: Page) -> None:
    page.goto("/")
    everything = found(page)
    page.get_by_label("Fjordline Business").check()
    expect(page).to_have_url(re.compile("source=Fjordline"))
    expect(page.locator(".chip")).to_contain_text("Fjordline Business")
    assert 0 < found(page) < everything
    expect(page.get_by_label("Fjordline Business")).to_be_focused()
    some = found(page)
    page.get_by_label("Northlight Gazette").check()  # of sources, one is enough
    expect(page.locator(".chip")).to_have_count(2)
    assert found(page) > some
    page.reload()
    expect(page.get_by_label("Northlight Gazette")).to_be_checked()
    page.locator(".chip", has_text="Northlight").click()
    expect(page.locator(".chip")).to_have_count(1)
    page.get_by_role("link", name="Remove all").click()
    expect(page.locator("#results")).to_contain_text(str(everything))
    assert query(page) == ""


def test_a_tag_of_a_hit_narrows_the_search(page: Page) -> None:
    page.goto("/?q=pact")
    page.locator(".tags a", has_text="US–Japan").first.click()
    expect(page).to_have_url(re.compile("tag=us-japan"))
    expect(page.locator(".chip")).to_contain_text("US–Japan")


def test_dragging_over_the_bars_narrows_the_dates(page: Page) -> None:
    page.goto("/")
    everything = found(page)
    box = page.locator("#histogram").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 30, steps=5)
    expect(page.locator("#range")).to_contain_text(" to ")
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 40, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=2026-\d\d-\d\d&to=2026-\d\d-\d\d"))
    expect(page.locator(".chip")).to_contain_text("Published")
    assert 0 < found(page) < everything
    assert page.get_by_label("From").input_value() in query(page)
    page.get_by_label("From").fill("2026-11-20")
    expect(page).to_have_url(re.compile("from=2026-11-20"))


def test_bars_are_chosen_with_the_keyboard_and_are_one_stop(page: Page) -> None:
    page.goto("/")
    bars = page.locator("#histogram a")
    bars.first.focus()
    page.keyboard.press("End")
    expect(bars.last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#histogram .dragged")).to_have_count(3)
    assert page.locator("#histogram a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("from=.*&to="))


def test_back_and_forward_go_through_every_state(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("defence", delay=20)
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_contain_text("article")
    expect(page).to_have_url(re.compile(r"\?q=defence$"))
    page.get_by_label("Candle River Post").check()
    expect(page.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator("#q")).to_have_value("defence")
    page.go_back()  # all that was typed in one go is one step
    expect(page.locator("#q")).to_have_value("")
    assert query(page) == ""
    page.go_forward()
    page.go_forward()
    expect(page.locator(".chip")).to_contain_text("Candle River Post")


def test_the_whole_way_needs_no_mouse(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("rare earth")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=rare\+earth"))
    expect(page.locator("#results")).to_be_focused()
    links = page.locator("#hits a.open")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(links.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    title = links.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    expect(page.locator("#q")).to_have_value("rare earth")


def test_suggestions_are_a_combobox(page: Page) -> None:
    page.goto("/")
    line = page.get_by_role("combobox")
    line.press_sequentially("us-jap", delay=20)
    option = page.get_by_role("option").first
    expect(option).to_contain_text("US–Japan")
    expect(line).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(line).to_have_value("us-jap")
    line.press_sequentially("a")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert line.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?tag=us-japan$"))
    expect(line).to_have_value("")


def test_a_wrong_spelling_is_met_with_the_right_one(page: Page) -> None:
    page.goto("/?q=cocao+growrs+zzqx")
    expect(page.locator("#results")).to_contain_text("No articles")
    page.goto("/?q=rare+erth+pakt")
    page.get_by_role("link", name="rare earth pact").click()
    expect(page.locator("#q")).to_have_value("rare earth pact")
    expect(page.locator("#hits .hit").first).to_be_visible()


def test_the_next_page_shows_other_articles(page: Page) -> None:
    page.goto("/")
    first = page.locator("#hits .hit").evaluate_all("all => all.map(one => one.dataset.id)")
    page.get_by_role("link", name="More articles").click()
    expect(page.get_by_role("link", name="Back to the first page")).to_be_visible()
    second = page.locator("#hits .hit").evaluate_all("all => all.map(one => one.dataset.id)")
    assert second
    assert not set(first) & set(second)
    expect(page.locator("#results")).to_be_focused()


def test_what_cannot_be_searched_for_is_said_where_the_articles_would_be(page: Page, watch: Any) -> None:
    watch.expected.add(400)
    page.goto("/?from=soon")
    expect(page.get_by_role("alert")).to_contain_text("from")
    page.locator("#q").fill("cocoa")
    expect(page.locator("#hits .hit").first).to_contain_text("Cocoa")
