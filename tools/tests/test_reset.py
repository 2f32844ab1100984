"""`make reset` deletes what the services keep, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.environment import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Another folder than this one, in case it is deleted."""
    tools = tmp_path / "project" / "tools"
    tools.mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "reset.py", tools)
    return tools.parent


def reset(project: Path, var_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    var_dir.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "tools/reset.py", *arguments],
        cwd=project,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir)},
        input="no\n",
        capture_output=True,
        text=True,
    )


def test_deletes_the_folder_of_the_services(project: Path) -> None:
    var_dir = project / "var"
    assert reset(project, var_dir).returncode == 1
    assert var_dir.exists()
    assert reset(project, var_dir, "--yes").returncode == 0
    assert not var_dir.exists()


@pytest.mark.parametrize("var_dir", [".", ".."])
def test_refuses_a_folder_in_which_the_project_lies(project: Path, var_dir: str) -> None:
    refused = reset(project, project / var_dir, "--yes")
    assert refused.returncode == 1
    assert "this project lies in it" in refused.stderr
    assert (project / "tools" / "reset.py").exists()
