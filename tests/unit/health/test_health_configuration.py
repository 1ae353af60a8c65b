"""Settings, variables and secrets before a start."""

import re
from pathlib import Path

import pytest

from services.cli.checks import settings_kinds
from services.health.configuration import (
    judge_addresses,
    judge_secrets,
    known_names,
    read_all,
    secrets_of,
    unknown_names,
    weakness,
)
from services.health.finding import Level, pressing
from services.health.permissions import NEEDED
from services.settings import ServerSettings

ROOT = Path(__file__).parents[3]
STRONG, OTHER = "5f2b8c1e9a7d4036b1c2", "c90d7e6f5a4b38271605"
KNOWN = known_names(settings_kinds().values())


def test_settings_of_every_service_are_read_and_a_mistake_in_one_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WIREDESK_BULK_ITEMS", "many")
    settings, findings = read_all(settings_kinds())
    assert set(settings) == {*NEEDED, "wiredesk"} - {"indexer"}
    (one,) = findings
    assert (one.level, one.do) == (Level.BAD, "mend or remove WIREDESK_BULK_ITEMS")
    assert one.what.startswith("WIREDESK_BULK_ITEMS: ")


def test_a_mistake_is_told_once_and_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_INDEX_PREFIX", "Not/allowed")
    settings, findings = read_all(settings_kinds())
    assert settings == {}
    assert len(findings) == 1
    assert "Not/allowed" not in findings[0].what


def test_a_variable_that_nothing_reads_is_told_with_the_nearest() -> None:
    names = ["WIREDESK_REDIS_ULR", "WIREDESK_REDIS_URL", "WIREDESK_XYZZY", "PATH", "REDIS_PASSWORD"]
    near, none = unknown_names(names, KNOWN, "in the environment")
    assert (near.what, near.do) == (
        "nothing reads WIREDESK_REDIS_ULR in the environment",
        "did you mean WIREDESK_REDIS_URL?",
    )
    assert none.do == "remove it"


@pytest.mark.parametrize(
    "file", [*sorted(ROOT.glob("docker-compose*.yml")), ROOT / ".env.example"], ids=lambda x: x.name
)
def test_every_variable_of_our_own_files_is_known(file: Path) -> None:
    names = set(re.findall(r"\bWIREDESK_[A-Z0-9_]+", file.read_text()))
    assert list(unknown_names(names, KNOWN, "there")) == []


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("short", "fewer than 16"),
        ("my-password-is-long-enough", "tried first"),
        ("ChangeMe-ChangeMe-ChangeMe", "tried first"),
        ("abababababababababab", "repeats"),
        (STRONG, None),
        ("Wd-" + "0123456789abcdef" * 3, None),
    ],
)
def test_a_secret_that_could_be_guessed_says_why(secret: str, why: str | None) -> None:
    assert (weakness(secret) is None) if why is None else (why in (weakness(secret) or ""))


def test_weak_and_shared_secrets_are_told_and_none_is_shown() -> None:
    secrets = {"A_KEY": STRONG, "B_KEY": STRONG, "C_PASSWORD": "admin"}
    same, weak = pressing(judge_secrets(secrets))[::-1]
    assert (same.level, same.what) == (Level.WARN, "B_KEY is the same as A_KEY")
    assert (weak.level, weak.what) == (Level.BAD, "C_PASSWORD has fewer than 16 characters")
    assert not any(secret in f"{one}" for one in (same, weak) for secret in secrets.values())


def test_secrets_are_found_in_settings_and_in_the_address_of_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_API_KEY", STRONG)
    monkeypatch.setenv("WIREDESK_REDIS_URL", f"redis://ingest:{OTHER}@redis:6379/0")
    settings, _ = read_all(settings_kinds())
    found = secrets_of(settings.values())
    assert found == {"WIREDESK_API_KEY": STRONG, "the password in WIREDESK_REDIS_URL": OTHER}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, []),
        ({"redis_url": "redis://redis:6379/0"}, ["asks for no password"]),
        ({"redis_url": f"redis+sentinel://:{OTHER}@s1:26379,s2:26379/desk"}, []),
        ({"opensearch_url": "http://os:9200", "opensearch_user": "x"}, ["not encrypted"]),
        ({"opensearch_url": "https://os:9200"}, ["asks for no user"]),
        ({"opensearch_url": "https://os:9200", "opensearch_user": "x", "opensearch_verify_tls": False}, ["believed"]),
        ({"opensearch_url": "https://os:9200,https://os2:9200", "opensearch_user": "x"}, []),
    ],
)
def test_what_goes_over_a_network_unprotected_is_told(settings: dict[str, object], words: list[str]) -> None:
    found = list(judge_addresses(ServerSettings.model_validate(settings)))
    assert len(found) == len(words)
    assert all(word in one.what for word, one in zip(words, found, strict=True))


def test_every_variable_that_the_code_names_is_known() -> None:
    named = {
        name
        for file in (ROOT / "services").rglob("*.py")
        for name in re.findall(r"\bWIREDESK_[A-Z0-9_]*[A-Z0-9]\b", file.read_text())
    }
    assert len(named) > 5
    assert list(unknown_names(named, KNOWN, "there")) == []
