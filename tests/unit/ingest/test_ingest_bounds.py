"""Inputs that once took the event loop for seconds are answered with little work."""

import pytest

from services.errors import Rejected
from services.ingest.formats.page_text import read_page_text
from services.ingest.pages.furniture import recognize
from services.settings import ServerSettings


def test_a_byline_of_many_names_is_read_without_backtracking() -> None:
    assert recognize("by " + "Aaa and " * 40 + "Aaa!")[0] is None


def test_a_charset_that_no_page_has_is_refused_before_decoding() -> None:
    with pytest.raises(Rejected, match="charset"):
        read_page_text(b"x" * 1_000_000, "punycode", {})


@pytest.mark.parametrize(("told", "seconds"), [("60", 60.0), ("0.5", 0.5), ("PT2M", 120.0)])
def test_a_duration_is_seconds_or_iso_8601(monkeypatch: pytest.MonkeyPatch, told: str, seconds: float) -> None:
    monkeypatch.setenv("WIREDESK_OPENSEARCH_TIMEOUT", told)
    assert ServerSettings().opensearch_timeout.total_seconds() == seconds
