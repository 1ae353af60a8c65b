"""A steady load from outside: publishers who post again until they are heard, and a reader who searches."""

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import httpx

POSTS_A_SECOND = 30
SEARCHES_A_SECOND = 5
_PUBLISHERS = 6
_SECONDS = 10.0


@dataclass
class Heard:
    """When something was answered as it should be (monotonic seconds), and what was answered otherwise how often."""

    times: list[float] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)

    def note(self, answer: str, good: bool) -> None:
        """Notes an answer of now."""
        if good:
            self.times.append(time.monotonic())
        else:
            self.others[answer] = self.others.get(answer, 0) + 1


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Seconds without a good answer, and how many seconds after the kill they began."""

    seconds: float
    began: float


def longest_gap(times: list[float], begin: float, end: float) -> Gap:
    """The longest time without any of these instants between `begin` and `end`."""
    marks = [begin, *sorted(at for at in times if begin < at < end), end]
    return max(Gap(later - earlier, earlier - begin) for earlier, later in pairwise(marks))


class Load:
    """Posts and searches until it is stopped. Every article is posted until it is accepted, or known already."""

    def __init__(self, ingest_url: str, search_url: str, key: str, trusted: ssl.SSLContext) -> None:
        self._ingest_url, self._search_url, self._key, self._trusted = ingest_url, search_url, key, trusted
        self.posted, self.searched = Heard(), Heard()
        self.tag = "cluster-begin"
        self.accepted: dict[str, set[str]] = {}
        self._lock = threading.Lock()
        self._number = 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._publish) for _ in range(_PUBLISHERS)]
        self._threads.append(threading.Thread(target=self._search))

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends when each publisher has been heard with what it has in hand."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _client(self, url: str) -> httpx.Client:
        return httpx.Client(base_url=url, verify=self._trusted, timeout=_SECONDS, trust_env=False)

    def _publish(self) -> None:
        with self._client(self._ingest_url) as client:
            while not self._over.is_set():
                began = time.monotonic()
                with self._lock:
                    self._number += 1
                    number, tag = self._number, self.tag
                article_id = self._until_heard(client, number, tag)
                with self._lock:
                    self.accepted.setdefault(tag, set()).add(article_id)
                self._over.wait(max(0.0, began + _PUBLISHERS / POSTS_A_SECOND - time.monotonic()))

    def _until_heard(self, client: httpx.Client, number: int, tag: str) -> str:
        article = {
            "id": f"bulletin-{number}",
            "title": f"Bulletin {number} of the harbour office",
            "body": f"Ship number {number} has come in with timber, tea and {number} letters for the town.",
            "tags": [tag],
        }
        while True:
            answer = _asked(
                lambda: client.post("/v1/articles", json=article, headers={"Authorization": f"Bearer {self._key}"})
            )
            good = isinstance(answer, httpx.Response) and answer.status_code in (200, 202)
            with self._lock:
                self.posted.note(_named(answer), good)
            if good:
                assert isinstance(answer, httpx.Response)
                return str(answer.json()["id"])
            time.sleep(0.2)

    def _search(self) -> None:
        with self._client(self._search_url) as client:
            while not self._over.is_set():
                began = time.monotonic()
                answer = _asked(lambda: client.get("/v1/search", params={"q": "harbour timber"}))
                good = isinstance(answer, httpx.Response) and answer.status_code == 200 and bool(answer.json()["hits"])
                self.searched.note(_named(answer), good)
                self._over.wait(max(0.0, began + 1 / SEARCHES_A_SECOND - time.monotonic()))


def _asked(ask: Callable[[], httpx.Response]) -> httpx.Response | httpx.HTTPError:
    try:
        return ask()
    except httpx.HTTPError as problem:
        return problem


def _named(answer: httpx.Response | httpx.HTTPError) -> str:
    if isinstance(answer, httpx.HTTPError):
        return type(answer).__name__
    kind = answer.headers.get("content-type", "")
    return f"{answer.status_code} {answer.json().get('reason', '') if 'json' in kind else ''}".strip()
