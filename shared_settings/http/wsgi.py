"""A service as a WSGI application."""

from __future__ import annotations

from typing import Any

import django
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import LimitedStream, WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class BodyCutOff(SuspiciousOperation):
    """The body ended before its `Content-Length`."""


class WholeBody(LimitedStream):
    """The body; whoever reads it hears of it when the end is missing, since a part may look like a whole."""

    _pos: int

    def read(self, size: int | None = -1, /) -> bytes:
        data: bytes = super().read(size)
        if self._pos < self.limit and (size is None or size < 0 or len(data) < size):
            raise BodyCutOff
        return data


class Request(WSGIRequest):
    """A request whose text is UTF-8, whatever charset its `Content-Type` names, and whose body is whole.

    Django would look that charset up among Python's codecs and read the address by it, which fails for some before
    there is anything that could answer.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        stream: Any = self._stream
        stream = WholeBody(environ["wsgi.input"], stream.limit)
        self._stream = stream

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:  # parameters of no meaning, such as an unknown charset of a name
            meta["CONTENT_TYPE"] = meta["CONTENT_TYPE"].partition(";")[0]  # which the parsers read, too
            self.content_type, self.content_params = parse_header_parameters(meta["CONTENT_TYPE"])


class Application(WSGIHandler):
    request_class = Request


def application() -> Application:
    """The service whose settings are in use."""
    django.setup(set_prefix=False)
    return Application()
