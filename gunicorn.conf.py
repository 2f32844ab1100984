"""How gunicorn serves both services; it reads this file from the current folder, and its flags win over it."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger

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


class JsonLogger(Logger):
    """Gunicorn's own lines in the form of all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
            handler.addFilter(TraceFilter(_service))


logger_class = JsonLogger


def post_worker_init(worker: Any) -> None:
    """Tell Auth how many threads there are. The first worker removes the counters of earlier runs; those of a worker
    that died in this run still count."""
    if _service == "auth":
        from auth_service.accounts.hash_lane import lane

        lane.leave_threads(worker.cfg.threads)
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder or worker.age > 1:
        return
    for file in Path(folder).glob("*_*.db"):
        if not _is_alive(file.stem.rpartition("_")[2]):
            with suppress(FileNotFoundError):
                file.unlink()


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
