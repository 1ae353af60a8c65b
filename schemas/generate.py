"""Writes the JSON Schemas of the public models: `python -m schemas.generate` (or `make schemas`)."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from schemas.alerts import AlertEvent
from schemas.article import Article, Tombstone
from schemas.changes import Changes
from schemas.dead_letter import DeadLetter
from schemas.events import ArticleEvent
from schemas.receipt import Accepted, Answers, History, Problem, Receipt, Refused
from schemas.submission import Submission
from schemas.versions import VersionEntry

DIRECTORY = Path(__file__).parent / "json"
PUBLIC: dict[str, Any] = {
    "submission": Submission,
    "article": Article,
    "tombstone": Tombstone,
    "article-event": ArticleEvent,
    "dead-letter": DeadLetter,
    "alert-event": AlertEvent,
    "accepted": Accepted,
    "refused": Refused,
    "answers": Answers,
    "history": History,
    "changes": Changes,
    "version-entry": VersionEntry,
    "receipt": Receipt,
    "problem": Problem,
}


def json_schemas() -> dict[str, str]:
    """File name to file content, for every public model (JSON Schema 2020-12)."""
    return {
        f"{name}.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(model).json_schema()},
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in PUBLIC.items()
    }


def main() -> None:
    """Writes each schema into schemas/json/."""
    DIRECTORY.mkdir(exist_ok=True)
    for name, text in json_schemas().items():
        (DIRECTORY / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
