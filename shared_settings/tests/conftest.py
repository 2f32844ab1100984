from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shared_settings.tests.things.models import Thing


class Caller:
    """A client that sends JSON and says what it got."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = names.pop("Content-Type", "application/json")
        return self.client.generic(method, "/api/v1" + path, content, content_type, headers=names)


@pytest.fixture
def call() -> Caller:
    return Caller()


@pytest.fixture
def thing() -> Thing:
    return Thing.objects.create(title="A thing")
