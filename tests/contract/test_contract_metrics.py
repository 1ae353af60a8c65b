"""What is measured, beside what the alarms, the dashboard and the documents say of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.metrics_page import Declared, declared, page

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy/prometheus/rules.yml").read_text())["groups"][0]["rules"]
TESTS = (ROOT / "deploy/prometheus/rules.test.yml").read_text()
DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboards/wiredesk.json").read_text())
DECLARED = {one.name: one for one in declared()}
OF_A_SCRAPE = {"job", "instance", "le"}


def asked(expression: str) -> list[tuple[str, set[str]]]:
    """Every metric of ours in an expression, with the labels that it is narrowed by."""
    found = re.findall(r"(wiredesk_\w+)(?:\{([^}]*)\})?", expression)
    return [(name, set(re.findall(r"(\w+)\s*[=!]", labels))) for name, labels in found]


def of(name: str) -> Declared | None:
    """The metric that a series of this name belongs to."""
    if name in DECLARED:
        return DECLARED[name]
    one = DECLARED.get(re.sub(r"_(bucket|count|sum)$", "", name))
    return one if one and one.kind == "histogram" else None


def grouped(expression: str) -> set[str]:
    """The labels that an expression keeps or joins by."""
    lists = re.findall(r"(?:by|on)\s*\(([^)]*)\)", expression)
    return {label.strip() for labels in lists for label in labels.split(",")}


EXPRESSIONS = [
    *((rule["alert"], rule["expr"]) for rule in RULES),
    *((panel["title"], target["expr"]) for panel in DASHBOARD["panels"] for target in panel.get("targets", ())),
]


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS)
def test_alarms_and_panels_ask_for_what_is_declared(where: str, expression: str) -> None:
    names = asked(expression)
    for name, narrowed in names:
        one = of(name)
        assert one, f"{where} asks for {name}"
        assert narrowed <= {*one.labels, *OF_A_SCRAPE}
    if names:
        known = {label for name, _ in names for one in [of(name)] if one for label in one.labels}
        assert grouped(expression) <= known | OF_A_SCRAPE


@pytest.mark.parametrize("series", re.findall(r"series: '(wiredesk_[^']+)'", TESTS))
def test_the_tests_of_the_alarms_feed_them_what_is_declared(series: str) -> None:
    ((name, labels),) = asked(series)
    one = of(name)
    assert one
    assert labels <= {*one.labels, *OF_A_SCRAPE}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_every_alarm_is_tested_firing_and_quiet_and_says_what_to_do(rule: dict[str, Any]) -> None:
    assert f"name: {rule['alert']} fires" in TESTS
    assert f"name: {rule['alert']} is quiet" in TESTS
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["action"]
    assert rule["labels"]["severity"] in ("page", "ticket")


def test_the_page_of_metrics_is_what_the_declarations_say() -> None:
    assert (ROOT / "docs/metrics.md").read_text() == page(), "make metrics-page writes it anew"


def test_every_metric_has_a_name_of_its_service_and_a_meaning() -> None:
    for one in DECLARED.values():
        assert one.name.startswith(f"wiredesk_{one.service}_")
        assert one.meaning


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
