"""The feeds file, and what is allowed to stand in it."""

import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.ingest.feeds.file import FeedsFile, WatchedFeeds, named
from services.ingest.feeds.model import Feed, new_feed
from services.ingest.feeds.settings import FeedSettings
from services.web_address import shown, without_credentials

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


def feed(url: str = "https://harbour.example/feed") -> Feed:
    return new_feed(url, "harbour", None, NOW)


@pytest.fixture
def file(tmp_path: Path) -> FeedsFile:
    return FeedsFile(tmp_path / "state" / "feeds.json")


def test_a_feed_comes_back_as_it_was_added(file: FeedsFile) -> None:
    added = new_feed("https://harbour.example/feed", "harbour", timedelta(minutes=5), NOW)
    assert file.read() == ()
    file.add(added)
    assert file.read() == (added,)


def test_only_the_owner_may_read_the_file(file: FeedsFile) -> None:
    file.add(feed())
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert {path.name for path in file.path.parent.iterdir()} <= {"feeds.json", "feeds.json.lock"}


def test_each_feed_has_secrets_of_its_own_which_are_never_shown() -> None:
    one, other = feed(), feed()
    assert len({one.id, other.id, one.secret, other.secret, one.callback_token, other.callback_token}) == 6
    assert one.secret not in repr(one)
    assert one.callback_token not in repr(one)


def test_one_address_is_followed_once_until_it_is_removed(file: FeedsFile) -> None:
    file.add(feed())
    with pytest.raises(ValueError, match="followed already"):
        file.add(feed("https://harbour.example/feed#top"))
    file.remove("https://harbour.example/feed", NOW)
    file.add(feed())
    assert [one.removed_at for one in file.read()] == [NOW, None]


def test_a_removed_feed_is_known_for_three_months(file: FeedsFile) -> None:
    first, second = feed("https://a.example/"), feed("https://b.example/")
    file.add(first)
    file.add(second)
    assert file.remove(first.id, NOW).id == first.id
    with pytest.raises(ValueError, match="no feed"):
        file.remove(first.id, NOW)
    file.remove(second.id, NOW + timedelta(days=91))
    assert [one.id for one in file.read()] == [second.id]


def test_many_at_once_lose_nothing(file: FeedsFile) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: file.add(feed(f"https://harbour.example/{n}")), range(40)))
    assert len(file.read()) == 40


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed",
        "ftp://harbour.example/",
        "file:///etc/passwd",
        "https://",
        "https://:80/",
        "http://a.example:x/",
        "http://a b.example/",
        "https://a.example/\x7f",
        "https://a.example/" + "a" * 2000,
    ],
)
def test_only_web_addresses_are_followed(url: str) -> None:
    with pytest.raises(ValidationError):
        feed(url)


@pytest.mark.parametrize("publisher", ["", "Harbour", "a b", "-a", "a" * 64])
def test_a_publishers_name_is_checked(publisher: str) -> None:
    with pytest.raises(ValidationError):
        new_feed("https://harbour.example/", publisher, None, NOW)


@pytest.mark.parametrize("interval", [timedelta(seconds=59), timedelta(days=31), timedelta(0)])
def test_an_interval_is_a_minute_at_least_and_a_month_at_most(interval: timedelta) -> None:
    with pytest.raises(ValidationError):
        new_feed("https://harbour.example/", "harbour", interval, NOW)


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'[{"id": "x"}]', b"\xff"])
def test_a_broken_file_is_named_and_its_content_is_not_told(file: FeedsFile, content: bytes) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    with pytest.raises(ValueError, match=r"feeds\.json is not a feeds file"):
        file.read()


def test_a_secret_in_a_broken_file_stays_out_of_the_error(file: FeedsFile) -> None:
    file.add(feed())
    entries = json.loads(file.path.read_bytes())
    entries[0] |= {"secret": "short-secret", "url": "https://me:word@harbour.example:x/"}
    file.path.write_text(json.dumps(entries))
    with pytest.raises(ValueError, match=r"/0/url.*/0/secret") as caught:
        file.read()
    assert not re.search("short-secret|word", str(caught.value))


def test_a_running_service_sees_what_a_command_wrote(file: FeedsFile) -> None:
    watched = WatchedFeeds(file.path)
    assert watched.current() == ()
    added = feed()
    file.add(added)
    assert watched.current() == (added,)
    assert watched.with_token(added.callback_token) == added
    assert watched.with_token("another") is None
    file.remove(added.id, NOW)
    found = watched.with_token(added.callback_token)
    assert found is not None
    assert found.removed_at == NOW


def test_a_running_service_keeps_its_feeds_while_the_file_is_broken(
    file: FeedsFile, caplog: pytest.LogCaptureFixture
) -> None:
    watched, added = WatchedFeeds(file.path), feed()
    file.add(added)
    assert watched.current() == (added,)
    file.path.write_bytes(b"[{")
    assert [watched.current(), watched.current()] == [(added,), (added,)]
    file.path.unlink()
    assert watched.current() == (added,)
    assert [record.message for record in caplog.records] == ["feeds stay as they were"]


def test_a_feed_is_named_by_its_id_or_its_address() -> None:
    added = feed()
    assert named((added,), added.id) == named((added,), added.url) == added
    with pytest.raises(ValueError, match=r"no feed https://x\.example/ is followed"):
        named((added,), "https://user:password@x.example/")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://user:p@ss@harbour.example:8443/feed?key=abc#top", "https://harbour.example:8443/feed?…"),
        ("https://harbour.example/feed", "https://harbour.example/feed"),
        ("http://[::1", "(not an address)"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, safe: str) -> None:
    assert shown(url) == safe


def test_only_credentials_are_taken_from_an_address() -> None:
    assert without_credentials("https://u:p@h.example:1/f?k=v") == "https://h.example:1/f?k=v"


def test_feeds_are_off_unless_they_are_asked_for() -> None:
    settings = FeedSettings()
    assert (settings.feeds_enabled, settings.feeds_allow_private, settings.websub_allow_sha1) == (False, False, False)
