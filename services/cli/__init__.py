"""The command `wiredesk`."""

from typing import Annotated

import typer

from services import __version__
from services.cli import (
    alerts,
    backup,
    dead_letters,
    demo,
    doctor,
    feed,
    keys,
    post,
    publishers,
    purge,
    reindex,
    replay,
    restore,
    search,
    secrets,
    status,
    tags,
    top,
    up,
)

app = typer.Typer(
    name="wiredesk",
    help="News in over HTTP, through Redis streams, into OpenSearch.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """News in over HTTP, through Redis streams, into OpenSearch."""


app.command()(up.up)
app.command()(demo.demo)
app.command()(post.post)
app.command()(search.search)
app.command()(secrets.secrets)
app.command()(status.status)
app.command()(top.top)
app.command()(doctor.doctor)
app.command()(purge.purge)
app.command()(reindex.reindex)
app.command()(backup.backup)
app.command()(restore.restore)
app.command()(replay.replay)
app.add_typer(publishers.app, name="publishers")
app.add_typer(keys.app, name="keys")
app.add_typer(feed.app, name="feed")
app.add_typer(tags.app, name="tags")
app.add_typer(alerts.app, name="alerts")
app.add_typer(dead_letters.app, name="dead-letters")
