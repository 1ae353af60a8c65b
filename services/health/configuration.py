"""Whether the settings can be read, and are strong enough: pure functions of an environment."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from services.health.finding import Finding, bad, warn, well
from services.settings import ServerSettings

PREFIX = "WIREDESK_"
ELSEWHERE = frozenset(
    f"{PREFIX}{name}" for name in ("ALERTS", "CACHE_DIR", "CERTIFICATES", "IMAGE", "INDEXERS", "NETWORK")
)
"""What the compose files and the embedded servers read, and no settings."""
_SHORTEST = 16
_FEWEST_CHARACTERS = 8
_TRIED_FIRST = ("admin", "changeme", "change-me", "default", "example", "letmein", "password", "qwerty", "secret")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_all(
    kinds: Mapping[str, type[ServerSettings]],
) -> tuple[dict[str, ServerSettings], list[Finding]]:
    """The settings of each service as the environment has them, without those that cannot be read; and findings."""
    told: dict[str, ServerSettings] = {}
    wrong: dict[str, Finding] = {}
    for service, kind in kinds.items():
        try:
            told[service] = kind()
        except ValidationError as problem:
            for one in problem.errors(include_input=False, include_url=False):
                name = f"{PREFIX}{'_'.join(map(str, one['loc'][:1])).upper()}"
                wrong.setdefault(name, bad("settings", f"{name}: {one['msg']}", f"mend or remove {name}"))
    return told, [*wrong.values()] or [well("settings", f"those of {', '.join(kinds)} can be read")]


def known_names(kinds: Iterable[type[ServerSettings]]) -> set[str]:
    """Every variable that some part of Wiredesk reads."""
    return {f"{PREFIX}{name.upper()}" for kind in kinds for name in kind.model_fields} | ELSEWHERE


def unknown_names(names: Iterable[str], known: Iterable[str], where: str) -> Iterator[Finding]:
    """Variables that begin as ours and that nothing reads, each with the nearest that is read."""
    for name in sorted(name for name in names if name.startswith(PREFIX)):
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.75)
            advice = f"did you mean {near[0]}?" if near else "remove it"
            yield warn("settings", f"nothing reads {name} {where}", advice)


def secrets_of(settings: Iterable[ServerSettings]) -> dict[str, str]:
    """The secrets in these settings, by the names of their variables; of Redis' address the password."""
    found: dict[str, str] = {}
    for one in settings:
        for name, value in one:
            if isinstance(value, SecretStr):
                found[f"{PREFIX}{name.upper()}"] = value.get_secret_value()
        if password := urlsplit(one.redis_url).password:
            found["the password in WIREDESK_REDIS_URL"] = password
    return found


def judge_secrets(secrets: Mapping[str, str]) -> Iterator[Finding]:
    """Findings on weak secrets and on those that stand for several things; none of them is shown."""
    first: dict[str, str] = {}
    weak = False
    for name, secret in secrets.items():
        if why := weakness(secret):
            weak = True
            yield bad("secrets", f"{name} {why}", "make another: openssl rand -hex 24, or wiredesk secrets")
        elif (other := first.setdefault(secret, name)) != name:
            yield warn("secrets", f"{name} is the same as {other}", "give each its own")
    if secrets and not weak:
        yield well("secrets", f"{', '.join(secrets)}: strong enough")


def weakness(secret: str) -> str | None:
    """Why the secret could be guessed, None where it could not."""
    if len(secret) < _SHORTEST:
        return f"has fewer than {_SHORTEST} characters"
    if any(word in secret.lower() for word in _TRIED_FIRST):
        return "has a word in it that is tried first"
    return "repeats a few characters" if len(set(secret)) < _FEWEST_CHARACTERS else None


def judge_addresses(settings: ServerSettings) -> Iterator[Finding]:
    """Findings on passwords and articles that go over a network unprotected; this machine's own loopback is none."""
    redis = urlsplit(settings.redis_url)
    if not redis.password and _is_elsewhere(settings.redis_url):
        yield bad(
            "redis", "Redis on another host asks for no password", "redis://user:password@… in WIREDESK_REDIS_URL"
        )
    for url in settings.opensearch_hosts:
        if not _is_elsewhere(url):
            continue
        if not url.startswith("https://"):
            yield warn("opensearch", f"what goes to {urlsplit(url).hostname} is not encrypted", "use https://")
        elif not settings.opensearch_verify_tls:
            yield bad(
                "opensearch",
                "whoever answers is believed to be OpenSearch",
                "set WIREDESK_OPENSEARCH_CA_FILE, and WIREDESK_OPENSEARCH_VERIFY_TLS=true",
            )
        if not settings.opensearch_user:
            yield warn("opensearch", "OpenSearch asks for no user", "set WIREDESK_OPENSEARCH_USER and _PASSWORD")


def _is_elsewhere(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme != "unix" and (parts.hostname or "") not in _LOOPBACK
    except ValueError:
        return True
