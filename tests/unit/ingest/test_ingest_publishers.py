"""Who asks, and what is theirs."""

import hmac
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.publishers import ENVIRONMENT, Caller, OwnKey, Publishers, check_foreign
from services.publishers.changes import add_key, change_publisher, revoke_key
from services.publishers.keys import hashed, new_key
from services.publishers.model import Key, Publisher, Rate, Registry

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PORT, SPARE, OPERATOR = (new_key(NOW) for _ in range(3))
REGISTRY = Registry(
    publishers=(
        Publisher(name="port", domains=("port.example",), keys=(PORT.key, SPARE.key)),
        Publisher(name="pier", domains=("pier.example", "shared.example")),
        Publisher(name="free"),
    ),
    operators=(OPERATOR.key,),
)


def known(registry: Registry = REGISTRY, own: str = "quay-key", now: datetime = NOW) -> Publishers:
    return Publishers(lambda: registry, OwnKey("quay", hashed(own)), lambda: now)


KNOWN = known()


def refusal(publishers: Publishers, header: str | None) -> Rejected:
    with pytest.raises(Rejected) as caught:
        publishers.authenticate(header)
    assert caught.value.reason is Reason.UNAUTHORIZED
    return caught.value


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
@pytest.mark.parametrize(
    ("key", "publisher"),
    [("quay-key", "quay"), (PORT.text, "port"), (SPARE.text, "port"), (OPERATOR.text, None)],
    ids=["own", "port", "spare", "operator"],
)
def test_a_known_key_is_its_publishers(scheme: str, key: str, publisher: str | None) -> None:
    for header in (f"{scheme} {key}", f"{scheme}  {key} "):
        caller = KNOWN.authenticate(header)
        assert caller.publisher == publisher
        assert caller.operator == (publisher is None)


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", " ", "Bearer", "Bearer ", "Bearer   ", "quay-key", "Basic quay-key", "Token quay-key"),
        *("Bearerquay-key", "Bearer:quay-key", "Bearer nobody", "Bearer quay-keyx", "Bearer quay-ke"),
        *("Bearer QUAY-KEY", "Bearer clé", "Bearer quay-key port-key", f"Bearer {hashed('quay-key')}"),
        *("Digest Bearer quay-key", "Bearer \ud800", PORT.text, f"Basic {PORT.text}", f"Bearer {PORT.text}x"),
        *(f"Bearer {PORT.text[:-1]}", f"Bearer {PORT.text[:16]}{SPARE.text[16:]}", f"Bearer {PORT.text.upper()}"),
        *(f"Bearer {PORT.key.hash}", f"Bearer {new_key(NOW).text}", f"Bearer {PORT.text} {PORT.text}"),
        *(f"Bearer {PORT.key.id}", f"Bearer {'-' * 64}"),
    ],
    ids=count(),
)
def test_anything_else_is_unauthorized(header: str | None) -> None:
    refusal(KNOWN, header)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x", f"Bearer {hashed('')}"])
def test_without_keys_nobody_is_let_in(header: str | None) -> None:
    nobody = Publishers(Registry)
    assert len(nobody) == 0
    refusal(nobody, header)


def test_an_empty_key_never_opens() -> None:
    refusal(known(own=""), "Bearer ")


def test_a_refusal_does_not_repeat_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for key in ("secret-of-mine", new_key(NOW).text, f"{PORT.text[:-5]}wrong"):
        assert key not in str(refusal(KNOWN, f"Bearer {key}"))
    logged = str([vars(record) for record in caplog.records])
    assert "secret-of-mine" not in logged
    assert "wrong" not in logged


def test_only_a_hash_is_kept_of_a_key() -> None:
    assert hashed("quay-key") == hashed("quay-key") != hashed("port-key")
    kept = repr([vars(KNOWN), REGISTRY.model_dump()])
    assert not [text for text in ("quay-key", PORT.text, PORT.text[-43:]) if text in kept]


