"""The commands, each imported when it is asked for."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.cli.commands import Commands

HEAVY = ("opensearchpy", "redis", "fastapi", "faststream", "services.ingest", "services.search")
COMMANDS = (
    *("up", "demo", "post", "search", "secrets", "status", "top", "doctor", "purge", "reindex", "backup", "restore"),
    *("replay", "publishers", "keys", "feed", "tags", "alerts", "dead-letters"),
)


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert [name for name in COMMANDS if f" {name} " not in shown] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert f"wiredesk {name}" in shown.output.replace("root ", "wiredesk ")


def test_a_command_with_a_typing_mistake_is_guessed() -> None:
    shown = CliRunner().invoke(app, ["serch"])
    assert shown.exit_code == 2
    assert "Did you mean 'search'" in shown.output


def test_a_command_that_is_not_there_is_not_there() -> None:
    assert Commands(["up"], ["keys"]).get("down") is None


def test_starting_everything_waits_for_the_import_of_nothing_that_up_does_not_need() -> None:
    told = f"import sys, services.cli.up; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_an_error_within_a_command_is_no_missing_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise KeyError("a table has no such row")

    monkeypatch.setattr("services.cli.commands.import_module", broken)
    with pytest.raises(KeyError, match="no such row"):
        Commands(["up"], ["keys"]).get("up")
