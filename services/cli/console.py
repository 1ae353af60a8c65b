"""The terminal that commands speak to, and the file in which `wiredesk up` notes where it is."""

import os
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

stdout = Console()
stderr = Console(stderr=True)


def running_file() -> Path:
    """Where `wiredesk up` notes its addresses and key for client commands of the same user."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "wiredesk" / "running.json"


def fail(message: str) -> typer.Exit:
    """Tells on standard error what went wrong; raise what it returns."""
    stderr.print(f"[red]wiredesk:[/red] {escape(message)}", highlight=False)
    return typer.Exit(1)
