"""Who may post."""

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.publishers import Publishers, hashed

KNOWN = Publishers({hashed("quay-key"): "quay", hashed("port-key"): "port"})


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
@pytest.mark.parametrize(("key", "publisher"), [("quay-key", "quay"), ("port-key", "port")])
def test_a_known_key_is_its_publishers(scheme: str, key: str, publisher: str) -> None:
    assert KNOWN.authenticate(f"{scheme} {key}") == publisher
    assert KNOWN.authenticate(f"{scheme}  {key} ") == publisher


@pytest.mark.parametrize(
    "header",
    [
        *(
            None,
            "",
            " ",
            "Bearer",
            "Bearer ",
            "Bearer   ",
            "quay-key",
            "Basic quay-key",
            "Token quay-key",
            "Bearerquay-key",
        ),
        *("Bearer:quay-key", "Bearer nobody", "Bearer quay-keyx", "Bearer quay-ke", "Bearer QUAY-KEY", "Bearer clé"),
        *("Bearer quay-key port-key", f"Bearer {hashed('quay-key')}", "Digest Bearer quay-key"),
    ],
)
def test_anything_else_is_unauthorized(header: str | None) -> None:
    with pytest.raises(Rejected) as caught:
        KNOWN.authenticate(header)
    assert caught.value.reason is Reason.UNAUTHORIZED


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x", f"Bearer {hashed('')}"])
def test_without_keys_nobody_is_let_in(header: str | None) -> None:
    nobody = Publishers({})
    assert len(nobody) == 0
    with pytest.raises(Rejected):
        nobody.authenticate(header)


def test_an_empty_key_never_opens() -> None:
    with pytest.raises(Rejected):
        Publishers({hashed(""): "quay"}).authenticate("Bearer ")


def test_a_refusal_does_not_repeat_the_key() -> None:
    with pytest.raises(Rejected) as caught:
        KNOWN.authenticate("Bearer secret-of-mine")
    assert "secret-of-mine" not in str(caught.value)


def test_only_a_hash_is_kept_of_a_key() -> None:
    assert hashed("quay-key") == hashed("quay-key") != hashed("port-key")
    assert "quay-key" not in repr(vars(KNOWN))


def test_keys_that_come_later_change_nothing() -> None:
    table = {hashed("a"): "quay"}
    publishers = Publishers(table)
    table[hashed("b")] = "port"
    assert len(publishers) == 1
    with pytest.raises(Rejected):
        publishers.authenticate("Bearer b")
