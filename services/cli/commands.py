"""The commands by their names, each imported when it is asked for: all of them take longer than most of them run."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command, get_group


class Commands(Mapping[str, Any]):
    """`single` are modules with a function of the same name, `groups` modules with an `app` of several commands."""

    def __init__(self, single: Sequence[str], groups: Sequence[str]) -> None:
        self._single = single
        self._groups = groups

    def __getitem__(self, name: str) -> Any:
        if name in self._single:
            alone = typer.Typer(add_completion=False)
            alone.command(name)(getattr(_module(name), name))
            return get_command(alone)
        if name in self._groups:
            group = get_group(_module(name.replace("-", "_")).app)
            group.name = name
            return group
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The command of this name; an error within its module is no missing command."""
        return self[name] if name in (*self._single, *self._groups) else default

    def __iter__(self) -> Iterator[str]:
        return iter((*self._single, *self._groups))

    def __len__(self) -> int:
        return len(self._single) + len(self._groups)


def _module(name: str) -> Any:
    return import_module(f"services.cli.{name}")
