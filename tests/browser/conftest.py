"""A real browser before a real reading room; whatever it complains of, or asks of elsewhere, fails the test."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.invented import CORRECTED, CORRECTED_AGAIN, HOSTILE, busy_day
from tests.browser.stage import Stage, chromium, stage

if find_spec("playwright") is None:  # the extra `browser`, which `make test-browser` installs
    collect_ignore_glob = ["test_*.py"]

_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
"""


@dataclass
class Watch:
    """What a page did that it should not have. `expected` are statuses that the test asks for."""

    origin: str
    problems: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def over(self, context: Any) -> Any:
        """The context, watched."""
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("request", self._asked)
        return context

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(
            f"status of {one}" in message.text for one in self.expected
        ):
            self.problems.append(message.text)

    def _asked(self, request: Any) -> None:
        if urlsplit(request.url).netloc != self.origin:
            self.problems.append(f"asked for {request.url}")


@pytest.fixture(scope="session")
def room(opensearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The reading room on a busy day."""
    with stage(tmp_path_factory.mktemp("room"), opensearch_url) as running:
        running.post_all(busy_day())
        running.articles |= {own_id: f"local:{own_id}" for own_id in ("minerals-pact", "nichibei", "wheat-arabic")}
        running.post(CORRECTED, CORRECTED_AGAIN, HOSTILE)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program)
        yield launched
        launched.close()


@pytest.fixture
def watch(room: Stage) -> Iterator[Watch]:
    watching = Watch(urlsplit(room.url).netloc)
    yield watching
    assert watching.problems == []


@pytest.fixture
def open_context(room: Stage, browser: Any, watch: Watch) -> Iterator[Any]:
    """Opens watched contexts of the browser with these options."""
    contexts: list[Any] = []

    def opened(**options: Any) -> Any:
        settings = {"viewport": {"width": 1200, "height": 900}, "reduced_motion": "reduce", **options}
        context = browser.new_context(base_url=room.url, **settings)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return watch.over(context)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_context: Any) -> Any:
    return open_context().new_page()
