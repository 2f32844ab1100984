"""`make reset`: deletes VAR_DIR after asking; needs no package, so that it also helps when .venv is broken."""

import fcntl
import os
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main() -> None:
    folder = os.path.join(ROOT, os.path.expanduser(os.environ.get("VAR_DIR") or "var"))
    if not os.path.isdir(folder):
        print(f"There is nothing to delete: {folder} is not there.")
        return
    if is_in(folder, ROOT):
        sys.exit(f"VAR_DIR is {folder}, and this project lies in it: delete by hand what is to go.")
    with open(os.path.join(folder, "run.lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"`make run` uses {folder}: stop it with Ctrl-C first.")
        if "--yes" not in sys.argv and not is_wanted(folder):
            sys.exit("Nothing was deleted.")
        shutil.rmtree(folder)
    print(f"Deleted {folder}; the next `make run` starts anew.")


def is_in(folder: str, path: str) -> bool:
    folder, path = os.path.realpath(folder), os.path.realpath(path)
    return os.path.commonpath([folder, path]) == folder


def is_wanted(folder: str) -> bool:
    question = f"Delete {folder} with both databases, uploaded files, keys and sign-ins? Type yes: "
    try:
        return input(question).strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        print()
        return False


if __name__ == "__main__":
    main()
