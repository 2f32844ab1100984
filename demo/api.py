"""A small HTTP client for one service: JSON in and out, retries that cannot do a thing twice, errors as sentences."""

import time
import uuid
from dataclasses import dataclass, replace
from typing import Any, Self

import httpx

from demo.problems import DemoError, RefusedError

TRIES = 3
LONGEST_WAIT_SECONDS = 60.0

Json = dict[str, Any]
File = tuple[str, bytes, str]


@dataclass(frozen=True)
class Api:
    """One service as one person, or nobody, calls it."""

    name: str
    url: str
    client: httpx.Client
    token: str | None = None

    @classmethod
    def at(cls, name: str, url: str, prefix: str, transport: httpx.BaseTransport | None = None) -> Self:
        """`url` is the service's address without the prefix; proxy settings of the machine are not used."""
        url = url.rstrip("/")
        base_url = f"{url}/{prefix.strip('/')}"
        return cls(name, url, httpx.Client(base_url=base_url, transport=transport, timeout=30, trust_env=False))

    def signed_in(self, token: str) -> Self:
        """The same service, called with this access token."""
        return replace(self, token=token)

    def get(self, path: str, **params: str | int) -> Json:
        return self._call("GET", path, params=params)

    def post(self, path: str, body: Json | None = None) -> Json:
        return self._call("POST", path, json=body or {})

    def upload(self, path: str, fields: dict[str, str], file: File) -> Json:
        """A multipart form with one `file`: its name, its bytes and its media type."""
        return self._call("POST", path, data=fields, files={"file": file})

    def patch(self, path: str, body: Json) -> Json:
        return self._call("PATCH", path, json=body)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def wait_until_ready(self, seconds: float) -> None:
        """Returns as soon as `/readyz` answers 200 in JSON; a DemoError when it does not within so many seconds."""
        end = time.monotonic() + seconds
        while True:
            try:
                answer = self.client.get(f"{self.url}/readyz", timeout=5)
                # Other programs that listen there answer any path with a page.
                if answer.is_success and answer.headers.get("Content-Type") == "application/json":
                    return
                state = "is not ready"
            except httpx.TransportError:
                state = "does not answer"
            if time.monotonic() >= end:
                raise DemoError(f"{self.name} {state} at {self.url}: is it running?")
            time.sleep(0.2)

    def _call(self, method: str, path: str, **content: Any) -> Json:
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        # Built once, so that a retry repeats the key and, in a multipart form, the boundary.
        response = self._send(self.client.build_request(method, path, headers=headers, **content))
        if not response.is_success:
            raise self._refused(response)
        return response.json() if response.content else {}

    def _send(self, request: httpx.Request) -> httpx.Response:
        for tries_left in reversed(range(TRIES)):
            try:
                response = self.client.send(request)
            except httpx.ConnectError as error:
                raise DemoError(f"{self.name} does not answer at {self.url}: is it running?") from error
            except httpx.TransportError as error:
                if not tries_left:
                    raise DemoError(
                        f"{self.name} at {self.url} broke off {request.method} {request.url.path}."
                    ) from error
                continue
            if response.status_code not in (429, 503) or not tries_left:
                break
            time.sleep(_seconds_to_wait(response))
        return response

    def _refused(self, response: httpx.Response) -> RefusedError:
        """A problem's title, detail and, for bad input, what is wrong where."""
        try:
            problem = dict(response.json())
        except (ValueError, TypeError):
            problem = {}
        request = response.request
        said = [str(problem[name]).rstrip(".") for name in ("title", "detail") if problem.get(name)]
        said += [f"{error['pointer']} {error['detail']}".rstrip(".") for error in problem.get("errors", [])]
        return RefusedError(
            f"{self.name} refused {request.method} {request.url.path} with {response.status_code}: "
            f"{'; '.join(said) or 'no reason given'}.",
            status=response.status_code,
            code=str(problem.get("code", "")),
        )


def _seconds_to_wait(response: httpx.Response) -> float:
    try:
        seconds = float(response.headers.get("Retry-After", "1"))
    except ValueError:
        seconds = 1.0
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)
