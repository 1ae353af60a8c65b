"""`wiredesk secrets`: what `docker compose up` needs before its first start, made strong and kept to oneself."""

import os
import re
import secrets as strong
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from services.certificates import Issued, authority, ends_at, issued_by
from services.cli.client import fail, stdout

EXAMPLE = ".env.example"
CERTIFICATES = "certificates"
_BLANK = re.compile(r"^([A-Z_]+)=$", re.MULTILINE)
_LOOPBACK = ("localhost", "127.0.0.1")
_SERVERS = ("opensearch", "opensearch-1", "opensearch-2", "opensearch-3", *_LOOPBACK)
_AUTHORITY_DAYS, _DAYS, _SOON = 3650, 730, timedelta(days=60)


def secrets(
    directory: Annotated[
        Path, typer.Option("--dir", help="Where docker-compose.yml and .env.example are.", file_okay=False)
    ] = Path(),
    renew: Annotated[
        bool, typer.Option("--renew-certificates", help="Make the servers' certificates anew, by the same authority.")
    ] = False,
    hosts: Annotated[
        list[str] | None, typer.Option("--host", help="A name or address that the TLS proxy is reached by; several.")
    ] = None,
) -> None:
    """Write .env with strong secrets, and the certificates of OpenSearch; what is there already stays."""
    try:
        written = _environment(directory)
        written += _certificates(directory / CERTIFICATES, renew, hosts or [])
    except FileNotFoundError as problem:
        raise fail(f"there is no {problem.filename}; --dir says where it is") from problem
    except (OSError, ValueError) as problem:
        raise fail(f"nothing more was written: {problem}") from problem
    for what in written:
        stdout.print(what, markup=False, highlight=False)
    if not written:
        stdout.print("Everything is there already.")


def filled(template: str, kept: str) -> tuple[str, list[str]]:
    """An .env with a secret wherever the template has none, and which; lines of `kept` that say something stay."""
    own = dict(re.findall(r"^([A-Z_]+)=(.+)$", kept, re.MULTILINE))
    new: list[str] = []

    def value(blank: re.Match[str]) -> str:
        name = blank[1]
        if name not in own:
            new.append(name)
        return f"{name}={own.pop(name, None) or secret(name)}"

    text = _BLANK.sub(value, template)
    more = [f"{name}={words}\n" for name, words in own.items() if f"\n{name}={words}\n" not in f"\n{text}"]
    return text + "".join(more), new


def secret(name: str) -> str:
    """192 bits in letters and digits; for OpenSearch with every kind of character that it asks for."""
    return f"Wd-{strong.token_hex(24)}" if name.startswith("OPENSEARCH_") else strong.token_hex(24)


def _environment(directory: Path) -> list[str]:
    template, file = (directory / EXAMPLE).read_text(), directory / ".env"
    kept = file.read_text() if file.exists() else ""
    text, new = filled(template, kept)
    if not new:
        return []
    _write(file, text.encode(), 0o600)
    return [f"{file}: {', '.join(new)}"]


def _certificates(directory: Path, renew: bool, hosts: list[str]) -> list[str]:
    directory.mkdir(mode=0o700, exist_ok=True)
    directory.chmod(0o700)
    own = _read(directory, "authority")
    written = []
    if own is None:
        own, renew = authority("Wiredesk", _AUTHORITY_DAYS), True
        written += _save(directory, "authority", own, 0o600)
    for name, names in (("opensearch", _SERVERS), ("admin", ()), ("proxy", (*_LOOPBACK, *hosts))):
        there = _read(directory, name)
        if (
            renew
            or there is None
            or (name == "proxy" and hosts)
            or ends_at(there.certificate) < datetime.now(UTC) + _SOON
        ):
            # the container's own user reads it; whoever else is on the host is kept out by the directory
            written += _save(
                directory, name, issued_by(own, f"wiredesk-{name}", names, _DAYS), 0o644 if names else 0o600
            )
    return written


def _read(directory: Path, name: str) -> Issued | None:
    certificate, key = directory / f"{name}.pem", directory / f"{name}-key.pem"
    return Issued(certificate.read_bytes(), key.read_bytes()) if certificate.exists() and key.exists() else None


def _save(directory: Path, name: str, made: Issued, mode: int) -> list[str]:
    _write(directory / f"{name}.pem", made.certificate, 0o644)
    _write(directory / f"{name}-key.pem", made.key, mode)
    return [f"{directory / name}.pem: until {ends_at(made.certificate):%Y-%m-%d}"]


def _write(file: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable for others on the way."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(content)
    new.chmod(mode)
    new.replace(file)
