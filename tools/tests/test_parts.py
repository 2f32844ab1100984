import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import parts, postgres
from tools.parts import ROOT, Run, parts_of, settings_of


def test_no_path_means_every_part_that_has_tests() -> None:
    assert {"auth_service", "core_service", "shared_settings", "tools"} <= set(parts_of([], ROOT))


def test_a_folder_below_a_part_means_that_part() -> None:
    assert list(parts_of([], ROOT / "tools" / "tests")) == ["tools"]


def test_paths_and_node_ids_are_sorted_by_part() -> None:
    paths = ["core_service", "tools/tests/test_parts.py::test_x", "core_service/courses"]
    assert parts_of(paths, ROOT) == {
        "core_service": ["core_service", "core_service/courses"],
        "tools": ["tools/tests/test_parts.py::test_x"],
    }


def test_each_service_has_its_settings_and_the_tools_have_none() -> None:
    assert settings_of("auth_service") == "auth_service.settings"
    assert settings_of("core_service") == "core_service.settings"
    assert settings_of("tools") is None


class Parts:
    """Runs parts of a made-up project that has `one` and `two`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        for name in ("one", "two"):
            (folder / name).mkdir()
        (folder / "pytest.ini").write_text("[pytest]\n")
        (folder / "conftest.py").write_text("from tools.counting import pytest_terminal_summary\n")
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they cost a second or two each time
        monkeypatch.delenv("TEST_DATABASE", raising=False)

    def write(self, part: str, text: str) -> None:
        (self.folder / part / f"test_{part}.py").write_text(text)

    def run(self, *arguments: str, stops_at_failure: bool = False, at_once: int = 1) -> int:
        run = Run(["-p", "no:cacheprovider", *arguments], self.folder, stops_at_failure, at_once)
        return run.all({"one": ["one"], "two": ["two"]})


@pytest.fixture
def two_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parts:
    return Parts(tmp_path, monkeypatch)


PASSES = "def test_passes(): pass\n"
FAILS = "def test_fails(): assert False\n"
SKIPS = "import pytest\n@pytest.mark.skip\ndef test_skips(): pass\n"


def last_line(capfd: pytest.CaptureFixture[str]) -> str:
    return capfd.readouterr().out.splitlines()[-1]


def test_counts_over_all_parts(two_parts: Parts, capfd: pytest.CaptureFixture[str]) -> None:
    two_parts.write("one", PASSES + SKIPS)
    two_parts.write("two", PASSES)
    assert two_parts.run() == 0
    assert last_line(capfd) == "2 passed, 0 failed, 1 skipped"


def test_a_failure_in_one_part_fails_the_run(two_parts: Parts, capfd: pytest.CaptureFixture[str]) -> None:
    two_parts.write("one", FAILS)
    two_parts.write("two", PASSES)
    assert two_parts.run() == 1
    assert last_line(capfd) == "1 passed, 1 failed, 0 skipped"


def test_a_part_that_cannot_be_collected_counts_as_failed(two_parts: Parts, capfd: pytest.CaptureFixture[str]) -> None:
    two_parts.write("one", "import nothing_of_this_name\n")
    two_parts.write("two", PASSES)
    assert two_parts.run() != 0
    assert last_line(capfd) == "1 passed, 1 failed, 0 skipped"


def test_a_part_without_chosen_tests_does_not_fail(two_parts: Parts, capfd: pytest.CaptureFixture[str]) -> None:
    two_parts.write("one", PASSES)
    two_parts.write("two", SKIPS)
    assert two_parts.run("-k", "passes") == 0
    assert two_parts.run("-k", "nowhere") == parts.NO_TESTS
    assert last_line(capfd) == "0 passed, 0 failed, 0 skipped"


def test_stops_after_the_first_failing_part_when_told(two_parts: Parts, capfd: pytest.CaptureFixture[str]) -> None:
    two_parts.write("one", FAILS)
    two_parts.write("two", PASSES)
    assert two_parts.run("-x", stops_at_failure=True) == 1
    assert last_line(capfd) == "0 passed, 1 failed, 0 skipped"


MEETS = """
import pathlib, time
def test_meets_the_other():
    pathlib.Path("{mine}").touch()
    end = time.monotonic() + 120
    while not pathlib.Path("{other}").exists():
        assert time.monotonic() < end
        time.sleep(0.01)
"""


def test_runs_several_at_once(two_parts: Parts, capfd: pytest.CaptureFixture[str]) -> None:
    two_parts.write("one", MEETS.format(mine="first", other="second"))
    two_parts.write("two", MEETS.format(mine="second", other="first") + FAILS)
    assert two_parts.run(at_once=2) == 1
    output = capfd.readouterr().out
    assert output.splitlines()[-1] == "2 passed, 1 failed, 0 skipped"
    assert "FAILED two/test_two.py::test_fails" in output


@pytest.fixture
def no_postgres(monkeypatch: pytest.MonkeyPatch, two_parts: Parts) -> Parts:
    def fail() -> None:
        raise postgres.NoPostgres("it is not there")

    monkeypatch.setattr(postgres, "server", fail)
    monkeypatch.setattr(parts, "ON_BOTH_DATABASES", ("one",))
    two_parts.write("one", PASSES)
    two_parts.write("two", PASSES)
    return two_parts


def test_without_postgres_its_run_is_skipped_with_the_reason(
    no_postgres: Parts, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert no_postgres.run() == 0
    output = capfd.readouterr().out
    assert "SKIPPED one on postgres: it is not there." in output
    assert output.endswith("\n2 passed, 0 failed, 1 skipped\n")


def test_without_postgres_nothing_may_be_left_to_run(
    no_postgres: Parts, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TEST_DATABASE", "postgres")
    monkeypatch.setattr(parts, "ON_BOTH_DATABASES", ("one", "two"))
    assert no_postgres.run(at_once=2) == 0
    assert last_line(capfd) == "0 passed, 0 failed, 2 skipped"


def test_without_postgres_ci_fails(
    no_postgres: Parts, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert no_postgres.run() == 1
    assert last_line(capfd) == "2 passed, 1 failed, 0 skipped"


def test_a_wrong_database_is_one_sentence() -> None:
    command = [sys.executable, "-m", "pytest", "tools/tests/test_dependencies.py"]
    environment = os.environ | {"TEST_DATABASE": "oracle"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 4
    assert "TEST_DATABASE must be sqlite or postgres, and is 'oracle'." in result.stdout + result.stderr
