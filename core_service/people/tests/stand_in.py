"""A real HTTP server on loopback that stands in for Auth, and misbehaves as a test asks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What to answer; `announced` is the Content-Length, `pause` the seconds before each byte of the body."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    pause: float = 0.0
    announced: int | None = None

    @classmethod
    def of(cls, value: Any, status: int = 200, **kwargs: Any) -> Answer:
        return cls(json.dumps(value).encode(), status, **kwargs)


@dataclass
class StandIn:
    url: str = ""
    answer: Callable[[Asked], Answer] = lambda asked: Answer(status=404)
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def running() -> Iterator[StandIn]:
    """A server that answers until the block ends; afterwards its port refuses."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            stand_in.asked.append(asked)
            answer = stand_in.answer(asked)
            time.sleep(answer.delay)
            try:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                announced = len(answer.body) if answer.announced is None else answer.announced
                self.send_header("Content-Length", str(announced))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for place in range(len(answer.body)) if answer.pause else ():
                    time.sleep(answer.pause)
                    self.wfile.write(answer.body[place : place + 1])
                if not answer.pause:
                    self.wfile.write(answer.body)
            except OSError:  # who asked has gone
                pass

        do_GET = do_POST = do_DELETE = _handle

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
