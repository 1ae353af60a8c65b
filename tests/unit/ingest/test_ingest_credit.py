"""Whom a text credits."""

import pytest

from services.ingest.credit import credited

REST = "The ferry opened on Monday.\n\nNobody crossed it before noon."


@pytest.mark.parametrize(
    ("before", "source"),
    [
        ("PORT ELLIS (Harborwire) - ", "Harborwire"),
        ("PORT ELLIS, Jan 5 (Harbor Wire) — ", "Harbor Wire"),
        ("(Harbor Wire) – ", "Harbor Wire"),
        ("Berlin (dpa) - ", "dpa"),
        ("Berlin (dpa/qr) - ", "dpa"),
    ],
)
def test_an_agency_before_the_first_sentence_is_credited(before: str, source: str) -> None:
    assert credited(before + REST) == source


@pytest.mark.parametrize(
    "line", ["Source: Harbor Wire", "Quelle: Harbor Wire.", "(Fuente: Harbor Wire)", "出典：Harbor Wire"]
)
def test_a_source_in_the_last_lines_is_credited(line: str) -> None:
    assert credited(f"{REST}\n\n{line}") == "Harbor Wire"
    assert credited(f"{REST}\n\n{line}\n\nAll prices in crowns.") == "Harbor Wire"


@pytest.mark.parametrize(
    "body",
    [
        "",
        REST,
        "Ada Quill (left) - she is the mayor - opened it.",
        "Ada Quill (42) - she is the mayor - opened it.",
        "The ferry (Harbor Wire wrote) opened on Monday.",
        f"Source: Harbor Wire\n\n{REST}\n\n{REST}",
        f"{REST}\n\nThe source: a spring in the hills.",
        f"{REST}\n\nSource: {'long ' * 20}",
    ],
)
def test_other_brackets_and_lines_credit_nobody(body: str) -> None:
    assert credited(body) is None
