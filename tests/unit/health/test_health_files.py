"""Files that the settings name, and the machine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.certificates import authority
from services.health.files import env_secrets, judge_authority, judge_env, judge_private, judge_room, read_env
from services.health.finding import Level
from services.health.machine import judge_clock, judge_files, judge_maps
from services.publishers import file as publishers_file

NOW = datetime.now(UTC)


def written(path: Path, content: str, mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def test_a_registry_is_ours_alone_and_can_be_read(tmp_path: Path) -> None:
    def judged(path: Path) -> tuple[Level, str]:
        one = judge_private(path, "WIREDESK_PUBLISHERS_FILE", publishers_file.read)
        return one.level, one.do

    good = '{"publishers": []}'
    assert judged(written(tmp_path / "good.json", good))[0] is Level.OK
    assert judged(tmp_path / "not-yet.json")[0] is Level.OK
    assert judged(tmp_path / "not-yet" / "deeper" / "not-yet.json")[0] is Level.OK
    open_to_all = written(tmp_path / "open.json", good, 0o644)
    assert judged(open_to_all) == (Level.BAD, f"chmod 600 {open_to_all}")
    assert judged(written(tmp_path / "broken.json", "{")) == (Level.BAD, "mend it, or WIREDESK_PUBLISHERS_FILE")


@pytest.mark.parametrize(("days", "level"), [(400, Level.OK), (30, Level.WARN), (-1, Level.BAD)])
def test_a_certificate_that_ends_soon_is_told_in_time(tmp_path: Path, days: int, level: Level) -> None:
    pem = tmp_path / "authority.pem"
    pem.write_bytes(authority("A desk", 500).certificate)
    pem.chmod(0o644)
    assert judge_authority(pem, NOW + timedelta(days=500 - days)).level is level


def test_a_certificate_is_one_and_nobody_else_can_change_it(tmp_path: Path) -> None:
    pem = tmp_path / "authority.pem"
    assert "No such file" in judge_authority(pem, NOW).what
    written(pem, "no certificate")
    assert "cannot be used" in judge_authority(pem, NOW).what
    pem.write_bytes(authority("A desk", 500).certificate)
    pem.chmod(0o666)
    assert judge_authority(pem, NOW).do == f"chmod 644 {pem}"


def test_the_env_file_is_ours_alone_and_has_every_secret(tmp_path: Path) -> None:
    env = written(
        tmp_path / ".env", "# a comment\nREDIS_PASSWORD=\nWIREDESK_API_KEY='abc'\n#X_KEY=\nPORT=8000\n", 0o644
    )
    values = read_env(env)
    assert values == {"REDIS_PASSWORD": "", "WIREDESK_API_KEY": "abc", "PORT": "8000"}
    assert env_secrets(values) == {"REDIS_PASSWORD": "", "WIREDESK_API_KEY": "abc"}
    readable, blank = judge_env(env, values)
    assert readable.do == f"chmod 600 {env}"
    assert blank.what.endswith("says nothing for REDIS_PASSWORD")


def test_a_directory_to_write_to_is_there_and_has_room(tmp_path: Path) -> None:
    missing = judge_room(tmp_path / "nowhere", "WIREDESK_SPOOL_DIR")
    assert (missing.level, missing.do) == (Level.BAD, "make it, or mend WIREDESK_SPOOL_DIR")
    assert "free in" in judge_room(tmp_path, "WIREDESK_SPOOL_DIR").what


def test_a_process_may_open_as_many_files_as_it_has_connections() -> None:
    assert judge_files(512, 256).level is Level.OK
    assert judge_files(511, 256).do == "ulimit -n 1024"


def test_opensearch_needs_many_mapped_files() -> None:
    assert judge_maps(None) is None
    low, enough = judge_maps(65_530), judge_maps(262_144)
    assert low
    assert "sysctl -w vm.max_map_count=262144" in low.do
    assert enough
    assert enough.level is Level.OK


@pytest.mark.parametrize(
    ("theirs", "took", "words"),
    [(102.5, 0.0, "2.5 s ahead of"), (97.0, 0.0, "3.0 s behind"), (101.9, 0.0, "agree"), (103.0, 4.0, "agree")],
)
def test_a_clock_is_compared_as_far_as_the_time_of_the_answer_allows(theirs: float, took: float, words: str) -> None:
    assert words in judge_clock("Redis", theirs, 100.0 - took / 2, 100.0 + took / 2).what
