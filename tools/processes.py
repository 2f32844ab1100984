"""Starts processes, restarts them when their code changes, and ends all of them together."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import watchfiles

from tools.environment import ROOT, Environment, Refusal
from tools.logs import Screen

STOP_SECONDS = 6.0
_AFTER_A_CHANGE_SECONDS = 15.0
_LONGEST_LINE = 1024 * 1024


@dataclass
class Program:
    """A process that must go on as long as all others; `reload_signal` makes it load its code anew without an end."""

    name: str
    command: Sequence[str]
    environment: Environment
    folders: Sequence[str]
    reload_signal: signal.Signals | None = None
    process: asyncio.subprocess.Process | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    changed_at: float = float("-inf")


async def run(programs: Sequence[Program], screen: Screen) -> None:
    """Run all until cancelled; a Refusal when one ends by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for program in programs:
                group.create_task(_keep(program, screen))
            group.create_task(_watch(programs, screen))
    finally:
        await asyncio.gather(*(_stop(program) for program in programs))


async def _keep(program: Program, screen: Screen) -> None:
    while True:
        program.changed.clear()
        program.process = await asyncio.create_subprocess_exec(
            *program.command,
            env=program.environment,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # a terminal's Ctrl-C reaches only this process, which then ends all in order
            limit=_LONGEST_LINE,
        )
        await _show_lines(program, screen)
        status = await program.process.wait()
        if program.changed.is_set():
            continue
        if time.monotonic() - program.changed_at > _AFTER_A_CHANGE_SECONDS:
            raise Refusal(f"{program.name} has ended by itself (status {status}): its last lines above say why.")
        screen.say(f"{program.name} does not start after this change; it is tried again after the next one.")
        await program.changed.wait()


async def _show_lines(program: Program, screen: Screen) -> None:
    assert program.process is not None
    assert program.process.stdout is not None
    while True:
        try:
            line = await program.process.stdout.readline()
        except ValueError:  # longer than the limit: what was read of it is gone
            continue
        if not line:
            return
        screen.show(program.name, line.decode(errors="replace").rstrip("\n"))


async def _watch(programs: Sequence[Program], screen: Screen) -> None:
    folders = {ROOT / folder for program in programs for folder in program.folders}
    async for changes in watchfiles.awatch(*folders, watch_filter=_is_code, recursive=True):
        paths = {str(Path(path).relative_to(ROOT)) for _, path in changes}
        screen.say(f"Changed: {', '.join(sorted(paths))}")
        for program in programs:
            if any(path.startswith(f"{folder}/") for path in paths for folder in program.folders):
                await _restart(program)


def _is_code(change: watchfiles.Change, path: str) -> bool:
    return path.endswith((".py", ".html")) and "/tests/" not in path and "/migrations/" not in path


async def _restart(program: Program) -> None:
    program.changed_at = time.monotonic()
    is_running = program.process is not None and program.process.returncode is None
    if is_running and program.reload_signal:
        _send(program, program.reload_signal)
        return
    program.changed.set()
    await _stop(program)


async def _stop(program: Program) -> None:
    """Ask it to end; after some seconds, end it and all that it started."""
    if program.process is None:
        return
    _send(program, signal.SIGTERM)
    with suppress(TimeoutError):
        await asyncio.wait_for(program.process.wait(), STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(program.process.pid, signal.SIGKILL)
    await program.process.wait()


def _send(program: Program, number: signal.Signals) -> None:
    assert program.process is not None
    with suppress(ProcessLookupError):
        program.process.send_signal(number)
