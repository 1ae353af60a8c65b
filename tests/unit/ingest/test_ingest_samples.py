"""Nothing of the furniture of any sample page comes into its title, its text, or its tags."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.submission import Submission
from services.ingest.draft import Draft
from services.ingest.formats.html_text import html_text
from services.ingest.formats.page_lines import left_out
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.ingest.pages.furniture import recognize
from services.ingest.read import Given, read_items
from services.ingest.receive import content_type
from services.vocabulary.gazetteer import load

ROOT = Path(__file__).parents[3]
PAGES = [
    *sorted((ROOT / "tests" / "fixtures" / "formats" / "html").glob("*.html")),
    *sorted((ROOT / "services" / "cli" / "samples").glob("*.txt")),
]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables(load(), LanguageReader())


def read(page: Path, tables: Tables) -> Draft:
    kind = content_type("text/html" if page.suffix == ".html" else "text/plain; charset=utf-8")
    content = read_items(kind, page.read_bytes(), Given({}, datetime(2026, 11, 1, tzinfo=UTC))).items[0].content
    assert isinstance(content, Submission), content
    return normalize(content, "quay", tables, 1_000_000)


def removed_lines(page: Path, draft: Draft) -> list[str]:
    """What stands on the page and is said to be no part of the article."""
    if page.suffix == ".txt":
        return list(draft.removed)
    return list(left_out(html_text(page.read_text(errors="replace")).text, draft.title, draft.body))


def test_there_are_pages_of_both_kinds() -> None:
    assert {page.suffix for page in PAGES} == {".html", ".txt"}
    assert len(PAGES) > 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_furniture_is_in_title_text_or_tags(page: Path, tables: Tables) -> None:
    draft = read(page, tables)
    lines = [draft.title, *filter(None, draft.body.split("\n"))]
    assert [(line, recognize(line)) for line in lines if recognize(line)[0] is not None] == []
    removed = removed_lines(page, draft)
    assert not set(removed) & set(lines)
    article = f"{draft.title}\n{draft.body}"
    assert [tag.slug for tag in draft.auto_tags if tag.text not in article] == []
