"""A service as a WSGI application."""

from __future__ import annotations

from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """A request whose text is UTF-8, whatever charset its `Content-Type` names.

    Django would look that charset up among Python's codecs and read the address by it, which fails for some before
    there is anything that could answer.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Application(WSGIHandler):
    request_class = Utf8Request


def application() -> Application:
    """The service whose settings are in use."""
    django.setup(set_prefix=False)
    return Application()
