"""Measure how the services behave under load; figures go to the screen and, as JSON, to a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import oracle, storm
from benchmarks.servers import DATABASES
from benchmarks.wire import Void

COMMANDS = {"storm": storm, "oracle": oracle}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        command.add_argument("--database", choices=DATABASES, default="postgres")
        command.add_argument("--json", type=Path, default=Path("var", "benchmarks", f"{name}.json"))
        module.add_options(command)
    options = parser.parse_args()
    try:
        return COMMANDS[options.command].run(options)
    except Void as reason:
        print(f"This run is void: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
