"""docs/problems.md lists every code of a problem, with its status, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT

PAGE = ROOT / "docs" / "problems.md"
FOLDERS = ("auth_service", "core_service", "shared_settings")
Listed = set[tuple[str, int]]


@dataclass(frozen=True)
class Kind:
    """A class, and what of a problem it sets by itself."""

    name: str
    file: Path
    bases: tuple[str, ...]
    code: str | None
    status: int | None


def kinds_in(file: Path) -> Iterator[Kind]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
            said = {
                target.id: line.value.value
                for line in node.body
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
                for target in line.targets
                if isinstance(target, ast.Name)
            }
            code, status = said.get("code"), said.get("status")
            yield Kind(
                node.name,
                file,
                bases,
                code if isinstance(code, str) else None,
                status if isinstance(status, int) else None,
            )


def raised() -> Listed:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py") if "tests" not in file.parts]
    kinds = [kind for file in files for kind in kinds_in(file)]

    def base_of(kind: Kind) -> Kind | None:
        """The one that it inherits from: of the same file, else of any."""
        named = [other for other in kinds if other.name in kind.bases]
        return min(named, key=lambda other: other.file != kind.file, default=None)

    def status_of(kind: Kind | None) -> int | None:
        return None if kind is None else kind.status or status_of(base_of(kind))

    return {(kind.code, status) for kind in kinds if kind.code and (status := status_of(kind))}


def test_the_page_lists_every_code_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| .+ \| .+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {(code, int(status)) for code, status in rows} == raised()


def test_the_code_is_read() -> None:
    assert {("invalid", 400), ("keys_unusable", 503), ("otp_required", 401)} <= raised()
