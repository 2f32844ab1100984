"""How gunicorn serves both services; it reads this file from the current folder, and its flags win over it."""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import body, message, parser

from shared_settings.logs import JsonLines, TraceFilter

_service = "auth" if any(argument.startswith("auth_service.") for argument in sys.argv) else "core"

bind = "127.0.0.1:8001" if _service == "auth" else "127.0.0.1:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# Each may hold a connection to the database. Up to five of Auth's wait for password hashes.
threads = 12 if _service == "auth" else 4
keepalive = 65  # longer than a proxy's, so that it is never we who close a connection that it is about to use
graceful_timeout = 20
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 16384
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a heartbeat must not wait for a disk
accesslog = None  # `shared_settings.http.middleware` logs every request, with its id
forwarded_allow_ips = ""  # TRUSTED_PROXIES decides whom to believe
control_socket_disable = True


def close_without_waiting(sock: socket.socket, *args: Any, **kwargs: Any) -> None:
    """Close a connection whose last answer is sent, and read away what has come since, so that no reset cuts it off.

    Gunicorn's own waits two seconds for the client to close first, in the one thread that accepts all connections: a
    client that takes its time would stop the service.
    """
    with closing(sock), suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        sock.setblocking(False)
        for _ in range(16):
            if not sock.recv(65536):
                break


util.close_graceful = close_without_waiting

LITTLE = 32 * 1024  # gunicorn reads twice as much away by itself, and goes on with the connection
MOST_READ_AWAY = 16 * 1024 * 1024
PAUSE_SECONDS, MOST_SECONDS = 2.0, 10.0


class Body(body.Body):
    """A body that a client who asks first (`Expect: 100-continue`) is told to send when it is read, and only then."""

    def __init__(self, reader: Any, sock: socket.socket, *, is_awaited: bool) -> None:
        super().__init__(reader)
        self.is_held_back = is_awaited
        self._sock = sock

    def _read_reader(self, size: int) -> bytes:
        if self.is_held_back:
            self.is_held_back = False
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return super()._read_reader(size)

    @property
    def unread(self) -> float:
        """How many bytes are still to come, at most."""
        if isinstance(self.reader, body.ChunkedReader):
            return float("inf") if self.reader.parser else 0
        return self.reader.length


class Request(message.Request):
    """A request after whose answer the connection is closed when much of the body, or one held back, was not read."""

    def set_body_reader(self) -> None:
        super().set_body_reader()
        self.body = Body(self.body.reader, self.unreader.sock, is_awaited=self._expected_100_continue)
        self._expected_100_continue = False

    def should_close(self) -> bool:
        if self.body.unread > (0 if self.body.is_held_back else LITTLE):
            self.force_close()
        return super().should_close()


parser.RequestParser.mesg_class = Request


def post_request(worker: Any, req: Request, environ: Any, resp: Any) -> None:
    """Once the answer is sent, read away what a client still sends that reads only when it has written everything: a
    reset would overtake the answer."""
    if not req.must_close or req.body.is_held_back:
        return
    sock = req.unreader.sock
    left = min(req.body.unread - len(req.unreader.buf.getvalue()), MOST_READ_AWAY)
    end = time.monotonic() + MOST_SECONDS
    with suppress(OSError):  # a timeout, too
        sock.shutdown(socket.SHUT_WR)
        while left > 0 and (seconds := end - time.monotonic()) > 0:
            sock.settimeout(min(seconds, PAUSE_SECONDS))
            if not (data := sock.recv(65536)):
                return
            left -= len(data)


class JsonLogger(Logger):
    """Gunicorn's own lines in the form of all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
            handler.addFilter(TraceFilter(_service))


logger_class = JsonLogger


def post_worker_init(worker: Any) -> None:
    """Tell Auth how many threads there are, and take room for counters. The first worker removes those of earlier
    runs; those of a worker that died in this run still count."""
    if _service == "auth":
        from auth_service.accounts.hash_lane import lane

        lane.leave_threads(worker.cfg.threads)
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return
    for file in Path(folder).glob("*_*.db") if worker.age == 1 else ():
        if not _is_alive(file.stem.rpartition("_")[2]):
            with suppress(FileNotFoundError):
                file.unlink()
    from shared_settings.http import metrics

    metrics.take_room(Path(folder))


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def worker_exit(server: Any, worker: Any) -> None:
    """A worker that ends leaves its counters, but not its gauges of what is happening now."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid, folder)
