"""What the client takes, follows and sends, against canned answers."""

import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import brotli  # type: ignore[import-untyped]
import httpcore
import pytest

from services import __version__
from services.guard import GuardedBackend
from services.ingest.feeds.fetch import MAX_BODY_BYTES, Fetcher, FetchFailed
from services.ingest.feeds.settings import FeedSettings
from tests.unit.ingest.feeds.conftest import OK, PUBLIC, Names, Network, redirect


class Recorder(Network):
    """Keeps what was sent to each connection."""

    def __init__(self, *answers: bytes) -> None:
        super().__init__(*answers)
        self.sent: list[bytearray] = []

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        stream = await super().connect_tcp(host, port, *args, **options)
        self.sent.append(bytearray())
        sent = self.sent[-1]

        async def write(buffer: bytes, timeout: float | None = None) -> None:
            sent.extend(buffer)

        stream.write = write  # type: ignore[method-assign]
        return stream


def fetcher(network: Network, **settings: Any) -> Fetcher:
    names = Names(a_example=[PUBLIC], b_example=["8.8.8.8"])
    return Fetcher(FeedSettings(**settings), GuardedBackend(False, names, network))


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def test_it_says_who_it_is_and_where_it_can_be_reached() -> None:
    network = Recorder()
    await fetcher(network, public_url="https://desk.example").get("http://a.example/", {"If-None-Match": '"1"'})
    sent = network.sent[0].decode().lower()
    assert f"user-agent: wiredesk/{__version__} (+https://desk.example)\r\n" in sent
    assert 'if-none-match: "1"\r\n' in sent
    assert "cookie" not in sent


async def test_redirects_are_followed_and_the_last_address_is_told() -> None:
    network = Network(redirect("/two"), redirect("https://b.example/three#part"), answer(b"here"))
    got = await fetcher(network).get("http://a.example/one", {})
    assert (got.status, got.url, got.body, got.moved_to) == (200, "https://b.example/three", b"here", None)
    assert network.connections == [(PUBLIC, 80), (PUBLIC, 80), ("8.8.8.8", 443)]


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((301,), "http://a.example/1"),
        ((308, 301), "http://a.example/2"),
        ((301, 302), "http://a.example/1"),
        ((302, 301), None),
        ((307,), None),
    ],
)
async def test_permanent_redirects_count_up_to_the_first_that_is_not(
    statuses: tuple[int, ...], moved_to: str | None
) -> None:
    chain = [redirect(f"/{number}", status) for number, status in enumerate(statuses, 1)]
    got = await fetcher(Network(*chain, OK)).get("http://a.example/0", {})
    assert got.moved_to == moved_to


async def test_five_redirects_are_enough() -> None:
    chain = [redirect(f"/{number}") for number in range(5)]
    assert (await fetcher(Network(*chain, OK)).get("http://a.example/", {})).status == 200
    network = Network(redirect("/again"))
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        await fetcher(network).get("http://a.example/", {})
    assert len(network.connections) == 6


@pytest.mark.parametrize(
    ("url", "target", "words"),
    [
        ("https://a.example/", "http://a.example/", "from https to http"),
        ("http://a.example/", "ftp://a.example/", "no web address"),
        ("http://a.example/", "javascript:alert(1)", "no (web address|answer)"),
        ("http://a.example/", "http://a.example:0/", "no web address"),
        ("http://a.example/", "http://a.example/" + "x" * 2000, "no web address"),
        ("http://a.example/", "http://a.example:65536/", "no web address"),
        ("http://a.example/", "http://[", "no answer"),
    ],
)
async def test_a_redirect_to_nowhere_is_not_followed(url: str, target: str, words: str) -> None:
    network = Network(redirect(target), OK)
    with pytest.raises(FetchFailed, match=words):
        await fetcher(network).get(url, {})
    assert len(network.connections) == 1


async def test_credentials_go_to_the_server_that_they_are_for_and_to_no_other() -> None:
    network = Recorder(redirect("http://b.example/"), OK)
    got = await fetcher(network).get("http://me:pass@a.example/", {})
    first, second = (bytes(sent).lower() for sent in network.sent)
    assert b"authorization: basic" in first
    assert b"authorization" not in second
    assert got.url == "http://b.example/"


