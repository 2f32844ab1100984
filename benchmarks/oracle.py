"""Whether the time of an answer tells a stranger who has an account."""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from benchmarks import report, servers
from benchmarks.people import PASSWORD, email_of
from benchmarks.wire import call, expect

GOAL = 0.15
GROUP = 40  # accounts of a kind: fewer attempts on each than a limit allows
KINDS = ("wrong", "inactive", "erased")
CASES = {
    "sign-in": ("unknown", "unknown again", "wrong", "inactive", "erased"),
    "forgot-password": ("unknown", "unknown again", "known", "inactive", "erased"),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sign-ins", type=int, default=60, help="attempts of each kind")
    parser.add_argument("--mails", type=int, default=300, help="requests of a mail of each kind")


class Stranger:
    """Comes from another network every time, so that no limit is met."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.visits = 0

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        self.visits += 1
        address = f"10.{self.visits // 62_500 + 1}.{self.visits // 250 % 250}.{self.visits % 250 + 1}"
        return await call(self.port, "POST", f"/api/v1{path}", body, address=address)


def _email(kind: str, number: int) -> str:
    """Somebody of this kind; whoever is unknown has an address as long as the others'."""
    if kind.startswith("unknown"):
        return f"q{number % GROUP}@example.org"
    group = KINDS.index("wrong" if kind == "known" else kind)
    return email_of(group * GROUP + number % GROUP)


async def _prepare(port: int) -> None:
    """Make the inactive and the erased ones so, as an admin does."""
    admin = email_of(len(KINDS) * GROUP)
    answer = await call(port, "POST", "/api/v1/auth/login", {"email": admin, "password": PASSWORD})
    token = expect(answer, 200).json["access"]
    for number in range(GROUP):
        for kind, method, body in (("inactive", "PATCH", {"is_active": False}), ("erased", "DELETE", None)):
            path = f"/api/v1/users/all?search={_email(kind, number)}"
            (user,) = expect(await call(port, "GET", path, token=token), 200).json["results"]
            expect(await call(port, method, f"/api/v1/users/{user['id']}", body, token=token), 200, 204)


async def _measure(port: int, options: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    await _prepare(port)
    stranger = Stranger(port)
    found: dict[str, dict[str, list[float]]] = {call_: {kind: [] for kind in kinds} for call_, kinds in CASES.items()}
    for call_, kind, number in _visits(options):
        if call_ == "sign-in":
            password = PASSWORD if kind == "inactive" else "a wrong password"
            body = {"email": _email(kind, number), "password": password}
            answer = expect(await stranger.post("/auth/login", body), 401)
        else:
            answer = expect(await stranger.post("/auth/forgot-password", {"email": _email(kind, number)}), 202)
        found[call_][kind].append(answer.seconds)
    return found


def _visits(options: argparse.Namespace) -> Iterator[tuple[str, str, int]]:
    for call_, number in (("sign-in", options.sign_ins), ("forgot-password", options.mails)):
        for round_ in range(number):
            for kind in random.sample(CASES[call_], len(CASES[call_])):
                yield call_, kind, round_


def run(options: argparse.Namespace) -> int:
    circumstances = report.circumstances()
    with ExitStack() as stack:
        env = stack.enter_context(servers.environment(options.database))
        servers.prepare(env, len(KINDS) * GROUP + 1)
        port = stack.enter_context(servers.served(env, "auth_service.wsgi"))
        found = asyncio.run(_measure(port, options))
    rows, differences = [], {}
    for call_, kinds in found.items():
        base = statistics.median(kinds["unknown"])
        for kind, durations in kinds.items():
            difference = statistics.median(durations) / base - 1
            differences[f"{call_}, {kind}"] = difference
            shown = report.milliseconds(durations)
            rows.append({"call": call_, "kind": kind, "median ms": shown["median"], "of unknown": f"{difference:+.1%}"})
    print("\n" + report.table(rows))
    worst = max(differences.values(), key=abs)
    print(f"\nThe medians differ by {worst:+.1%} at most (goal {GOAL:.0%}); `unknown again` is the noise.")
    durations_ms = {
        call_: {kind: report.milliseconds(v) for kind, v in kinds.items()} for call_, kinds in found.items()
    }
    report.write(options.json, {"circumstances": circumstances, "differences": differences, "durations": durations_ms})
    return 0 if abs(worst) <= GOAL else 1
