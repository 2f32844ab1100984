"""Makes .venv with the pinned packages, unless it is there; runs on any Python 3, to say so when that is too old."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(FOLDER, "bin", "python")
PIP = os.path.join(FOLDER, "bin", "pip")
REQUIREMENTS = os.path.join(ROOT, "requirements", "dev.txt")
STAMP = os.path.join(FOLDER, ".requirements")
LOCK = os.path.join(ROOT, ".venv.lock")
OLDEST = (3, 11)
NO_NETWORK = ("Retrying (Retry", "NewConnectionError", "Temporary failure in name resolution", "Max retries exceeded")


def main() -> None:
    if sys.version_info < OLDEST:
        fail(
            "Python 3.11 or newer is needed, and {} is {}.{}: install one and name it, as in "
            "`make run PYTHON=python3.12`.".format(sys.executable, *sys.version_info[:2])
        )
    wanted = state()
    if read(STAMP) == wanted and os.path.exists(PYTHON):
        return
    with open(LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another `make` may be at it
        if read(STAMP) == wanted and os.path.exists(PYTHON):
            return
        if not is_usable():
            make()
        install()
        with open(STAMP, "w") as stamp:
            stamp.write(wanted)


def state() -> str:
    """The Python and the packages that .venv is made of."""
    with open(REQUIREMENTS, "rb") as file:
        return "{}.{} {}".format(*sys.version_info[:2], hashlib.sha256(file.read()).hexdigest())


def is_usable() -> bool:
    """Whether .venv is whole and of this Python; packages can then be added to it."""
    version = "version = {}.{}.".format(*sys.version_info[:2])
    return version in read(os.path.join(FOLDER, "pyvenv.cfg")) and os.path.exists(PYTHON) and os.path.exists(PIP)


def read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def make() -> None:
    try:
        import ensurepip  # noqa: F401 - Debian keeps it in a package of its own
        import venv
    except ImportError:
        fail("Python's venv module is missing: install it, on Debian with `sudo apt-get install python3-venv`.")
    print("Making .venv with Python {}.{} …".format(*sys.version_info[:2]), flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    venv.create(FOLDER, with_pip=True)


def install() -> None:
    print("Installing the pinned packages into .venv (a minute or two the first time) …", flush=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2", "--require-hashes"]
    command = [PYTHON, "-m", "pip", "install", *options, "-r", REQUIREMENTS]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode == 0:
        return
    if any(sign in result.stdout for sign in NO_NETWORK):
        fail("The packages cannot be downloaded: check the network connection, then run the same command again.")
    sys.stderr.write(result.stdout[-3000:])
    fail("The packages cannot be installed; pip's lines above say why.")


def fail(sentence: str) -> None:
    sys.exit(sentence)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
