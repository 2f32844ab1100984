import json
import re

import pytest

from tools.logs import Screen

REQUEST = {
    "level": "INFO",
    "logger": "http",
    "message": "GET /api/v1/courses/ 200",
    "service": "core",
    "request_id": "abc",
    "status": 200,
    "milliseconds": 11.6,
    "time": "2026-01-02T03:04:05.678+00:00",
}


def shown(capsys: pytest.CaptureFixture[str], record: object, **screen: bool) -> str:
    Screen(**{"is_terminal": True} | screen).show("core", record if isinstance(record, str) else json.dumps(record))
    return re.sub(r"\x1b\[\d+m", "", capsys.readouterr().out)


def test_a_request_is_one_short_line(capsys: pytest.CaptureFixture[str]) -> None:
    line = shown(capsys, REQUEST)
    assert re.fullmatch(r"\d\d:\d\d:05 core {8}GET /api/v1/courses/ 200 12ms\n", line)


def test_other_facts_of_a_line_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Delivered. event=user.registered" in shown(
        capsys, {"level": "INFO", "message": "Delivered.", "event": "user.registered"}
    )


def test_a_warning_shows_its_level_and_an_exception_all_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, REQUEST | {"level": "ERROR", "exc_info": "Traceback\nValueError: no"})
    assert "ERROR GET" in text
    assert text.count("\n") == 3
    assert "ValueError: no" in text


@pytest.mark.parametrize("line", ["plain words", "{not json", '{"a": 1}', '{"message": 7}'])
def test_a_line_that_is_no_record_stays_as_it_is(capsys: pytest.CaptureFixture[str], line: str) -> None:
    assert shown(capsys, line).strip() == f"core        {line}"


def test_a_muted_screen_shows_only_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, REQUEST, is_muted=True) == ""
    assert shown(capsys, REQUEST | {"level": "WARNING"}, is_muted=True)


def test_a_pipe_gets_the_lines_untouched(capsys: pytest.CaptureFixture[str]) -> None:
    line = json.dumps(REQUEST)
    assert shown(capsys, line, is_terminal=False, is_muted=True) == f"{line}\n"
