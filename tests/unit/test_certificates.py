"""Certificates of one's own: checked as a TLS client and a server do."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.certificates import Issued, authority, ends_at, issued_by


def context(own: Issued, made: Issued, directory: Path, server_side: bool) -> ssl.SSLContext:
    (directory / "own.pem").write_bytes(made.certificate)
    (directory / "own-key.pem").write_bytes(made.key)
    purpose = ssl.Purpose.CLIENT_AUTH if server_side else ssl.Purpose.SERVER_AUTH
    made_context = ssl.create_default_context(purpose, cadata=own.certificate.decode())
    made_context.load_cert_chain(directory / "own.pem", directory / "own-key.pem")
    made_context.verify_mode = ssl.CERT_REQUIRED
    return made_context


def greet(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """A handshake in memory. Raises ssl.SSLError when one does not trust the other."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    both = (
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    done: set[int] = set()
    while len(done) < len(both):
        for number, side in enumerate(both):
            try:
                side.do_handshake()
                done.add(number)
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize("host", ["opensearch", "127.0.0.1"])
def test_who_trusts_the_authority_trusts_what_it_issued_for_this_host(tmp_path: Path, host: str) -> None:
    own = authority("Wiredesk", 10)
    server = context(own, issued_by(own, "server", ("opensearch", "127.0.0.1"), 10), tmp_path, server_side=True)
    client = context(own, issued_by(own, "client", (), 10), tmp_path, server_side=False)
    greet(server, client, host)


def test_another_host_or_another_authority_is_not_trusted(tmp_path: Path) -> None:
    own, other = authority("Wiredesk", 10), authority("Wiredesk", 10)
    issued = issued_by(own, "server", ("opensearch",), 10)
    server, client = context(own, issued, tmp_path, server_side=True), context(own, issued, tmp_path, server_side=False)
    with pytest.raises(ssl.SSLError, match="Hostname mismatch"):
        greet(server, client, "elsewhere")
    stranger = context(other, issued, tmp_path, server_side=False)
    with pytest.raises(ssl.SSLError, match="certificate verify failed"):
        greet(server, stranger, "opensearch")


def test_a_certificate_without_hosts_cannot_be_a_servers(tmp_path: Path) -> None:
    own = authority("Wiredesk", 10)
    issued = issued_by(own, "client", (), 10)
    server, client = context(own, issued, tmp_path, server_side=True), context(own, issued, tmp_path, server_side=False)
    with pytest.raises(ssl.SSLError):
        greet(server, client, "client")


def test_a_certificate_ends_when_it_was_said_to() -> None:
    own = authority("Wiredesk", 30)
    left = ends_at(issued_by(own, "server", ("opensearch",), 20).certificate) - datetime.now(UTC)
    assert timedelta(days=19) < left <= timedelta(days=20)
