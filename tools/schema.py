"""`make schema`: writes `openapi/auth.yaml` and `openapi/core.yaml`; with `--check` compares them instead."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from shared_settings import testing
from tools.environment import ROOT, SERVICES

FOLDER = ROOT / "openapi"
_SHOWN_LINES = 60


def main() -> int:
    var_dir = testing.use_environment()
    try:
        generated = {service: _generate(service) for service in SERVICES}
    finally:
        testing.remove_environment(var_dir)
    if None in generated.values():
        return 1
    is_same = True
    for service, text in generated.items():
        file = FOLDER / f"{service}.yaml"
        if "--check" in sys.argv:
            is_same = _is_same(file, text or "") and is_same
        else:
            FOLDER.mkdir(exist_ok=True)
            file.write_text(text or "", encoding="utf-8")
    return 0 if is_same else 1


def _generate(service: str) -> str | None:
    """The schema, or None when it has an error or a warning, which are printed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "schema.yaml")
        command = [sys.executable, f"manage_{service}.py", "spectacular", "--validate", "--fail-on-warn"]
        result = subprocess.run([*command, "--file", file], cwd=ROOT, env=os.environ, check=False)
        return file.read_text(encoding="utf-8") if result.returncode == 0 else None


def _is_same(file: Path, text: str) -> bool:
    committed = file.read_text(encoding="utf-8") if file.exists() else ""
    if committed == text:
        return True
    name = str(file.relative_to(ROOT))
    lines = difflib.unified_diff(committed.splitlines(), text.splitlines(), name, "the code", lineterm="", n=2)
    difference = list(lines)
    print("\n".join(difference[:_SHOWN_LINES]))
    if len(difference) > _SHOWN_LINES:
        print(f"… and {len(difference) - _SHOWN_LINES} more lines")
    return False


if __name__ == "__main__":
    sys.exit(main())
