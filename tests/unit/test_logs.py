"""What a service writes of an article, as it stands on standard error."""

import json
import subprocess
import sys
from typing import Any

import pytest

SCRIPT = """
import logging, sys
from services import logs
logs.configure("indexer", sys.argv[1], sys.argv[2] == "with")
logs.article(id="quay:1", version=2, verdict="indexed", attempts=1, reason=None)
logs.article(True, id="quay:2", verdict="dead-lettered", reason="invalid_event")
logging.getLogger("services.indexer.app").info("ready")
"""


def written(level: str, articles: str) -> list[dict[str, Any]]:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, level, articles], capture_output=True, text=True, check=True, timeout=60
    )
    return [json.loads(line) for line in run.stderr.splitlines()]


def test_an_article_is_one_line_of_json_with_what_is_known_of_it() -> None:
    first, second, _ = written("INFO", "with")
    assert first.pop("time")
    assert first == {
        "level": "INFO",
        "logger": "services.articles",
        "message": "article",
        "service": "indexer",
        "id": "quay:1",
        "version": 2,
        "verdict": "indexed",
        "attempts": 1,
    }
    assert (second["level"], second["reason"]) == ("WARNING", "invalid_event")


@pytest.mark.parametrize(
    ("level", "articles", "told"),
    [
        ("INFO", "with", ["quay:1", "quay:2", "ready"]),
        ("INFO", "without", ["quay:2", "ready"]),
        ("WARNING", "with", ["quay:2"]),
        ("ERROR", "with", []),
        ("ERROR", "without", []),
    ],
)
def test_lines_of_articles_can_be_switched_off_but_not_what_is_wrong(
    level: str, articles: str, told: list[str]
) -> None:
    assert [line.get("id", line["message"]) for line in written(level, articles)] == told
