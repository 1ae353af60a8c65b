"""The command `wiredesk`."""

from typing import Annotated

import typer

from services import __version__
from services.cli.commands import Commands


class _Wiredesk(typer.core.TyperGroup):
    """A group whose commands are imported one by one, as they are asked for."""

    def __init__(self, **told: object) -> None:
        super().__init__(**told)  # type: ignore[arg-type]
        self.commands = Commands(  # type: ignore[assignment]
            "up demo post search secrets status top doctor purge reindex backup restore replay".split(),
            "publishers keys feed tags alerts dead-letters".split(),
        )


app = typer.Typer(
    name="wiredesk",
    cls=_Wiredesk,
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
