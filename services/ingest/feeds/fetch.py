"""The one client for what operators and publishers name: guarded, bounded, and polite about who it is."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import httpcore
import httpx

from services import __version__
from services.errors import Rejected
from services.guard import AddressRefused, GuardedBackend
from services.guarded_transport import NO_ANSWER, GuardedTransport
from services.ingest.encodings import decoded
from services.ingest.feeds.settings import FeedSettings
from services.web_address import MAX_URL_CHARACTERS

MAX_BODY_BYTES = 10_000_000
MAX_REDIRECTS = 5
_DETAIL_BYTES = 200
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_PERMANENT = (301, 308)
_REDIRECTS = {"GET": (301, 302, 303, 307, 308), "POST": (307, 308)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from `url`, which redirects may have led to.

    `moved_to` is where the asked address stands for good. `body` is whole and decoded where `status` is 200, else it is
    a beginning, for people.
    """

    status: int
    url: str
    moved_to: str | None
    headers: httpx.Headers
    body: bytes


class FetchFailed(Exception):
    """No usable answer came; the message says why, for people, and holds no credentials."""


class Fetcher:
    """Asks for feeds and speaks to hubs.

    A whole request, with at most 5 redirects and never from https to http, ends within `feed_timeout`; a body over
    10 MB after decoding is refused while it is read. Cookies, proxies and netrc are left alone.
    """

    def __init__(self, settings: FeedSettings, backend: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._timeout = settings.feed_timeout.total_seconds()
        at = f" (+{settings.public_url})" if settings.public_url else ""
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(backend or GuardedBackend(settings.feeds_allow_private)),
            headers={
                "User-Agent": f"Wiredesk/{__version__}{at}",
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate, br, zstd",
            },
            timeout=self._timeout,
            follow_redirects=False,
            trust_env=False,
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer to GET. Raises FetchFailed."""
        return await self._send("GET", url, headers, None)

    async def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """The answer to a posted form. Raises FetchFailed."""
        return await self._send("POST", url, {}, form)

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._client.aclose()

    async def _send(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Answer:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(method, httpx.URL(url), headers, form)
        except AddressRefused as problem:
            raise FetchFailed(str(problem)) from problem
        except TimeoutError as problem:
            raise FetchFailed(f"no whole answer within {self._timeout:g} s") from problem
        except Rejected as problem:
            raise FetchFailed(f"unusable answer: {problem.detail}") from problem
        except NO_ANSWER as problem:
            raise FetchFailed(f"no answer: {problem or type(problem).__name__}") from problem

    async def _follow(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> Answer:
        moved_to: str | None = None
        for_good = True
        for _ in range(MAX_REDIRECTS + 1):
            _require_web(url)
            async with self._client.stream(method, url, headers=headers, data=form) as response:
                location = response.headers.get("location")
                if location is None or response.status_code not in _REDIRECTS[method]:
                    return Answer(response.status_code, str(url), moved_to, response.headers, await _body(response))
            url = _target(url, location)
            for_good = for_good and response.status_code in _PERMANENT
            moved_to = str(url) if for_good else moved_to
        raise FetchFailed(f"more than {MAX_REDIRECTS} redirects")


def _require_web(url: httpx.URL) -> None:
    is_web = url.scheme in ("http", "https") and url.host and (url.port is None or 0 < url.port < 65_536)
    if not is_web or len(str(url)) > MAX_URL_CHARACTERS:
        raise FetchFailed("that is no web address")


def _target(source: httpx.URL, location: str) -> httpx.URL:
    target = source.join(location).copy_with(fragment=None)
    if (source.scheme, target.scheme) == ("https", "http"):
        raise FetchFailed("redirected from https to http")
    return target


async def _body(response: httpx.Response) -> bytes:
    """Undone by our own decoders, because one piece of httpx's may be a bomb already."""
    if response.status_code != 200:
        return await anext(response.aiter_raw(_DETAIL_BYTES), b"")
    body = bytearray()
    async for piece in decoded(response.aiter_raw(), response.headers.get("content-encoding"), MAX_BODY_BYTES):
        body += piece
    return bytes(body)
