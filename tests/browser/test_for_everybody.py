"""For everybody: without scripts, on a phone, with a screen reader, in the dark."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
VIEWS: dict[str, Callable[[Stage], str]] = {
    "newest": lambda room: "/",
    "found": lambda room: "/?q=rare+earth&source=Harbor+Wire&from=2026-10-01",
    "nothing": lambda room: "/?q=rare+erth+pakt",
    "refused": lambda room: "/?from=soon",
    "article": lambda room: room.path("minerals-pact"),
    "right to left": lambda room: room.path("wheat-arabic"),
    "hostile": lambda room: room.path("hostile"),
    "not here": lambda room: "/articles/nowhere",
}


@pytest.fixture(params=VIEWS)
def path(request: pytest.FixtureRequest, room: Stage, watch: Any) -> str:
    watch.expected |= {400, 404}
    return VIEWS[request.param](room)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(open_context: Any, path: str, scheme: str) -> None:
    page = open_context(color_scheme=scheme).new_page()
    page.goto(path)
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_in_what_opens(open_context: Any, room: Stage, scheme: str) -> None:
    page = open_context(color_scheme=scheme).new_page()
    page.goto("/")
    page.locator("#q").press_sequentially("rare ea")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found[aria-busy], #found.stale")).to_have_count(0)
    assert serious(page) == []
    page.goto(room.path("minerals-pact"))
    page.get_by_role("link", name="Compare with the one before").first.click()
    expect(page.locator("ins").first).to_be_visible()
    page.wait_for_load_state()
    assert serious(page) == []


def test_nothing_is_wider_than_a_phone(open_context: Any, path: str) -> None:
    page = open_context(**PHONE).new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_on_a_phone_filters_open_and_stay_open(open_context: Any) -> None:
    page = open_context(**PHONE).new_page()
    page.goto("/")
    expect(page.get_by_label("Harbor Wire")).to_be_hidden()
    page.locator("#filters summary").tap()
    page.get_by_label("Harbor Wire").check()
    expect(page).to_have_url(re.compile("source=Harbor"))
    expect(page.get_by_label("Harbor Wire")).to_be_visible()


def test_everything_needed_works_without_scripts(open_context: Any) -> None:
    page: Page = open_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_label("Search the articles").fill("rare earth")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"q=rare\+earth"))
    expect(page.locator("#hits mark").first).to_be_visible()
    page.get_by_label("Harbor Wire").check()
    page.get_by_label("From").fill("2026-10-15")
    page.locator(".apply").click()
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator("#q")).to_have_value("rare earth")
    page.locator(".chip", has_text="Harbor").click()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator("#histogram a").last.click()
    expect(page).to_have_url(re.compile("to="))
    page.goto("/?q=pact")
    page.locator("#hits a.open").first.click()
    page.locator(".why[href]").first.click()
    expect(page).to_have_url(re.compile("#e-"))
    expect(page.locator(":target")).to_be_in_viewport()


def test_the_first_tab_leads_past_the_filters(page: Page) -> None:
    page.goto("/?q=rare+earth")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the articles")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()


def serious(page: Page) -> list[str]:
    """The rules of axe-core that are broken seriously or critically, each with the places."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {[node['target'] for node in rule['nodes']]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
