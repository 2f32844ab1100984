"""The cast of Core's tests: people who send a real signed token, so that a test walks the whole path."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

import pytest
from rest_framework.test import APIClient

from core_service.editors import auth_api
from core_service.files.tests.storages import any_storage, bucket, folder  # noqa: F401 - fixtures
from core_service.people import auth_client, auth_feed, names
from core_service.people.keys import auth_keys
from core_service.people.models import Person
from core_service.people.revocations import auth_revocations
from core_service.people.tests import signing
from shared_settings.http import jwks, revocations
from shared_settings.http.revocations import Revoked


class ApiClient(APIClient):
    """Sends JSON, as nobody (`person_id` is nil) or with a person's token."""

    default_format = "json"

    def __init__(self, person_id: uuid.UUID | None = None, roles: Sequence[str] = ()) -> None:
        super().__init__()
        self.person_id = person_id or uuid.UUID(int=0)
        self.person = Person.of(self.person_id, roles)  # who `request.user` will be
        if person_id:
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {signing.token_for(person_id, roles)}")


@pytest.fixture(autouse=True)
def _keys_of_auth() -> None:
    auth_keys.take(signing.JWKS)


@pytest.fixture(autouse=True)
def _nothing_revoked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Auth is never asked by itself; a test hands in what it has revoked."""
    monkeypatch.setattr(auth_revocations, "_credential", "")
    monkeypatch.setattr(auth_revocations, "_revoked", Revoked())


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no Auth that is away; a test with a slow Auth says itself how long Core waits."""
    for module, name in (
        (jwks, "TIMEOUT_SECONDS"),
        (revocations, "TIMEOUT_SECONDS"),
        (auth_feed, "SECONDS"),
        (names, "SECONDS"),
        (auth_api, "SIGN_IN_SECONDS"),
        (auth_api, "INTROSPECTION_SECONDS"),
        (auth_client, "COOLDOWN_SECONDS"),
    ):
        monkeypatch.setattr(module, name, 120.0)


@pytest.fixture
def token_for() -> Callable[..., str]:
    """`token_for(person_id, roles=("admin",))`: an access token that Core believes."""
    return signing.token_for


@pytest.fixture
def anonymous() -> ApiClient:
    return ApiClient()


@pytest.fixture
def author() -> ApiClient:
    return ApiClient(uuid.uuid4())


@pytest.fixture
def student() -> ApiClient:
    return ApiClient(uuid.uuid4())


@pytest.fixture
def stranger() -> ApiClient:
    return ApiClient(uuid.uuid4())


@pytest.fixture
def admin() -> ApiClient:
    return ApiClient(uuid.uuid4(), roles=("admin",))
