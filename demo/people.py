"""The four people of the demo, with random passwords for each installation, in `demo.json` under VAR_DIR."""

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from demo.problems import DemoError

FILE_NAME = "demo.json"
WORDS = Path(__file__).with_name("words.txt")
ROLES = {
    "admin": ("admin@example.org", "Margaret Hamilton"),
    "author": ("author@example.org", "Katherine Johnson"),
    "ada": ("ada@example.org", "Ada Lovelace"),
    "grace": ("grace@example.org", "Grace Hopper"),
}


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    email: str
    full_name: str
    password: str


def random_password() -> str:
    """Three words and two digits, such as `copper-lantern-river-47`: easy to type, some 30 bits."""
    words = WORDS.read_text(encoding="utf-8").split()
    return "-".join([*(secrets.choice(words) for _ in range(3)), f"{secrets.randbelow(100):02}"])


def read_or_make_people(var_dir: Path) -> dict[str, Person]:
    """The people by role, from the file; makes the file (mode 600) when it is absent."""
    path = var_dir / FILE_NAME
    try:
        if not path.exists():
            _write(path, {role: Person(email, name, random_password()) for role, (email, name) in ROLES.items()})
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {role: Person(**stored[role]) for role in ROLES}
    except OSError as error:
        raise DemoError(f"{path} can be neither read nor made: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DemoError(f"{path} cannot be read ({error!r}): repair it, or run `make reset`.") from error


def _write(path: Path, people: dict[str, Person]) -> None:
    """Writes whole or not at all; `mkstemp` makes the file readable for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({role: asdict(person) for role, person in people.items()}, file, indent=2)
        file.write("\n")
    os.replace(temporary, path)
