"""What may stand in the file of publishers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from services.publishers.model import Key, Publisher, Registry, complaint

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def key(identity: str = "aaaaaaaaaaaa", **fields: Any) -> dict[str, Any]:
    return {"id": identity, "hash": "0" * 64, **fields}


def read(**fields: Any) -> Registry:
    return Registry.model_validate_json(orjson.dumps(fields))


def complaint_about(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        read(**fields)
    return complaint(caught.value)


def test_an_empty_file_has_nobody() -> None:
    registry = read()
    assert (registry.publishers, registry.operators) == ((), ())


def test_a_publisher_needs_a_name_alone() -> None:
    (publisher,) = read(publishers=[{"name": "quay"}]).publishers
    assert publisher == Publisher(name="quay")
    assert publisher.automatic_tags
    assert not publisher.disabled
    assert (publisher.domains, publisher.rate, publisher.keys) == ((), None, ())


@pytest.mark.parametrize("name", ["q", "quay", "9", "quay-two", "a" * 63])
def test_a_name_is_short_and_plain(name: str) -> None:
    assert Publisher(name=name).name == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "Quay", "-quay", "quay_two", "quay two", "quay\n", "quay:a", "é", "a" * 64),
        *("urn", "tag", "http", "https", "operator"),
    ],
)
def test_a_name_that_would_confuse_is_refused(name: str) -> None:
    assert complaint_about(publishers=[{"name": "port"}, {"name": name}]).startswith("/publishers/1/name: ")


def test_domains_are_made_canonical() -> None:
    (publisher,) = read(publishers=[{"name": "quay", "domains": ["Quay.Example", "straße.example"]}]).publishers
    assert publisher.domains == ("quay.example", "xn--strae-oqa.example")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"colour": 1}, "/colour: "),
        ({"publishers": [{"name": "quay", "colour": 1}]}, "/publishers/0/colour: "),
        (
            {"publishers": [{"name": "quay", "rate": {"articles": 1, "seconds": 1, "x": 1}}]},
            "/publishers/0/rate/x: ",
        ),
        ({"publishers": [{"name": "quay", "keys": [key(x=1)]}]}, "/publishers/0/keys/0/x: "),
        ({"operators": [key(x=1)]}, "/operators/0/x: "),
    ],
)
def test_an_unknown_field_is_an_error_that_says_where(fields: dict[str, Any], pointer: str) -> None:
    assert complaint_about(**fields) == f"{pointer}is not a field here"


@pytest.mark.parametrize("rate", [{"articles": 0, "seconds": 1}, {"articles": 1, "seconds": 0}, {"articles": 1}])
def test_a_rate_allows_at_least_one_article_in_a_second(rate: dict[str, int]) -> None:
    assert complaint_about(publishers=[{"name": "quay", "rate": rate}]).startswith("/publishers/0/rate/")


def test_an_instant_has_an_offset() -> None:
    pointer = "/operators/0/created_at: "
    assert complaint_about(operators=[key(created_at="2026-11-01T12:00:00")]).startswith(pointer)


def test_a_complaint_repeats_no_value() -> None:
    told = complaint_about(operators=[key(signing_secret="hush"), key(hash="not-a-hash", id="nobody")])
    assert "/operators/0/signing_secret" in told
    assert not [value for value in ("hush", "not-a-hash", "nobody") if value in told]


def test_a_complaint_is_short() -> None:
    assert len(complaint_about(operators=[{}] * 1000)) < 1000


def test_a_name_and_a_key_id_stand_once() -> None:
    assert "publisher quay" in complaint_about(publishers=[{"name": "quay"}, {"name": "port"}, {"name": "quay"}])
    told = complaint_about(publishers=[{"name": "quay", "keys": [key()]}], operators=[key()])
    assert "key aaaaaaaaaaaa" in told


def test_a_key_is_bound_within_its_publishers_domains() -> None:
    publisher: dict[str, Any] = {"name": "quay", "domains": ["quay.example"]}
    told = complaint_about(publishers=[{**publisher, "keys": [key(domains=["port.example"])]}])
    assert "port.example" in told
    read(publishers=[{**publisher, "keys": [key(domains=["news.quay.example"])]}])
    read(publishers=[{"name": "quay", "keys": [key(domains=["port.example"])]}])


def test_a_revoked_key_stands_in_nobodys_way() -> None:
    revoked = key(domains=["port.example"], revoked_at="2026-11-01T12:00:00Z")
    read(publishers=[{"name": "quay", "domains": ["quay.example"], "keys": [revoked]}])


def test_a_key_is_good_until_it_is_revoked_or_expired() -> None:
    good = Key(**key())
    assert good.why_not(NOW) is None
    assert good.model_copy(update={"revoked_at": NOW + timedelta(days=1)}).why_not(NOW) == "revoked"
    expiring = good.model_copy(update={"expires_at": NOW})
    assert expiring.why_not(NOW - timedelta(seconds=1)) is None
    assert expiring.why_not(NOW) == "expired"


def test_secrets_are_not_shown() -> None:
    shown = repr(Key(**key(hash="1" * 64, signing_secret="a-secret-of-sixteen")))
    assert "1" * 64 not in shown
    assert "secret-of" not in shown


def test_everything_is_found_again() -> None:
    registry = read(
        publishers=[{"name": "quay", "keys": [key("a" * 12)]}, {"name": "port", "keys": [key("b" * 12)]}],
        operators=[key("c" * 12)],
    )
    assert registry.by_name["port"] is registry.publishers[1]
    owners = {identity: owner.name if owner else None for identity, (_, owner) in registry.by_key_id.items()}
    assert owners == {"a" * 12: "quay", "b" * 12: "port", "c" * 12: None}


def test_a_host_is_owned_by_all_who_registered_it_or_a_domain_above() -> None:
    registry = read(
        publishers=[
            {"name": "quay", "domains": ["quay.example"]},
            {"name": "port", "domains": ["shared.example", "port.quay.example"]},
            {"name": "pier", "domains": ["shared.example"]},
        ]
    )
    assert registry.owners("www.quay.example") == {"quay"}
    assert registry.owners("a.port.quay.example") == {"quay", "port"}
    assert registry.owners("shared.example") == {"port", "pier"}
    assert registry.owners("example") == registry.owners("bigquay.example") == frozenset()


def test_the_name_of_the_canary_is_nobodys() -> None:
    assert "wiredesk-canary cannot be a publisher's name" in complaint_about(publishers=[{"name": "wiredesk-canary"}])
