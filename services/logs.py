"""Logs as one JSON object a line on standard error; of each article one final line a service."""

import logging
import sys

import orjson
from pythonjsonlogger.json import JsonFormatter

Told = dict[str, str | int | None]
"""What is told of an article; what is None is left out."""
_TOLD = "told"
_articles = logging.getLogger("services.articles")


def configure(service: str, level: str, articles: bool = True) -> None:
    """Sends every logger of this process to standard error as JSON, with the service's name in each line.

    Without `articles` only those articles have a line with which something is wrong.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Lines(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            static_fields={"service": service},
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    _spare()
    _articles.setLevel(level if articles else max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for noisy in (
        "opensearch",
        "opensearchpy.trace",
        "uvicorn.access",
        "httpx",
        "httpcore",
        "aiohttp.access",
        "htmldate",
        "trafilatura",
    ):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def _spare() -> None:
    """Lets logging not find out, for each of thousands of lines a second, what none of them tells.

    These are the switches of https://docs.python.org/3/howto/logging.html#optimization.
    """
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def article(is_wrong: bool = False, /, **told: str | int | None) -> None:
    """The final line for an article: what became of it, never its text; where something is wrong it is a warning."""
    level = logging.WARNING if is_wrong else logging.INFO
    if _articles.isEnabledFor(level):
        known = {name: value for name, value in told.items() if value is not None}
        _articles.log(level, "article", extra={_TOLD: known})


class _Lines(JsonFormatter):
    """Writes an article's line, of which there are thousands a second, by a shorter way than any other."""

    _second, _told_second = -1, ""

    def format(self, record: logging.LogRecord) -> str:
        told: Told | None = getattr(record, _TOLD, None)
        if told is None:
            return super().format(record)
        line = {"time": self._time(record), "level": record.levelname, "logger": record.name}
        return orjson.dumps({**line, "message": record.msg, **self.static_fields, **told}).decode()

    def _time(self, record: logging.LogRecord) -> str:
        """As `formatTime` writes it, which asks the calendar for each line; this asks once a second."""
        second = int(record.created)
        if second != self._second:
            self._second, self._told_second = second, self.formatTime(record).rpartition(",")[0]
        return f"{self._told_second},{int(record.msecs):03}"
