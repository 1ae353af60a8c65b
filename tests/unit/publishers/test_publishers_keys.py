"""How keys are made."""

import re
from datetime import UTC, datetime

import pytest

from services.publishers.keys import hashed, key_id, new_key

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_key_has_its_id_and_43_random_characters() -> None:
    made = new_key(NOW)
    assert re.fullmatch(r"wd_[a-z0-9]{12}_[A-Za-z0-9_-]{43}", made.text)
    assert key_id(made.text) == made.key.id
    assert made.key.created_at == NOW


def test_no_two_keys_are_alike() -> None:
    made = [new_key(NOW, signed=True) for _ in range(100)]
    for values in ([one.text for one in made], [one.key.id for one in made], [one.key.signing_secret for one in made]):
        assert len(set(values)) == 100


def test_only_the_hash_of_a_key_is_kept() -> None:
    made = new_key(NOW)
    assert made.key.hash == hashed(made.text)
    kept = made.key.model_dump_json()
    assert made.text not in kept
    assert made.text[-43:] not in kept
    assert made.text not in repr(made)


def test_a_key_is_signed_only_when_asked() -> None:
    assert new_key(NOW).key.signing_secret is None
    secret = new_key(NOW, signed=True).key.signing_secret
    assert secret is not None
    assert len(secret) == 43


def test_what_was_asked_is_kept() -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    key = new_key(NOW, "the CMS", ("Quay.example",), expires_at=later).key
    assert (key.label, key.domains, key.expires_at) == ("the CMS", ("quay.example",), later)
    with pytest.raises(ValueError, match="host name"):
        new_key(NOW, domains=("https://quay.example",))


@pytest.mark.parametrize("text", ["", "wd_", "wd_abc_x", "WD_" + "a" * 12 + "_" + "b" * 43, "a" * 59, "\ud800"])
def test_any_other_text_has_no_id(text: str) -> None:
    assert key_id(text) is None


def test_a_longer_or_shorter_key_has_no_id() -> None:
    text = new_key(NOW).text
    assert key_id(text + "a") is key_id(text[:-1]) is key_id(" " + text) is key_id(text + "\n") is None


def test_even_what_is_no_text_has_a_hash() -> None:
    assert len(hashed("\ud800")) == 64
