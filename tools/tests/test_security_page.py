"""docs/security.md names the tests that hold each requirement of ASVS; the tests' `asvs` markers say the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tools.environment import ROOT

PAGE = ROOT / "docs" / "security.md"
NUMBER = re.compile(r"\d+\.\d+\.\d+")

Held = set[tuple[str, str]]  # a number, and the file whose test holds it


def rows_of(page: str) -> Iterator[tuple[set[str], list[str]]]:
    """The numbers and the test files of each row; a bare name lies in the folder of the one before it."""
    for promise, numbers, held_by in re.findall(r"^\| (.+?) \| ?(.*?) ?\| (.+?) \|$", page, re.MULTILINE):
        if promise == "promise":
            continue
        files: list[str] = []
        for name in re.findall(r"`([^`]+\.py)`", held_by):
            folder = files[-1].rpartition("/")[0] if files and "/" not in name else ""
            files.append(f"{folder}/{name}" if folder else name)
        assert NUMBER.sub("", numbers).strip(", ") == "", f"no numbers of ASVS: {numbers}"
        assert files, f"no file holds: {promise}"
        yield set(NUMBER.findall(numbers)), files


def markers_of(source: str) -> set[str]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    marks = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "asvs")
    return {str(argument.value) for mark in marks for argument in mark.args if isinstance(argument, ast.Constant)}


def faults(page: str, marked: Held) -> list[str]:
    """Where the page and the markers differ."""
    rows = list(rows_of(page))
    named = {(number, file) for numbers, files in rows for number in numbers for file in files}
    without_test = [
        f"{number} is on the page, and no test of {' or '.join(files)} is marked with it"
        for numbers, files in rows
        for number in sorted(numbers)
        if not marked & {(number, file) for file in files}
    ]
    return without_test + [
        f"{file} is marked with {number}, which the page does not say of it" for number, file in sorted(marked - named)
    ]


@pytest.fixture(scope="module")
def marked() -> Held:
    folders = ("auth_service", "core_service", "shared_settings", "tests", "tools")
    files = {str(file.relative_to(ROOT)): file for folder in folders for file in (ROOT / folder).rglob("test_*.py")}
    return {(number, name) for name, file in files.items() for number in markers_of(file.read_text())}


def test_the_page_and_the_markers_of_the_tests_agree(marked: Held) -> None:
    assert faults(PAGE.read_text(), marked) == []


def test_every_file_that_the_page_names_is_there() -> None:
    assert [file for _, files in rows_of(PAGE.read_text()) for file in files if not (ROOT / file).is_file()] == []


def test_a_difference_is_found(marked: Held) -> None:
    page = "| Nobody guesses. | 6.3.1, 6.3.8 | `a/tests/test_a.py`, `test_b.py` |"
    assert faults(page, {("6.3.1", "a/tests/test_a.py"), ("6.3.8", "a/tests/test_b.py")}) == []
    assert faults(page, {("6.3.1", "a/tests/test_a.py")}) == [
        "6.3.8 is on the page, and no test of a/tests/test_a.py or a/tests/test_b.py is marked with it"
    ]
    assert faults(page, {("6.3.1", "a/tests/test_a.py"), ("6.3.8", "a/tests/test_b.py"), ("6.3.8", "test_c.py")}) == [
        "test_c.py is marked with 6.3.8, which the page does not say of it"
    ]
    number, file = sorted(marked)[0]
    assert len(faults(PAGE.read_text(), marked | {("99.1.1", file)})) == 1
    assert faults(PAGE.read_text(), {pair for pair in marked if pair[0] != number}) != []


def test_reads_markers_of_functions_and_of_modules() -> None:
    source = 'pytestmark = [pytest.mark.asvs("1.2.3")]\n@pytest.mark.asvs("4.5.6", "7.8.9")\ndef test_a(): ...\n'
    assert markers_of(source) == {"1.2.3", "4.5.6", "7.8.9"}
