"""The command line: `python -m demo` loads the demo, `python -m demo people` shows who can sign in where."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from demo.api import Api
from demo.course import read_course
from demo.loader import Loader, with_admin
from demo.people import FILE_NAME, Person, read_or_make_people
from demo.problems import DemoError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; whatever goes wrong is one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        people = read_or_make_people(options.var)
        if options.command == "load":
            _load(options, people)
        elif not options.init:
            sys.stdout.write(_table(options, people))
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the next run finishes.\n")
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    environment = os.environ  # noqa: TID251 - a tool's own defaults; no service runs here
    parser = argparse.ArgumentParser(
        prog="python -m demo",
        description="Loads a small course and four people through the HTTP APIs of the two running services. "
        "Run again, it says that they are there, or finishes what was interrupted.",
        epilog=f"The people's passwords are random and lie in VAR/{FILE_NAME}, which is made when it is absent. "
        "The admin must exist: `manage_auth.py createsuperuser` with the email and password from that file.",
    )
    parser.add_argument("command", nargs="?", choices=["load", "people"], default="load", help="default: load")
    parser.add_argument("--auth", default="http://localhost:8001", metavar="URL", help="default: %(default)s")
    parser.add_argument("--core", default="http://localhost:8000", metavar="URL", help="default: %(default)s")
    parser.add_argument(
        "--prefix", default=environment.get("API_PREFIX", "/api/v1"), help="API_PREFIX of both; default: %(default)s"
    )
    parser.add_argument(
        "--var", type=Path, default=Path(environment.get("VAR_DIR") or "var"), help="default: $VAR_DIR or var"
    )
    parser.add_argument(
        "--admin-email",
        default=environment.get("DEMO_ADMIN_EMAIL"),
        help="default: $DEMO_ADMIN_EMAIL, else as in the file",
    )
    parser.add_argument(
        "--admin-password", default=environment.get("DEMO_ADMIN_PASSWORD"), help="likewise, $DEMO_ADMIN_PASSWORD"
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=0,
        metavar="SECONDS",
        help="for the services to be ready; default: 0",
    )
    parser.add_argument("--init", action="store_true", help="with people: only make the file, print nothing")
    return parser


def _load(options: argparse.Namespace, people: dict[str, Person]) -> None:
    auth = Api.at("Auth", options.auth, options.prefix)
    core = Api.at("Core", options.core, options.prefix)
    for service in (auth, core):
        service.wait_until_ready(options.wait)
    people = with_admin(people, options.admin_email, options.admin_password)
    loader = Loader(auth, core, people, read_course())
    console = Console(stderr=True)
    if loader.look():
        console.print(f"The demo course is there: {loader.course.title}", highlight=False, markup=False)
        return
    columns = (
        TextColumn("Demo content"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=loader.total)
        for done in loader.steps():
            progress.update(task, advance=1, description=done)
    console.print(f"Loaded the demo course: {loader.course.title}", highlight=False, markup=False)


def _table(options: argparse.Namespace, people: dict[str, Person]) -> str:
    """Addresses and sign-ins as plain text, to be copied from a terminal."""
    prefix = options.prefix.strip("/")
    services = (("Core", options.core), ("Auth", options.auth))
    addresses = [(name, f"{url.rstrip('/')}/{prefix}/docs") for name, url in services]
    sign_ins = [(role, person.email, person.password) for role, person in people.items()]
    return f"{_columns(addresses)}\n{_columns(sign_ins)}"


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "".join(f"  {line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
