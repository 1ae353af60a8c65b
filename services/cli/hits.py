"""Hits as people read them in a terminal."""

from html import unescape
from typing import Any

from rich.markup import escape

from services.cli.client import stdout


def show(found: dict[str, Any]) -> None:
    """Prints hits for people, what matched in bold."""
    total = found["total"]
    stories = f" in {found['clusters']} clusters" if "clusters" in found else ""
    stdout.print(f"[dim]{total} {'article' if total == 1 else 'articles'}{stories}[/dim]")
    if meant := found.get("did_you_mean"):
        stdout.print(f"Did you mean [bold]{escape(meant)}[/bold]?")
    for number, hit in enumerate(found["hits"], 1):
        title = hit["highlights"].get("title", [hit["title"]])[0]
        when = (hit["published_at"] or "")[:10]
        stdout.print(f"\n[dim]{number:>2}.[/dim] {_marked(title)}")
        stdout.print(
            "    " + escape(" · ".join(filter(None, (when, hit["source"] or hit["publisher"], hit["id"])))), style="dim"
        )
        for fragment in hit["highlights"].get("body", [])[:1]:
            stdout.print(f"    {_marked(' '.join(fragment.split()))}")
        if copies := hit.get("copies"):
            told = ", ".join(one["id"] for one in hit["also"])
            stdout.print(f"    {copies} more like it: {escape(told)}{' …' if copies > len(hit['also']) else ''}")
        stdout.print("    " + escape(" ".join(f"#{tag}" for tag in hit["tags"])), style="cyan")


def _marked(fragment: str) -> str:
    """A highlighted fragment (escaped HTML with <em>) as terminal markup."""
    parts = fragment.replace("</em>", "\0").replace("<em>", "\0").split("\0")
    return "".join(
        f"[bold yellow]{escape(unescape(part))}[/bold yellow]" if number % 2 else escape(unescape(part))
        for number, part in enumerate(parts)
    )