def test_keys_that_come_later_change_nothing() -> None:
    keys = [PORT.key]
    registry = Registry.model_validate({"publishers": [{"name": "port", "keys": keys}]})
    publishers = Publishers(lambda: registry)
    keys.append(SPARE.key)
    assert len(publishers) == 1
    refusal(publishers, f"Bearer {SPARE.text}")


def test_a_registry_read_anew_counts_from_then_on() -> None:
    read = [REGISTRY]
    publishers = Publishers(lambda: read[-1], OwnKey("quay", hashed("quay-key")), lambda: NOW)
    more = new_key(NOW)
    refusal(publishers, f"Bearer {more.text}")
    read.append(add_key(revoke_key(REGISTRY, PORT.key.id, NOW), "pier", more.key))
    assert publishers.authenticate(f"Bearer {more.text}").publisher == "pier"
    refusal(publishers, f"Bearer {PORT.text}")
    assert publishers.authenticate("Bearer quay-key").publisher == "quay"


def altered(**changes: Any) -> Registry:
    keys = (PORT.key.model_copy(update=changes), SPARE.key)
    return change_publisher(REGISTRY, "port", keys=keys)


NO_LONGER_GOOD = [
    (altered(revoked_at=NOW - timedelta(days=1)), "revoked"),
    (altered(revoked_at=NOW + timedelta(days=1)), "revoked"),
    (altered(expires_at=NOW), "expired"),
    (change_publisher(REGISTRY, "port", disabled=True), "port is disabled"),
]


