"""The feeds file: written by one command at a time, read again by running services when it has changed."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from services import locked_file
from services.ingest.feeds.model import Feed
from services.publishers.model import complaint
from services.web_address import shown

log = logging.getLogger(__name__)

_FEEDS = TypeAdapter(tuple[Feed, ...])
_REMOVED_STAY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class FeedsFile:
    """The file as commands use it. Only its owner may read it, for the secrets in it."""

    path: Path

    def read(self) -> tuple[Feed, ...]:
        """All feeds, removed ones included; none where there is no file. Raises OSError or ValueError."""
        try:
            return _FEEDS.validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return ()
        except ValidationError as problem:
            raise ValueError(f"{self.path} is not a feeds file: {complaint(problem)}") from None

    def add(self, feed: Feed) -> None:
        """Adds a feed. Raises ValueError when its address is there already, OSError."""

        def added(feeds: tuple[Feed, ...]) -> tuple[Feed, ...]:
            if any(known.url == feed.url and known.removed_at is None for known in feeds):
                raise ValueError(f"{shown(feed.url)} is followed already")
            return (*feeds, feed)

        self._change(added)

    def remove(self, name: str, now: datetime) -> Feed:
        """Marks the feed with this id or address as removed. Raises ValueError when there is none, OSError."""
        removed: list[Feed] = []

        def marked(feeds: tuple[Feed, ...]) -> tuple[Feed, ...]:
            feed = named(feeds, name)
            removed.append(feed.model_copy(update={"removed_at": now}))
            young = [one for one in feeds if one.removed_at is None or now - one.removed_at < _REMOVED_STAY]
            return tuple(removed[0] if one.id == feed.id else one for one in young)

        self._change(marked)
        return removed[0]

    def _change(self, alter: Callable[[tuple[Feed, ...]], tuple[Feed, ...]]) -> None:
        locked_file.change(
            self.path, lambda _: _FEEDS.dump_json(alter(self.read()), indent=2, exclude_none=True) + b"\n"
        )


def named(feeds: tuple[Feed, ...], name: str) -> Feed:
    """The followed feed with this id or address. Raises ValueError when there is none."""
    for feed in feeds:
        if name in (feed.id, feed.url) and feed.removed_at is None:
            return feed
    raise ValueError(f"no feed {shown(name)} is followed; `wiredesk feed list` shows which are")


class WatchedFeeds:
    """The file as a running service uses it; while it cannot be read, the feeds are those of before."""

    def __init__(self, path: Path) -> None:
        self._file = FeedsFile(path)
        self._seen: tuple[int, ...] | None = None
        self._feeds: tuple[Feed, ...] = ()

    def current(self) -> tuple[Feed, ...]:
        """All feeds, removed ones included."""
        seen = self._seen
        with suppress(OSError):
            seen = locked_file.stamp(self._file.path)
        if seen != self._seen:
            self._seen = seen
            try:
                self._feeds = self._file.read() if seen else self._feeds
            except (OSError, ValueError) as problem:
                log.error("feeds stay as they were", extra={"problem": str(problem)})
        return self._feeds

    def with_token(self, token: str) -> Feed | None:
        """The feed whose callback this is, be it removed or not."""
        return next((feed for feed in self.current() if feed.callback_token == token), None)
