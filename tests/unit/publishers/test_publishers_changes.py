"""The steps from one registry to the next."""

from datetime import UTC, datetime, timedelta

import pytest

from services.publishers.changes import add_key, add_publisher, change_publisher, revoke_key
from services.publishers.keys import new_key
from services.publishers.model import Key, Publisher, Rate, Registry

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
QUAY_KEY, PORT_KEY, OPERATOR_KEY = (new_key(NOW).key for _ in range(3))
REGISTRY = Registry(
    publishers=(
        Publisher(name="quay", domains=("quay.example",), keys=(QUAY_KEY,)),
        Publisher(name="port", rate=Rate(articles=6, seconds=60), keys=(PORT_KEY,)),
    ),
    operators=(OPERATOR_KEY,),
)


def test_a_publisher_is_added_once() -> None:
    pier = Publisher(name="pier")
    after = add_publisher(REGISTRY, pier)
    assert after.publishers == (*REGISTRY.publishers, pier)
    assert after.operators == REGISTRY.operators
    with pytest.raises(ValueError, match="quay already"):
        add_publisher(REGISTRY, Publisher(name="quay"))


def test_a_change_touches_what_it_names_alone() -> None:
    after = change_publisher(REGISTRY, "port", disabled=True, domains=("Port.example",))
    assert after.publishers[0] == REGISTRY.publishers[0]
    assert after.publishers[1] == Publisher(
        name="port", disabled=True, domains=("port.example",), rate=Rate(articles=6, seconds=60), keys=(PORT_KEY,)
    )
    assert change_publisher(after, "port", rate=None).publishers[1].rate is None


def test_a_change_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="host name"):
        change_publisher(REGISTRY, "port", domains=("https://port.example",))
    with pytest.raises(ValueError, match="no publisher nobody"):
        change_publisher(REGISTRY, "nobody", disabled=True)


def test_domains_cannot_leave_a_key_outside() -> None:
    bound = add_key(REGISTRY, "quay", new_key(NOW, domains=("news.quay.example",)).key)
    with pytest.raises(ValueError, match=r"news\.quay\.example"):
        change_publisher(bound, "quay", domains=("other.example",))


def test_a_key_is_added_beside_the_others() -> None:
    more = new_key(NOW).key
    assert add_key(REGISTRY, "quay", more).publishers[0].keys == (QUAY_KEY, more)
    assert add_key(REGISTRY, None, more).operators == (OPERATOR_KEY, more)
    with pytest.raises(ValueError, match="no publisher nobody"):
        add_key(REGISTRY, "nobody", more)


@pytest.mark.parametrize("key", [QUAY_KEY, PORT_KEY, OPERATOR_KEY])
def test_a_revoked_key_stays_with_its_instant_and_the_others_stay_good(key: Key) -> None:
    after = revoke_key(revoke_key(REGISTRY, key.id, NOW), key.id, NOW + timedelta(days=1))
    revoked = {one.id: one.revoked_at for one, _ in after.all_keys()}
    assert revoked == {one.id: NOW if one == key else None for one, _ in REGISTRY.all_keys()}


def test_an_unknown_key_cannot_be_revoked() -> None:
    with pytest.raises(ValueError, match="no key zzz"):
        revoke_key(REGISTRY, "zzz", NOW)


def test_the_registry_before_is_as_it_was() -> None:
    before = REGISTRY.model_dump()
    change_publisher(REGISTRY, "quay", disabled=True)
    revoke_key(REGISTRY, QUAY_KEY.id, NOW)
    assert REGISTRY.model_dump() == before