@pytest.mark.parametrize(("registry", "cause"), NO_LONGER_GOOD)
def test_a_key_no_longer_good_is_refused_like_an_unknown_one_and_the_log_knows_better(
    registry: Registry, cause: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    unknown = refusal(known(registry), f"Bearer {new_key(NOW).text}")
    refused = refusal(known(registry), f"Bearer {PORT.text}")
    assert str(refused) == str(unknown)
    assert refused.errors == unknown.errors
    logged = [(record.__dict__["cause"], record.__dict__["key_id"]) for record in caplog.records]
    assert logged == [("unknown", None), (cause, PORT.key.id)]


def test_a_key_is_good_before_it_expires() -> None:
    registry = altered(expires_at=NOW + timedelta(seconds=1))
    assert known(registry).authenticate(f"Bearer {PORT.text}").publisher == "port"


def test_the_other_keys_of_a_publisher_stay_good() -> None:
    registry = revoke_key(REGISTRY, PORT.key.id, NOW)
    assert known(registry).authenticate(f"Bearer {SPARE.text}").key_id == SPARE.key.id


def test_a_revoked_operator_is_refused() -> None:
    refusal(known(revoke_key(REGISTRY, OPERATOR.key.id, NOW)), f"Bearer {OPERATOR.text}")


@pytest.mark.parametrize(
    "key",
    ["quay-key", "nobody", PORT.text, f"{PORT.text[:-5]}wrong", new_key(NOW).text, OPERATOR.text],
    ids=["own", "nobody", "port", "wrong", "unknown", "operator"],
)
@pytest.mark.parametrize("own_key", [None, OwnKey("quay", hashed("quay-key"))])
def test_every_key_costs_the_same_comparisons(
    monkeypatch: pytest.MonkeyPatch, key: str, own_key: OwnKey | None
) -> None:
    compared: list[tuple[int, int]] = []
    compare_digest = hmac.compare_digest

    def counting(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return compare_digest(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    publishers = Publishers(lambda: REGISTRY, own_key, lambda: NOW)
    with suppress(Rejected):
        publishers.authenticate(f"Bearer {key}")
    assert compared == [(64, 64), (64, 64)]


def test_as_many_post_as_have_a_good_key() -> None:
    assert len(KNOWN) == 3  # the operator's posts nothing
    assert len(known(revoke_key(REGISTRY, PORT.key.id, NOW))) == 2
    assert len(known(altered(expires_at=NOW))) == 2
    assert len(known(change_publisher(REGISTRY, "port", disabled=True))) == 1
    assert len(Publishers(lambda: Registry(operators=(OPERATOR.key,)))) == 0


def test_the_environments_key_is_one_more_key_of_its_publisher() -> None:
    rate = Rate(articles=6, seconds=60)
    quay = Publisher(name="quay", domains=("quay.example",), rate=rate, automatic_tags=False)
    caller = known(Registry(publishers=(quay,))).authenticate("Bearer quay-key")
    assert caller == Caller("quay", ENVIRONMENT, ("quay.example",), automatic_tags=False, rate=rate)
    refusal(known(Registry(publishers=(quay.model_copy(update={"disabled": True}),))), "Bearer quay-key")
    assert KNOWN.authenticate("Bearer quay-key") == Caller("quay", ENVIRONMENT)


def test_a_caller_has_what_its_publisher_and_key_have() -> None:
    key = new_key(NOW, domains=("news.port.example",), signed=True)
    rate = Rate(articles=6, seconds=60)
    registry = change_publisher(add_key(REGISTRY, "port", key.key), "port", rate=rate, automatic_tags=False)
    publishers = known(registry)
    caller = publishers.authenticate(f"Bearer {key.text}")
    assert caller == Caller("port", key.key.id, ("news.port.example",), False, rate, key.key.signing_secret)
    assert str(key.key.signing_secret) not in repr(caller)
    assert publishers.authenticate(f"Bearer {PORT.text}") == Caller("port", PORT.key.id, ("port.example",), False, rate)


def test_a_publisher_reads_and_writes_its_own_alone() -> None:
    caller = Caller("port", "a")
    assert caller.may_write("port")
    assert caller.may_read("port")
    assert caller.writes_as() == "port"
    assert not caller.may_write("quay")
    assert not caller.may_read("quay")


def test_an_operator_reads_everything_and_writes_nothing() -> None:
    caller = KNOWN.authenticate(f"Bearer {OPERATOR.text}")
    assert caller.may_read("port")
    assert not caller.may_write("port")
    with pytest.raises(Rejected) as caught:
        caller.writes_as()
    assert caught.value.reason is Reason.FORBIDDEN
    with pytest.raises(Rejected):
        check_foreign(caller, "a-1", None, KNOWN.registry)


BOUND = Caller("port", "a", ("port.example", "harbor.example"))
NARROW = Caller("port", "a", ("news.port.example",))
FREE = Caller("free", "a")
SHARING = Caller("pier", "a", ("pier.example", "shared.example"))


def foreign(caller: Caller, own_id: str | None, url: str | None) -> str:
    """The pointer of the refusal."""
    with pytest.raises(Rejected) as caught:
        check_foreign(caller, own_id, url, KNOWN.registry)
    assert caught.value.reason is Reason.FORBIDDEN
    (error,) = caught.value.errors
    return error.pointer


@pytest.mark.parametrize(
    ("own_id", "rest"),
    [
        ("a-1", "a-1"),
        (None, None),
        ("port:a-1", "a-1"),
        ("port:port:a-1", "port:a-1"),
        ("port:quay:a-1", "quay:a-1"),  # from before quay was registered
        ("port:", "port:"),
        ("port", "port"),
        ("PORT:a-1", "PORT:a-1"),
        ("unheard-of:a-1", "unheard-of:a-1"),
        ("tag:port.example,2026:a-1", "tag:port.example,2026:a-1"),
        ("urn:newsml:port.example:20261101:a-1", "urn:newsml:port.example:20261101:a-1"),
        ("https://quay.example/a-1", "https://quay.example/a-1"),
        ("quay-key:1", "quay-key:1"),
        ("quay", "quay"),
        (":quay:1", ":quay:1"),
    ],
)
def test_an_own_id_is_taken_with_the_own_name_before_it_or_without(own_id: str | None, rest: str | None) -> None:
    assert check_foreign(BOUND, own_id, None, KNOWN.registry) == rest


@pytest.mark.parametrize("own_id", ["quay:a-1", "pier:a-1", "free:a-1", "quay:", "quay:port:a-1"])
def test_another_publishers_id_is_forbidden(own_id: str) -> None:
    assert foreign(BOUND, own_id, "https://port.example/a") == "/id"


def test_an_id_of_the_publisher_of_the_environments_key_is_forbidden_too() -> None:
    assert "quay" not in REGISTRY.by_name
    assert foreign(FREE, "quay:a-1", None) == "/id"


def test_a_registry_that_was_asked_before_learns_of_the_environments_publisher() -> None:
    registry = Registry(publishers=(Publisher(name="port", domains=("port.example",)),))
    assert "quay" not in registry.by_name
    assert registry.owners("port.example") == {"port"}
    assert registry.by_key_id == {}
    assert known(registry).authenticate("Bearer quay-key").publisher == "quay"


def test_a_disabled_publishers_articles_stay_its_own() -> None:
    registry = change_publisher(REGISTRY, "pier", disabled=True)
    for own_id, url in (("pier:a-1", None), (None, "https://pier.example/a")):
        with pytest.raises(Rejected):
            check_foreign(FREE, own_id, url, registry)


@pytest.mark.parametrize(
    "host", ["port.example", "www.port.example", "harbor.example", "PORT.example.", "port.example:8443"]
)
def test_a_bound_caller_posts_within_its_domains(host: str) -> None:
    assert check_foreign(BOUND, "a-1", f"https://{host}/a", KNOWN.registry) == "a-1"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/a",
        "https://pier.example/a",
        "https://bigport.example/a",
        "https://port.example.elsewhere.example/a",
        "https://port.example@elsewhere.example/a",
        "https://elsewhere.example\\@port.example/a",
        "https://elsewhere.example/https://port.example/",
        "/a",
        "",
    ],
)
def test_a_bound_caller_posts_nothing_outside_its_domains(url: str) -> None:
    assert foreign(BOUND, "a-1", url) == "/url"


def test_a_key_may_be_bound_more_narrowly_than_its_publisher() -> None:
    check_foreign(NARROW, None, "https://news.port.example/a", KNOWN.registry)
    assert foreign(NARROW, None, "https://port.example/a") == "/url"


@pytest.mark.parametrize("url", [None, "https://free.example/a", "https://example/a", "https://bigpier.example/", "/a"])
def test_a_free_caller_posts_wherever_nobody_else_does(url: str | None) -> None:
    assert check_foreign(FREE, "a-1", url, KNOWN.registry) == "a-1"


@pytest.mark.parametrize(
    "url",
    [
        "https://pier.example/a",
        "https://www.PIER.example./a",
        "http://me@shared.example:80/a",
        "https://pier%2Eexample/a",
        "https:\\\\pier.example",
        "https:///pier.example/a",
        "https://ｐｉｅｒ.example/a",
        "https://☕.pier.example/a",
    ],
)
def test_a_free_caller_posts_nothing_at_another_publishers_domain(url: str) -> None:
    assert foreign(FREE, "a-1", url) == "/url"


def test_a_shared_domain_is_each_ones_own() -> None:
    port = Caller("port", "a", ("port.example", "shared.example"))
    for caller in (SHARING, port):
        check_foreign(caller, None, "https://shared.example/a", KNOWN.registry)


def test_a_domain_registered_while_the_request_is_under_way_is_ones_own() -> None:
    check_foreign(Caller("pier", "a"), None, "https://pier.example/a", KNOWN.registry)


def test_a_domain_within_anothers_is_ones_own() -> None:
    registry = change_publisher(REGISTRY, "free", domains=("blogs.port.example",))
    check_foreign(Caller("free", "a", ("blogs.port.example",)), None, "https://blogs.port.example/a", registry)


def test_a_key_of_the_form_of_ours_can_come_with_the_settings() -> None:
    text = new_key(NOW).text
    assert known(own=text).authenticate(f"Bearer {text}").key_id == ENVIRONMENT


def test_a_key_whose_hash_is_known_opens_nothing_by_its_hash() -> None:
    odd = Registry(operators=(Key(id="a" * 12, hash="f" * 64),))
    refusal(known(odd), f"Bearer wd_{'a' * 12}_{'f' * 43}")
