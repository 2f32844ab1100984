"""`make lock`: compiles `requirements/*.in` to `*.txt` with exact versions and hashes; `--upgrade` takes newer ones."""

import os
import subprocess
import sys
import tempfile
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UV = "uv==0.13.9"
COMPILED = ("auth", "core", "dev")
OLDEST_PYTHON = "3.11"


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(scratch, with_pip=True)
        programs = os.path.join(scratch, "bin")
        run(os.path.join(programs, "pip"), "install", "--quiet", "--disable-pip-version-check", UV)
        for name in COMPILED:
            options = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-header", "--quiet"]
            # What is configured on this machine stays out of the files.
            options += ["--no-config", "--no-emit-index-url", "--no-emit-find-links", *sys.argv[1:]]
            target = f"requirements/{name}.txt"
            source = f"requirements/{name}.in"
            run(os.path.join(programs, "uv"), "pip", "compile", *options, source, "-o", target)
            print(target, flush=True)


def run(*command: str) -> None:
    result = subprocess.run(command, cwd=ROOT)
    if result.returncode:
        sys.exit("`{}` has failed; its lines above say why.".format(" ".join(command[:3])))


if __name__ == "__main__":
    main()
