"""The archive's files and lines."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.ingest.archive import Archive
from services.ingest.archive_files import Directory, OpenFile, end_left_open, frame, read_lines
from services.ingest.archive_record import Missed, Record, Sent, Taken, read_line, record
from services.ingest.archive_replay import Found, Wanted, submissions
from services.ingest.archive_upkeep import forget, older
from services.ingest.draft import Became

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def taken(item: int, article_id: str) -> Taken:
    return Taken(item=item, became=(Became(article_id, 5, 5),))


def posted(article_id: str, at: datetime = NOW, body: bytes = b'{"title": "Tin"}') -> Record:
    sent = Sent("post", "application/json", {}, body, at)
    return record(sent, article_id.partition(":")[0], False, 1, [taken(0, article_id)])


_OPEN: list[Archive] = []


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().write(ending=True)


def archive_in(
    directory: Path, now: datetime = NOW, file_bytes: int = 10**6, missed: Callable[[], None] = lambda: None
) -> Archive:
    _OPEN.append(Archive(directory, None, file_bytes, HOUR, lambda: now, missed))
    return _OPEN[-1]


def ids_in(directory: Path, wanted: Wanted | None = None) -> list[str]:
    found = submissions(Directory(directory), wanted or Wanted(), Found())
    return [one for record in found for one in sorted(record.ids())]


def test_a_line_says_what_was_posted_byte_by_byte() -> None:
    for body in (b"\xff\xfe no text", "tin – Zinn".encode(), b""):
        line = posted("quay:a", body=body).model_dump_json(exclude_defaults=True).encode()
        again = read_line(line)
        assert isinstance(again, Record)
        assert again.content() == body
        assert again == posted("quay:a", body=body)


def test_what_was_written_can_be_read_before_the_file_is_ended(tmp_path: Path) -> None:
    archive = archive_in(tmp_path)
    archive.add(posted("quay:a"))
    archive.write()
    assert [name.endswith(".open") for name in Directory(tmp_path).names()] == [True]
    assert ids_in(tmp_path) == ["quay:a"]


def test_a_full_file_is_ended_and_the_next_one_begun(tmp_path: Path) -> None:
    archive = archive_in(tmp_path, file_bytes=1)
    for article_id in ("quay:a", "quay:b"):
        archive.add(posted(article_id))
        archive.write()
    assert len(Directory(tmp_path).names()) == 2
    assert not any(name.endswith(".open") for name in Directory(tmp_path).names())


def test_a_file_that_ends_within_a_frame_gives_all_before_it_and_is_told(tmp_path: Path) -> None:
    archive = archive_in(tmp_path)
    for article_id in ("quay:a", "quay:b"):
        archive.add(posted(article_id))
        archive.write()
    archive.write(ending=True)
    (name,) = Directory(tmp_path).names()
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-9])
    found = Found()
    read = list(submissions(Directory(tmp_path), Wanted(), found))
    assert [one.ids() for one in read] == [{"quay:a"}]
    assert found.torn == [name]


def test_what_the_disk_refuses_is_written_later_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archive_in(tmp_path)
    archive.add(posted("quay:a"))
    with monkeypatch.context() as full:
        full.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("no space left")))
        with pytest.raises(OSError, match="no space"):
            archive.write()
    archive.add(posted("quay:b"))
    archive.write()
    assert ids_in(tmp_path) == ["quay:a", "quay:b"]


def test_what_finds_no_room_is_told_as_a_hole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.archive._MOST_WAITING", 500)
    told: list[None] = []
    archive = archive_in(tmp_path, missed=lambda: told.append(None))
    for number in range(5):
        archive.add(posted(f"quay:{number}", NOW + timedelta(seconds=number)))
    archive.write()
    found = Found()
    kept = len(list(submissions(Directory(tmp_path), Wanted(), found)))
    (hole,) = found.missed
    assert kept + hole.missed == 5
    assert len(told) == hole.missed
    assert hole.until == NOW + timedelta(seconds=4)


def test_a_file_that_a_killed_process_left_open_is_ended_and_one_in_use_is_not(tmp_path: Path) -> None:
    left, used = OpenFile(tmp_path, NOW), OpenFile(tmp_path, NOW)
    for file in (left, used):
        file.add([posted("quay:a").model_dump_json().encode()])
    left._file.close()  # as the kernel does for whoever is killed
    end_left_open(tmp_path)
    assert sorted(Directory(tmp_path).names()) == sorted([left.name, f"{used.name}.open"])
    used.close()


def test_submissions_come_by_their_instants_whichever_process_wrote_them(tmp_path: Path) -> None:
    one, other = archive_in(tmp_path), archive_in(tmp_path)
    for number, archive in enumerate((one, other, one, other)):
        archive.add(posted(f"quay:{number}", NOW + timedelta(seconds=number)))
        archive.write()
    assert ids_in(tmp_path) == [f"quay:{number}" for number in range(4)]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(since=NOW + HOUR), ["quay:b", "reef:c"]),
        (Wanted(until=NOW + HOUR), ["quay:a"]),
        (Wanted(publisher="reef"), ["reef:c"]),
        (Wanted(since=NOW + timedelta(days=9)), []),
    ],
)
def test_what_is_meant_is_chosen_by_instant_and_publisher(tmp_path: Path, wanted: Wanted, ids: list[str]) -> None:
    archive = archive_in(tmp_path)
    for number, article_id in enumerate(("quay:a", "quay:b", "reef:c")):
        archive.add(posted(article_id, NOW + number * HOUR))
    archive.write(ending=True)
    assert ids_in(tmp_path, wanted) == ids


def test_an_article_is_forgotten_and_its_neighbours_of_other_lines_stay(tmp_path: Path) -> None:
    lines = Sent("post", "application/x-ndjson", {}, b'{"title": "A"}\n{"title": "B"}', NOW)
    archive = archive_in(tmp_path)
    archive.add(record(lines, "quay", False, 2, [taken(0, "quay:a"), taken(1, "quay:b")]))
    archive.add(posted("quay:a"))
    archive.add(record(Sent("delete", "", {}, b"quay:a", NOW), "quay", False, 1, [taken(0, "quay:a")]))
    archive.write(ending=True)

    forgotten = forget(Directory(tmp_path), "quay:a")

    left = list(submissions(Directory(tmp_path), Wanted(), Found()))
    assert [(one.kind, one.ids(), one.content()) for one in left] == [
        ("post", {"quay:b"}, b'{"title": "B"}'),
        ("delete", {"quay:a"}, b"quay:a"),
    ]
    assert (forgotten.submissions, forgotten.others) == (2, set())


def test_what_stood_in_one_body_with_a_forgotten_article_goes_with_it_and_is_told(tmp_path: Path) -> None:
    feed = Sent("post", "application/rss+xml", {}, b"<rss/>", NOW)
    archive = archive_in(tmp_path)
    archive.add(record(feed, "quay", False, 2, [taken(0, "quay:a"), taken(1, "quay:b")]))
    archive.write(ending=True)
    assert forget(Directory(tmp_path), "quay:a").others == {"quay:b"}
    assert ids_in(tmp_path) == []


def test_a_file_that_is_still_written_to_is_told_and_not_changed(tmp_path: Path) -> None:
    archive = archive_in(tmp_path)
    archive.add(posted("quay:a"))
    archive.write()
    assert forget(Directory(tmp_path), "quay:a").still_written == Directory(tmp_path).names()
    assert ids_in(tmp_path) == ["quay:a"]


def test_files_are_old_when_all_in_them_is(tmp_path: Path) -> None:
    for days in (0, 10):
        archive = archive_in(tmp_path, NOW - timedelta(days=days))
        archive.add(posted("quay:a"))
        archive.write(ending=True)
    assert [name[:10] for name in older(Directory(tmp_path), NOW - timedelta(days=5))] == ["2026-11-15"]


def test_frames_one_after_the_other_are_one_file() -> None:
    assert list(read_lines(io.BytesIO(frame([b"1", b"2"]) + frame([b"3"])))) == [b"1\n", b"2\n", b"3\n"]


def test_a_hole_is_a_line_of_its_own() -> None:
    hole = Missed(missed=3, since=NOW, until=NOW)
    assert read_line(hole.model_dump_json().encode()) == hole
