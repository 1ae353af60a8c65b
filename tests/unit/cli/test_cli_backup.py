"""Where a backup is written."""

from pathlib import Path

import pytest

from services.backup.files import CannotBackUp, Content
from services.cli.backup import _into


def test_a_backup_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stopped() -> None:
        with _into(tmp_path / "new") as part:
            (part / "file").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


def test_a_backup_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with _into(tmp_path / "new") as part:
        (part / "file").touch()
        assert list((tmp_path / "new").iterdir()) == []
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_file_in_the_place_of_the_directory_stays(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("something")
    with pytest.raises(CannotBackUp, match="there already"), _into(tmp_path / "new"):
        pass
    assert (tmp_path / "new").read_text() == "something"


def test_a_content_is_the_same_in_any_order_and_another_for_other_pieces() -> None:
    def told(*pieces: bytes) -> str:
        content = Content()
        for piece in pieces:
            content.add(piece)
        return content.told()

    assert told(b"a", b"b") == told(b"b", b"a")
    assert len({told(), told(b"a"), told(b"a", b"a"), told(b"ab"), told(b"a", b"b")}) == 5
