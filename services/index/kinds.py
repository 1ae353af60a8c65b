"""The kinds of index that Wiredesk keeps, each with its aliases and its body."""

import re
from dataclasses import dataclass
from typing import Any

from services.index.mapping import ARTICLES_FILTER, PROPERTIES, VERSION_PROPERTIES, index_body, versions_body
from services.index.names import SCHEMA_VERSION, IndexNames

_NUMBER = re.compile(r"-v\d+-(\d{6})")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of index. `alias` is the one that is written to; `aliases` are all of them, as OpenSearch takes them."""

    alias: str
    first: str
    aliases: dict[str, Any]
    body: dict[str, Any]
    properties: dict[str, Any]

    def next_index(self, known: list[str]) -> str:
        """The name of the next rebuild, after all indices of this kind in `known`."""
        stem = _NUMBER.sub("", self.first)
        numbers = [int(match[1]) for name in known if (match := _NUMBER.fullmatch(name.removeprefix(stem)))]
        return f"{stem}-v{SCHEMA_VERSION}-{max(numbers, default=0) + 1:06}"

    def owns(self, name: str) -> bool:
        """Whether an index of this name is one of this kind."""
        return _NUMBER.fullmatch(name.removeprefix(_NUMBER.sub("", self.first))) is not None

    def pattern(self) -> str:
        """What every index of this kind is named by."""
        return f"{_NUMBER.sub('', self.first)}-v*"


def kinds(names: IndexNames, replicas: int, codec: str, shards: int = 1) -> tuple[Kind, Kind, Kind]:
    """Articles, those that are held, and versions. `codec` is `default` or `best_compression`."""
    body = index_body(SCHEMA_VERSION, replicas, codec, shards)
    searched: dict[str, Any] = {names.articles: {"filter": ARTICLES_FILTER}, names.write: {"is_write_index": True}}
    waiting: dict[str, Any] = {names.held: {"is_write_index": True}}
    kept: dict[str, Any] = {names.versions: {"is_write_index": True}}
    versions = versions_body(SCHEMA_VERSION, replicas, codec, shards)
    return (
        Kind(names.write, names.articles_index, searched, body, PROPERTIES),
        Kind(names.held, names.held_index, waiting, body, PROPERTIES),
        Kind(names.versions, names.versions_index, kept, versions, VERSION_PROPERTIES),
    )
