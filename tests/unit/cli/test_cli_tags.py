"""`wiredesk tags explain`, which needs no servers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app

PAGE = (
    b"<html><head><title>Lamps of Japan</title></head><body><article><h1>Lamps of Japan</h1><p>%s</p></article></body>"
)
ARTICLE = {"title": "Lamps of Japan", "body": "A lamp of Brazil was lit.", "tags": ["Harbours"], "language": "en"}


def told(arguments: list[str], given: bytes | None = None) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["tags", "explain", "--json", *arguments], input=given)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_tag_has_its_rule_its_score_and_its_place(tmp_path: Path) -> None:
    file = tmp_path / "article.json"
    file.write_text(json.dumps(ARTICLE))
    (one,) = told([str(file)])
    rows = {row["tag"]: row for row in one["tags"]}  # type: ignore[attr-defined]
    assert (rows["harbours"]["kind"], rows["harbours"]["rule"]) == ("publisher's", "tag")
    japan = {"kind": "country", "rule": "name", "score": 3, "where": "title 9-14", "text": "Japan", "refused": ""}
    assert rows["japan"] == {"tag": "japan", **japan}


def test_what_is_no_tag_says_why(tmp_path: Path) -> None:
    file = tmp_path / "article.json"
    file.write_text(json.dumps({**ARTICLE, "body": "They were lit. " * 40 + "One in Brazil."}))
    (one,) = told([str(file)])
    assert [row["refused"] for row in one["tags"] if row["tag"] == "brazil"] == ["a score of 2 is needed"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["text/html", "application/json", "application/x-ndjson"])
def test_it_reads_what_can_be_posted_from_standard_input_too(kind: str) -> None:
    page = PAGE % (b"The lamps of the old harbour in Japan were lit again last night, people there said. " * 5)
    body = page if kind == "text/html" else json.dumps(ARTICLE).encode()
    (one,) = told(["-", "--content-type", kind], body)
    assert "japan" in [row["tag"] for row in one["tags"]]  # type: ignore[attr-defined]


def test_the_table_is_for_people(tmp_path: Path) -> None:
    file = tmp_path / "article.json"
    file.write_text(json.dumps(ARTICLE))
    result = CliRunner().invoke(app, ["tags", "explain", str(file)])
    assert result.exit_code == 0
    assert "Lamps of Japan" in result.stdout
    assert "japan" in result.stdout


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "article.json"
    file.write_text('{"title": ""')
    assert CliRunner().invoke(app, ["tags", "explain", str(file)]).exit_code == 1
    assert CliRunner().invoke(app, ["tags", "explain", str(tmp_path / "nowhere.json")]).exit_code == 1
