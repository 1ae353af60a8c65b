"""Names in Redis."""

from schemas.streams import article_key, outcome_field


def test_an_article_has_one_hash_and_a_field_for_each_revision() -> None:
    assert article_key("quay:42") == "article:quay:42"
    assert outcome_field(7) == "outcome:7"
