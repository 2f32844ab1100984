import re

from tools.environment import ROOT

REQUIREMENTS = ROOT / "requirements"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def direct_dependencies() -> set[str]:
    lines = [line for file in REQUIREMENTS.glob("*.in") for line in file.read_text().splitlines()]
    return {match[0] for line in lines if not line.startswith("-") and (match := NAME.match(line))}


def test_the_documentation_names_every_direct_dependency_and_no_other() -> None:
    table = (ROOT / "docs" / "dependencies.md").read_text()
    documented = set(re.findall(r"^\| ([^ |]+) \| ", table, re.MULTILINE)) - {"package"}
    assert documented == direct_dependencies()


def test_every_locked_package_has_a_hash_and_no_place_of_this_machine() -> None:
    for file in REQUIREMENTS.glob("*.txt"):
        text = file.read_text()
        pins = re.findall(r"^[^\s#-].*$", text, re.MULTILINE)
        assert pins, file
        assert all(pin.endswith("\\") and "==" in pin for pin in pins), file
        assert not re.search(r"file:|https?:|index-url|find-links", text), file
