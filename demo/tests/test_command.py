"""The command line and the file of sign-ins."""

import json
import re
import socket
import stat
from pathlib import Path

import pytest

from demo.__main__ import main
from demo.people import ROLES, random_password


def test_init_makes_the_file_for_its_owner_only_and_prints_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["people", "--init", "--var", str(tmp_path / "new")]) == 0
    path = tmp_path / "new" / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path] == list(path.parent.iterdir())
    assert json.loads(path.read_text()).keys() == ROLES.keys()
    assert capsys.readouterr() == ("", "")


def test_people_shows_the_sign_ins_that_the_file_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["people", "--var", str(tmp_path), "--core", "http://localhost:4000/"]
    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert main(arguments) == 0
    assert capsys.readouterr().out == first
    assert "http://localhost:4000/api/v1/docs" in first
    for person in json.loads((tmp_path / "demo.json").read_text()).values():
        assert re.search(rf"{re.escape(person['email'])}\s+{re.escape(person['password'])}\n", first)


def test_a_broken_file_is_said_in_a_sentence_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "demo.json").write_text("{")
    assert main(["people", "--var", str(tmp_path)]) == 1
    assert "demo.json cannot be read" in capsys.readouterr().err
    assert (tmp_path / "demo.json").read_text() == "{"


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var").write_text("a file")
    assert main(["people", "--var", str(tmp_path / "var" / "demo")]) == 1
    assert re.fullmatch(r".*/demo\.json can be neither read nor made: Not a directory\.\n", capsys.readouterr().err)


def test_a_service_that_does_not_run_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert main(["--var", str(tmp_path), "--auth", url, "--core", url]) == 1
    assert capsys.readouterr().err == f"Auth does not answer at {url}: is it running?\n"


def test_passwords_are_readable_and_differ() -> None:
    passwords = {random_password() for _ in range(50)}
    assert len(passwords) == 50
    assert all(re.fullmatch(r"[a-z]+-[a-z]+-[a-z]+-\d\d", password) for password in passwords)
