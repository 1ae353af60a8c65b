"""What can be saved as an alert, and what of it can not."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from services.alerts.alert import Alert, compiled, new_alert, secret_bytes
from services.alerts.index import alert_document, alert_of, percolated
from services.index.asked import Asked
from services.index.scoring import matching

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
HOOK = "https://desk.example/hook"
SECRET = f"whsec_{base64.b64encode(bytes(24)).decode()}"


def saved(line: str = "US-Japan", **told: Any) -> Alert:
    return new_alert(line, NOW, told.pop("webhook", HOOK), **told)


def test_a_webhook_gets_a_random_secret_of_its_own() -> None:
    first, second = saved(), saved()
    assert first.secret is not None
    assert len(secret_bytes(first.secret)) == 32
    assert first.secret != second.secret
    assert first.id != second.id


def test_a_secret_that_is_given_is_kept_and_never_shown_by_chance() -> None:
    alert = saved(secret=SECRET)
    assert alert.secret == SECRET
    assert SECRET not in repr(alert)


@pytest.mark.parametrize(
    "secret",
    ["", "secret", "whsec_", "whsec_*", "whsec_YWJj", f"whsec_{base64.b64encode(bytes(65)).decode()}", "whsec_A"],
)
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match=r"expected|needs"):
        secret_bytes(secret)


@pytest.mark.parametrize("line", ["", "   ", "-golf", "...", '""', "x" * 501])
def test_a_line_that_looks_for_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"line|name"):
        saved(line)


def test_a_star_means_every_article() -> None:
    assert compiled(saved("*"))["bool"]["filter"] == [{"match_all": {}}]


@pytest.mark.parametrize(
    "target",
    [
        {"webhook": None},
        {"stream": "desk"},
        {"webhook": "ftp://desk.example/"},
        {"webhook": "https://"},
        {"webhook": None, "stream": "desk", "secret": SECRET},
        {"webhook": None, "stream": "a b"},
    ],
)
def test_an_alert_has_one_target_that_can_be_used(target: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        saved(**target)


@pytest.mark.parametrize(
    "name",
    ["articles", "articles.dead", "articles.changes", "alerts", "alerts.given-up", "ALERTS", "article:x", "rates"],
)
def test_a_stream_that_wiredesk_uses_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="stream"):
        saved(webhook=None, stream=name)


def test_its_query_is_what_a_search_matches_without_what_only_lifts_a_hit() -> None:
    alert = saved('US-Japan "rare earth" -golf', tags=("us-japan",), sources=("Harbor Wire",))
    whole = matching(Asked(alert.line, tags=("us-japan",), sources=("Harbor Wire",)))
    assert compiled(alert) == {"bool": {name: whole["bool"][name] for name in ("must", "must_not", "filter")}}
    assert len(compiled(alert)["bool"]["filter"]) == 2


def test_it_comes_out_of_the_index_as_it_went_in() -> None:
    alert = saved(tags=("us-japan",), allow_private=True).model_copy(update={"broken": "too many terms"})
    assert alert_of(alert_document(alert)) == alert


def test_fields_of_a_newer_indexer_do_not_trouble_the_percolator() -> None:
    assert percolated({"title": "A pact", "of_tomorrow": 1}) == {"title": "A pact"}
