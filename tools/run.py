"""`make run`: both services and their workers with demo content, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import errno
import fcntl
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tools import preparation, processes
from tools.environment import SERVICES, Environment, Refusal, read_or_make, var_dir
from tools.logs import Screen
from tools.processes import Program

READY_SECONDS = 180.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.run", description=__doc__)
    parser.add_argument("--auth-port", type=int, default=8001)
    parser.add_argument("--core-port", type=int, default=8000)
    options = parser.parse_args()
    ports = {"auth": options.auth_port, "core": options.core_port}
    try:
        if options.auth_port == options.core_port:
            raise Refusal("AUTH_PORT and CORE_PORT are the same: name two ports.")
        with only_one():
            for port in ports.values():
                _check_port(port)
            environments = read_or_make()
            environments["core"].setdefault("AUTH_SERVICE_URL", _url(ports["auth"]))
            # Core's admin signs people in at Auth, which counts attempts by the person's own address.
            environments["auth"].setdefault("TRUSTED_PROXIES", "127.0.0.1/32")
            asyncio.run(_run_until_signal(ports, environments))
    except (Refusal, BaseExceptionGroup) as error:
        print("\n".join(_sentences(error)), file=sys.stderr)
        return 1
    except BrokenPipeError:  # `make run | head`
        return 1
    return 0


@contextmanager
def only_one() -> Iterator[None]:
    """Refuses while another `make run` uses the same VAR_DIR."""
    var_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (var_dir() / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"`make run` already uses {var_dir()}: stop it there with Ctrl-C first.") from None
        yield


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            advice = "end what uses it, or choose others, as in `make run AUTH_PORT=8011 CORE_PORT=8010`"
            raise Refusal(f"Port {port} {reason}: {advice}.") from None
        except OverflowError:
            raise Refusal(f"{port} is no port: choose one between 1024 and 65535.") from None


def _url(port: int) -> str:
    return f"http://localhost:{port}"


def _sentences(error: BaseException) -> list[str]:
    if isinstance(error, BaseExceptionGroup):
        return [sentence for part in error.exceptions for sentence in _sentences(part)]
    if isinstance(error, Refusal):
        return [str(error)]
    raise error


async def _run_until_signal(ports: dict[str, int], environments: dict[str, Environment]) -> None:
    screen = Screen()
    is_told_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, is_told_to_stop.set)
    signalled = asyncio.create_task(is_told_to_stop.wait())
    session = asyncio.create_task(_session(ports, environments, screen))
    await asyncio.wait({signalled, session}, return_when=asyncio.FIRST_COMPLETED)
    if not session.done():
        screen.say("\nStopping …")
        session.cancel()
    with suppress(asyncio.CancelledError):
        await session


async def _session(ports: dict[str, int], environments: dict[str, Environment], screen: Screen) -> None:
    is_prepared = preparation.is_done(environments)
    if not is_prepared:
        screen.say("Migrating both databases …")
        await preparation.migrate(environments)
        await preparation.make_admin(environments["auth"])
    screen.is_muted = True
    screen.say("Starting Auth, Core and their workers …")
    async with asyncio.TaskGroup() as group:
        group.create_task(processes.run(_programs(ports, environments), screen))
        await asyncio.gather(*(_wait_until_ready(name, port) for name, port in ports.items()))
        urls = {name: _url(port) for name, port in ports.items()}
        if not is_prepared:
            if await preparation.load_demo(environments["core"], urls):
                preparation.mark_done()
            else:
                screen.say("The services run without the demo content; the next start tries again to load it.")
        screen.say(preparation.introduction(environments, urls))
        screen.is_muted = False


def _programs(ports: dict[str, int], environments: dict[str, Environment]) -> list[Program]:
    programs = []
    for service in SERVICES:
        environment, folders = environments[service], (f"{service}_service", "shared_settings")
        flags = ["--bind", f"127.0.0.1:{ports[service]}", "--workers", "1", "--graceful-timeout", "3"]
        web = [sys.executable, "-m", "gunicorn", *flags, f"{service}_service.wsgi"]
        worker = [sys.executable, f"manage_{service}.py", "worker"]
        programs.append(Program(service, web, environment, folders, reload_signal=signal.SIGHUP))
        programs.append(Program(f"{service} worker", worker, environment, folders))
    return programs


async def _wait_until_ready(name: str, port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while (state := await asyncio.to_thread(_what_is_not_ready, port)) and time.monotonic() < end:
        await asyncio.sleep(0.1)
    if state:
        raise Refusal(f"{name.title()} is not ready after {READY_SECONDS:.0f} seconds: {state}")


def _what_is_not_ready(port: int) -> str:
    """Empty when the service answers that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return ""
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")
    except OSError as error:
        return str(error)


if __name__ == "__main__":
    sys.exit(main())