async def test_a_cookie_is_not_kept() -> None:
    network = Recorder(answer(b"", "Set-Cookie: who=you; Path=/"))
    client = fetcher(network)
    await client.get("http://a.example/", {})
    await client.get("http://a.example/", {})
    assert b"cookie" not in network.sent[1].lower()


async def test_a_form_is_posted_again_where_a_hub_sends_it() -> None:
    network = Recorder(redirect("http://b.example/hub", 307), redirect("/2", 308), answer(b"", status="202 Accepted"))
    got = await fetcher(network).post(
        "http://a.example/hub", {"hub.mode": "subscribe", "hub.topic": "http://x.example/?a=b"}
    )
    assert (got.status, got.url) == (202, "http://b.example/2")
    for sent in network.sent:
        assert sent.startswith(b"POST ")
        assert sent.endswith(b"hub.mode=subscribe&hub.topic=http%3A%2F%2Fx.example%2F%3Fa%3Db")


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_form_is_not_posted_where_a_redirect_would_make_it_a_question(status: int) -> None:
    network = Network(redirect("http://b.example/", status))
    assert (await fetcher(network).post("http://a.example/", {"a": "b"})).status == status
    assert len(network.connections) == 1


CODINGS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "identity": bytes}


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_body_comes_decoded(coding: str) -> None:
    network = Network(answer(CODINGS[coding](b"a feed"), f"Content-Encoding: {coding}"))
    assert (await fetcher(network).get("http://a.example/", {})).body == b"a feed"


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_body_that_is_too_large_is_refused(coding: str) -> None:
    network = Network(answer(CODINGS[coding](bytes(MAX_BODY_BYTES + 1)), f"Content-Encoding: {coding}"))
    with pytest.raises(FetchFailed, match=f"more than {MAX_BODY_BYTES} bytes"):
        await fetcher(network).get("http://a.example/", {})


@pytest.mark.parametrize("coding", ["gzip", "rot13"])
async def test_a_body_that_cannot_be_decoded_is_refused(coding: str) -> None:
    with pytest.raises(FetchFailed, match="unusable answer"):
        await fetcher(Network(answer(b"what", f"Content-Encoding: {coding}"))).get("http://a.example/", {})


async def test_of_an_error_only_the_beginning_is_read() -> None:
    got = await fetcher(Network(answer(b"e" * 100_000, status="500 Oh"))).get("http://a.example/", {})
    assert (got.status, len(got.body)) == (500, 200)
    assert (await fetcher(Network(answer(b"", status="404 No"))).get("http://a.example/", {})).body == b""


@pytest.mark.parametrize(
    "broken", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", b"\x16\x03\x01"]
)
async def test_what_is_no_http_is_no_answer(broken: bytes) -> None:
    with pytest.raises(FetchFailed, match="no answer"):
        await fetcher(Network(broken)).get("http://a.example/", {})


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example", "http://", "http://a.example:x/"])
async def test_what_is_no_address_is_no_answer(url: str) -> None:
    network = Network()
    with pytest.raises(FetchFailed):
        await fetcher(network).get(url, {})
    assert network.connections == []


class Dripping(Network):
    """Sends the head of an answer and then one byte after another, without end."""

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        stream = await super().connect_tcp(host, port, *args, **options)
        drops = self._drops()

        async def read(max_bytes: int, timeout: float | None = None) -> bytes:
            return await anext(drops)

        stream.read = read  # type: ignore[method-assign]
        return stream

    @staticmethod
    async def _drops() -> AsyncIterator[bytes]:
        import asyncio

        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            await asyncio.sleep(0.001)
            yield b"1\r\nx\r\n"


async def test_a_server_that_drips_is_left_at_the_deadline() -> None:
    with pytest.raises(FetchFailed, match=r"no whole answer within 0\.05 s"):
        await fetcher(Dripping(), feed_timeout=0.05).get("http://a.example/", {})
