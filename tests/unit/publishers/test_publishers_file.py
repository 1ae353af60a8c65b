"""The file of publishers: written whole, and watched."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from services import locked_file
from services.publishers.changes import add_publisher
from services.publishers.file import WatchedFile, change, read
from services.publishers.model import Publisher, Registry


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def add(path: Path, name: str) -> Registry:
    return change(path, lambda registry: add_publisher(registry, Publisher(name=name)))


def names(registry: Registry) -> list[str]:
    return [publisher.name for publisher in registry.publishers]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "publishers.json"


def test_what_is_written_is_read_again(path: Path) -> None:
    written = add(path, "quay")
    assert names(written) == ["quay"]
    assert read(path) == written


def test_a_change_keeps_what_others_wrote(path: Path) -> None:
    add(path, "quay")
    add(path, "port")
    assert names(read(path)) == ["quay", "port"]


def test_a_missing_directory_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "publishers.json"
    add(path, "quay")
    assert names(read(path)) == ["quay"]


def test_only_its_owner_may_read_it(path: Path) -> None:
    add(path, "quay")
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    add(path, "port")
    assert path.stat().st_mode & 0o777 == 0o600


def test_its_owner_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "fchown", lambda _, user, group: given.append((user, group)))
    add(path, "quay")
    assert given == []
    add(path, "port")
    assert given == [(path.stat().st_uid, path.stat().st_gid)]


def test_nothing_is_left_beside_it_but_the_lock(path: Path) -> None:
    add(path, "quay")
    add(path, "port")
    assert sorted(one.name for one in path.parent.iterdir()) == ["publishers.json", "publishers.json.lock"]


def test_a_change_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(path, "quay")
    before = path.read_bytes()
    with pytest.raises(ValueError, match="quay already"):
        add(path, "quay")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        add(path, "port")
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 2


def test_the_file_is_on_disk_before_it_takes_the_others_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    fsync = os.fsync

    def watching(descriptor: int) -> None:
        seen.append(path.exists())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watching)
    add(path, "quay")
    assert seen == [False, True]  # the file, then its name in the directory


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    add(link, "quay")
    assert link.is_symlink()
    assert names(read(path)) == ["quay"]


def test_a_file_that_stays_locked_is_a_clear_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked_file, "_LOCK_SECONDS", 0.05)
    with FileLock(path.with_name("publishers.json.lock")), pytest.raises(OSError, match="locked by another process"):
        add(path, "quay")
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff", '{"publishers": [{"name": "quay", "colour": 1}]}'])
def test_a_broken_file_is_never_written_over(path: Path, text: str) -> None:
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"publishers\.json: "):
        read(path)
    with pytest.raises(ValueError, match=r"publishers\.json: "):
        add(path, "port")
    assert path.read_text(encoding="latin-1") == text


def test_a_missing_file_has_no_publishers_until_it_comes(path: Path) -> None:
    clock = Clock()
    watched = WatchedFile(path, clock)
    assert watched.registry() == Registry()
    add(path, "quay")
    clock.now += 1
    assert names(watched.registry()) == ["quay"]


def test_a_file_that_is_broken_at_the_start_is_an_error(path: Path) -> None:
    path.write_text('{"publishers": [{"name": "quay", "colour": 1}]}')
    with pytest.raises(ValueError, match=r"publishers\.json: /publishers/0/colour: "):
        WatchedFile(path)


def test_a_changed_file_is_seen_within_a_second_and_not_looked_at_more_often(path: Path) -> None:
    add(path, "quay")
    clock = Clock()
    watched = WatchedFile(path, clock)
    add(path, "port")
    clock.now += 0.9
    assert names(watched.registry()) == ["quay"]
    clock.now += 0.2
    assert names(watched.registry()) == ["quay", "port"]
    add(path, "pier")
    clock.now += 0.9
    assert names(watched.registry()) == ["quay", "port"]


def test_an_unchanged_file_is_the_same_registry(path: Path) -> None:
    add(path, "quay")
    clock = Clock()
    watched = WatchedFile(path, clock)
    before = watched.registry()
    clock.now += 5
    assert watched.registry() is before


def test_a_file_written_over_in_place_is_seen(path: Path) -> None:
    add(path, "quay")
    clock = Clock()
    watched = WatchedFile(path, clock)
    path.write_text('{"publishers": []}')
    clock.now += 1
    assert names(watched.registry()) == []


def broken(path: Path) -> None:
    path.write_text("{")


def gone(path: Path) -> None:
    path.unlink()


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [broken, gone, a_directory])
def test_what_was_read_last_stays_in_force_and_the_log_says_so_once(
    path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    add(path, "quay")
    clock = Clock()
    watched = WatchedFile(path, clock)
    spoil(path)
    for _ in range(5):
        clock.now += 1
        assert names(watched.registry()) == ["quay"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("spoil", [broken, gone])
def test_a_mended_file_counts_again(path: Path, spoil: Callable[[Path], None]) -> None:
    add(path, "quay")
    content = path.read_bytes()
    clock = Clock()
    watched = WatchedFile(path, clock)
    spoil(path)
    clock.now += 1
    watched.registry()
    path.write_bytes(content.replace(b"quay", b"port"))
    clock.now += 1
    assert names(watched.registry()) == ["port"]


def test_a_file_that_comes_back_as_it_was_counts_too(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    add(path, "quay")
    clock = Clock()
    watched = WatchedFile(path, clock)
    for _ in range(2):
        path.rename(path.with_suffix(".away"))
        clock.now += 1
        assert names(watched.registry()) == ["quay"]
        path.with_suffix(".away").rename(path)
        clock.now += 1
        assert names(watched.registry()) == ["quay"]
    assert [record.levelno for record in caplog.records if record.levelno == logging.ERROR] == [logging.ERROR] * 2
