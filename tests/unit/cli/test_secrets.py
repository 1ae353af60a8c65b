"""`wiredesk secrets` on a directory with nothing but the example."""

import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.cli.secrets import filled, secret

ROOT = Path(__file__).parents[3]
EXAMPLE = (ROOT / ".env.example").read_text()


def values(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / ".env.example").write_text(EXAMPLE)
    return tmp_path


def run(directory: Path, *more: str) -> str:
    done = CliRunner().invoke(app, ["secrets", "--dir", str(directory), *more])
    assert done.exit_code == 0, done.output
    return done.output


def files(directory: Path) -> dict[str, bytes]:
    return {str(file.relative_to(directory)): file.read_bytes() for file in directory.rglob("*") if file.is_file()}


def test_every_blank_is_filled_with_a_secret_of_its_own(directory: Path) -> None:
    run(directory)
    blanks = [name for name, value in values(EXAMPLE).items() if not value]
    made = values((directory / ".env").read_text())
    assert len(blanks) > 10
    assert len({made[name] for name in blanks}) == len(blanks)
    assert all(re.fullmatch(r"(Wd-)?[0-9a-f]{48}", made[name]) for name in blanks)


def test_what_is_there_stays(directory: Path) -> None:
    kept = "WIREDESK_API_KEY=mine\nOPENSEARCH_HEAP=2g\n"
    (directory / ".env").write_text(kept)
    run(directory)
    before = files(directory)
    made = values(before[".env"].decode())
    assert (made["WIREDESK_API_KEY"], made["OPENSEARCH_HEAP"]) == ("mine", "2g")
    assert "already" in run(directory)
    assert files(directory) == before


def test_nobody_else_can_read_them(directory: Path) -> None:
    run(directory)

    def others(name: str) -> int:
        return stat.S_IMODE((directory / name).stat().st_mode) & 0o077

    assert others(".env") == others("certificates") == 0
    assert others("certificates/authority-key.pem") == others("certificates/admin-key.pem") == 0


def test_certificates_are_renewed_by_the_same_authority_only_when_asked(directory: Path) -> None:
    run(directory)
    before = files(directory)
    run(directory, "--renew-certificates")
    after = files(directory)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        f"certificates/{name}{end}.pem" for name in ("opensearch", "admin", "proxy") for end in ("", "-key")
    }


def test_without_the_example_it_says_what_is_missing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["secrets", "--dir", str(tmp_path)])
    assert done.exit_code == 1
    assert ".env.example" in done.output.replace("\n", "")
    assert list(tmp_path.iterdir()) == []


def test_a_value_in_the_old_file_that_the_example_does_not_know_is_kept() -> None:
    text, new = filled("A_SECRET=\n#COMMENTED=1\n", "A_SECRET=kept\nCOMMENTED=2\nOTHER=3\n")
    assert (text, new) == ("A_SECRET=kept\n#COMMENTED=1\nCOMMENTED=2\nOTHER=3\n", [])


def test_opensearch_gets_every_kind_of_character_that_it_asks_for() -> None:
    made = secret("OPENSEARCH_OPS_PASSWORD")
    assert all(re.search(kind, made) for kind in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"))
