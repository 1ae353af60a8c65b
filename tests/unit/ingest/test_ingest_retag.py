"""Today's tags for an article that was published before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.article import Article
from services.ingest.retag import retagged
from services.ingest.tags import tags_version
from services.vocabulary.gazetteer import COLUMNS, Gazetteer, read


def table(*names: str) -> Gazetteer:
    rows = (("country", name.lower(), name.lower(), "", "en", name, "", "", "", "") for name in names)
    return read("\n".join(("# version 1", "# by hand", "\t".join(COLUMNS), *map("\t".join, rows), "")))


def article(**fields: Any) -> Article:
    said: dict[str, Any] = {
        **{"id": "quay:1", "publisher": "quay", "title": "Lamps of Norland and Sudland", "body": "They were lit."},
        **{"version": 3, "revision": 5, "accepted_at": datetime(2026, 10, 1, tzinfo=UTC), "content_hash": "x"},
    }
    return Article(**{**said, "language": "en", **fields})


def test_a_new_name_gives_a_new_tag_at_the_same_revision() -> None:
    before = retagged(article(), table("Norland"))
    assert before is not None
    after = retagged(before, table("Norland", "Sudland"))
    assert after is not None
    assert (before.tags, after.tags) == (("norland",), ("norland", "sudland"))
    assert (after.revision, after.version, after.content_hash) == (5, 3, "x")
    assert after.tags_version == tags_version(table("Norland", "Sudland"))


def test_an_article_with_todays_tags_stays_as_it_is() -> None:
    tagged = retagged(article(), table("Norland"))
    assert tagged is not None
    assert retagged(tagged, table("Norland")) is None


def test_a_name_that_is_gone_takes_its_tag_with_it_but_not_the_publishers() -> None:
    tagged = retagged(article(tag_labels=("Harbours", "Norland"), section="Light"), table("Norland", "Sudland"))
    assert tagged is not None
    fewer = retagged(tagged, table("Elsewhere"))
    assert fewer is not None
    assert (fewer.tags, fewer.auto_tags) == (("harbours", "norland", "light"), ())


@pytest.mark.parametrize("labels", [(), ("Harbours",)])
def test_without_automatic_tags_only_the_publishers_stay(labels: tuple[str, ...]) -> None:
    tagged = retagged(article(tag_labels=labels), table("Norland"))
    assert tagged is not None
    own = retagged(tagged, table("Norland"), automatic=False)
    assert own is not None
    assert (own.tags, own.auto_tags, own.tags_version) == (tuple(map(str.lower, labels)), (), None)
