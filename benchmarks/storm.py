"""Many sign-ins a second: whether everything else still answers, with the lane for hashes and without it."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks import report, servers
from benchmarks.people import PASSWORD, email_of
from benchmarks.wire import Answer, Void, call, expect

PEOPLE, DEVICES = 256, 10
# Two servers are alike: how far they differ is the noise of the run.
APPLICATIONS = {
    "lane": "auth_service.wsgi",
    "lane again": "auth_service.wsgi",
    "without lane": "benchmarks.without_lane",
}
GOAL_P99_MILLISECONDS, GOAL_RATIO = 25, 100
CALM, CALM_SECONDS = 0.05, 180.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sign-ins", type=int, default=64, help="how many a second")
    parser.add_argument("--seconds", type=float, default=6, help="length of a storm")
    parser.add_argument("--rounds", type=int, default=3, help="storms on each server")


@dataclass
class Figures:
    """Of one server: durations in seconds by call and round, and what became of the sign-ins."""

    rounds: list[dict[str, list[float]]] = field(default_factory=list)
    sign_ins: dict[str, int] = field(default_factory=lambda: {"200": 0, "503": 0, "unanswered": 0})

    def p99(self, name: str) -> list[float]:
        """In milliseconds, a value a round."""
        return [report.percentile(durations[name], 0.99) * 1000 for durations in self.rounds]

    def all(self, name: str) -> list[float]:
        return [duration for durations in self.rounds for duration in durations[name]]


@dataclass
class Storm:
    """One round on one server."""

    port: int
    sign_ins: int
    seconds: float

    async def run(self, figures: Figures) -> None:
        self.refresh_tokens: asyncio.Queue[str] = asyncio.Queue()
        for number in range(DEVICES):
            signed_in = expect(await self._sign_in(number), 200).json
            self.refresh_tokens.put_nowait(signed_in["refresh"])
        self.token = signed_in["access"]
        numbers = itertools.count()
        probes = {"/users/me": (50, self._me), "refresh": (5, self._refresh), "JWKS": (10, self._jwks)}
        durations: dict[str, list[float]] = {name: [] for name in [*(f"{name}, calm" for name in probes), *probes]}
        await asyncio.gather(*(self._probe(name, *probe, durations[f"{name}, calm"]) for name, probe in probes.items()))
        pending: set[asyncio.Task[Answer]] = set()
        await asyncio.gather(
            self._paced(self.sign_ins, lambda due: self._start(pending, next(numbers))),
            *(self._probe(name, *probe, durations[name]) for name, probe in probes.items()),
        )
        figures.rounds.append(durations)
        done, unanswered = await asyncio.wait(pending, timeout=0.001)
        for task in unanswered:
            task.cancel()
        for task in done:
            figures.sign_ins[str(expect(task.result(), 200, 503).status)] += 1
        figures.sign_ins["unanswered"] += len(unanswered)
        await self._until_calm()

    async def _paced(self, rate: float, act: Callable[[float], Awaitable[Any]]) -> None:
        """Act so often a second, whether or not what came before has ended."""
        began, acts = time.perf_counter(), []
        for number in range(int(self.seconds * rate)):
            due = began + number / rate
            await asyncio.sleep(due - time.perf_counter())
            acts.append(asyncio.ensure_future(act(due)))
        await asyncio.gather(*acts)

    async def _start(self, pending: set[asyncio.Task[Answer]], number: int) -> None:
        pending.add(asyncio.create_task(self._sign_in(number)))

    async def _sign_in(self, number: int) -> Answer:
        body = {"email": email_of(number % PEOPLE), "password": PASSWORD}
        address = f"10.1.{number // 250 % 250}.{number % 250 + 1}"
        return await call(self.port, "POST", "/api/v1/auth/login", body, address=address)

    async def _probe(
        self, name: str, rate: float, ask: Callable[[float], Awaitable[Answer]], durations: list[float]
    ) -> None:
        async def one(due: float) -> None:
            durations.append(expect(await ask(due), 200).seconds)

        await self._paced(rate, one)

    async def _me(self, due: float) -> Answer:
        return await call(self.port, "GET", "/api/v1/users/me", token=self.token, since=due)

    async def _jwks(self, due: float) -> Answer:
        return await call(self.port, "GET", "/.well-known/jwks.json", since=due)

    async def _refresh(self, due: float) -> Answer:
        """A device refreshes again only once it has its successor: else the service would rightly call it reuse."""
        body = {"refresh": await self.refresh_tokens.get()}
        answer = expect(await call(self.port, "POST", "/api/v1/auth/refresh", body, since=due), 200)
        self.refresh_tokens.put_nowait(answer.json["refresh"])
        return answer

    async def _until_calm(self) -> None:
        end = time.monotonic() + CALM_SECONDS
        in_a_row = 0
        while in_a_row < 10:
            if time.monotonic() > end:
                raise Void("a server is still busy with the last storm")
            answer = await call(self.port, "GET", "/.well-known/jwks.json")
            in_a_row = in_a_row + 1 if answer.seconds < CALM else 0
            await asyncio.sleep(0.05)


def run(options: argparse.Namespace) -> int:
    circumstances = report.circumstances()
    figures = {name: Figures() for name in APPLICATIONS}
    with ExitStack() as stack:
        env = stack.enter_context(servers.environment(options.database))
        servers.prepare(env, PEOPLE)
        ports = {name: stack.enter_context(servers.served(env, path)) for name, path in APPLICATIONS.items()}
        visits = [name for _ in range(options.rounds) for name in random.sample(list(ports), len(ports))]
        for number, name in enumerate(visits, 1):
            print(f"{number}/{len(visits)} {name} …", flush=True)
            asyncio.run(Storm(ports[name], options.sign_ins, options.seconds).run(figures[name]))
    return _tell(options, circumstances, figures)


def _tell(options: argparse.Namespace, circumstances: dict[str, Any], figures: dict[str, Figures]) -> int:
    names = list(figures["lane"].rounds[0])
    rows = []
    for call_name in names:
        for server, found in figures.items():
            summary, by_round = report.milliseconds(found.all(call_name)), found.p99(call_name)
            spread = f"{summary['p99']:.1f} ({min(by_round):.1f}-{max(by_round):.1f})"
            rows.append(
                {"call": call_name, "server": server, "median ms": summary["median"], "p99 ms (rounds)": spread}
            )
    print("\n" + report.table(rows))
    print("\nSign-ins: " + "; ".join(f"{server}: {found.sign_ins}" for server, found in figures.items()))
    p99 = {server: report.percentile(found.all("/users/me"), 0.99) * 1000 for server, found in figures.items()}
    noise = max(p99["lane"], p99["lane again"]) / min(p99["lane"], p99["lane again"])
    ratio = p99["without lane"] / max(p99["lane"], p99["lane again"])
    print(f"/users/me p99: {max(p99['lane'], p99['lane again']):.1f} ms (goal {GOAL_P99_MILLISECONDS}), ", end="")
    print(f"{ratio:.0f} times lower than without the lane (goal {GOAL_RATIO}); two alike differ by {noise:.2f}.")
    report.write(
        options.json,
        {
            "circumstances": circumstances,
            "options": {"database": options.database, "sign_ins": options.sign_ins, "seconds": options.seconds},
            "users_me_p99_ms": p99,
            "ratio": ratio,
            "noise": noise,
            "servers": {
                server: {
                    "sign_ins": found.sign_ins,
                    "calls": {name: report.milliseconds(found.all(name)) for name in names},
                    "p99_by_round": {name: found.p99(name) for name in names},
                }
                for server, found in figures.items()
            },
        },
    )
    return 0
