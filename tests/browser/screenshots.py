"""`make screenshots`: the reading room on a busy day, as pictures for its documentation."""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.invented import CORRECTED, CORRECTED_AGAIN, busy_day
from tests.browser.stage import Stage, chromium, stage
from tests.chaos.servers import opensearch

_WIDE = {"width": 1040, "height": 660}
_PHONE = {"width": 390, "height": 844}
_MOST_BYTES = 150_000


def main(directory: Path) -> int:
    """Takes every picture anew; 1 where one is too large to be kept in the repository."""
    directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch, opensearch(Path(scratch)) as url, stage(Path(scratch), url) as room:
        room.post_all(busy_day())
        room.post(CORRECTED, CORRECTED_AGAIN)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium())
            take_all(browser, room, directory)
            browser.close()
    sizes = {picture.name: picture.stat().st_size for picture in sorted(directory.glob("*.png"))}
    for name, size in sizes.items():
        sys.stdout.write(f"{name:16} {size / 1000:6.0f} kB\n")
    return 1 if max(sizes.values()) > _MOST_BYTES else 0


def take_all(browser: Browser, room: Stage, directory: Path) -> None:
    """One picture of each view."""

    def take(name: str, path: str, before: Callable[[Page], None] = lambda page: None, **options: Any) -> None:
        settings: dict[str, Any] = {"viewport": _WIDE, "reduced_motion": "reduce", **options}
        context = browser.new_context(base_url=room.url, **settings)
        page = context.new_page()
        page.goto(path)
        before(page)
        page.screenshot(path=directory / f"{name}.png", animations="disabled")
        context.close()

    article = room.path("minerals-pact")
    take("search", "/?q=rare+earth")
    take("article", article, lambda page: page.locator(".reasons li").first.hover())
    take("diff", article, lambda page: page.locator(".compare").first.click())
    take("phone", "/?q=rare+earth", viewport=_PHONE, is_mobile=True, has_touch=True)
    take("dark", "/", color_scheme="dark")
    take("zero-hits", "/?q=rare+erth+pakt&language=ja")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
