"""The guard of what each step costs: it names what got dearer, and nothing else."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import guard
from benchmarks.guard import Change, compared, costs, main
from benchmarks.steps import Step, steps


def working(name: str, times: int) -> Step:
    """A step that does so many times the same."""
    return Step(name, [list(range(400))] * 5, lambda numbers: [sorted(map(str, numbers)) for _ in range(times)])


@pytest.mark.parametrize(("now", "is_dearer"), [(5.0, False), (10.0, False), (11.0, False), (12.0, True), (90.0, True)])
def test_a_step_is_dearer_where_it_costs_clearly_more(now: float, is_dearer: bool) -> None:
    assert Change("decide", now, 10.0).is_dearer is is_dearer


def test_of_a_step_that_costs_next_to_nothing_some_more_is_tolerated() -> None:
    assert not Change("complete", 0.16, 0.06).is_dearer
    assert Change("complete", 0.6, 0.06).is_dearer


def test_a_step_that_the_baseline_does_not_know_is_told_of() -> None:
    (change,) = compared({"new": 1.0}, {"old": 1.0})
    assert change.is_dearer
    assert "not in the baseline" in str(change)


def test_twice_the_work_costs_twice_as_much() -> None:
    found = costs([working("once", 1), working("twice", 2)], rounds=10)
    assert 1.5 < found["twice"] / found["once"] < 2.5


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A guard of two steps, with a baseline of their costs; where that is."""
    monkeypatch.setattr(guard, "BASELINE", tmp_path / "guard.json")
    monkeypatch.setattr(guard, "_ROUNDS", 5)
    monkeypatch.setattr(guard, "steps", lambda: [working("sort", 2), working("sort again", 2)])
    assert main(["--write"]) == 0
    return tmp_path / "guard.json"


def test_the_step_that_does_more_than_it_did_is_named(
    few: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guard, "steps", lambda: [working("sort", 2), working("sort again", 4)])
    assert main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "guard: DEARER: sort again"


def test_what_seems_dearer_once_is_measured_again(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([{"sort": 1.0, "sort again": 2.0}, {"sort again": 1.1}])
    asked: list[list[str]] = []

    def costs(measured: Sequence[Step], rounds: int = 0) -> dict[str, float]:
        asked.append([one.name for one in measured])
        return next(told)

    monkeypatch.setattr(guard, "costs", costs)
    few.write_text(json.dumps({"python": "", "machine": "", "costs": {"sort": 1.0, "sort again": 1.0}}))
    assert main([]) == 0
    assert asked == [["sort", "sort again"], ["sort again"]]


def test_every_step_is_in_the_baseline() -> None:
    baseline = json.loads(guard.BASELINE.read_text())
    assert [one.name for one in steps()] == list(baseline["costs"])
