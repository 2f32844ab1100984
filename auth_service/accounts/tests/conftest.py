"""People with a past, and the pages of an admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from auth_service.accounts.tests.signing_in import sign_in
from auth_service.tests.cast import PASSWORD, Member


@pytest.fixture
def lived(admin: Member, ada: Member, stranger: Member, deliver: Callable[[], list[Any]]) -> Member:
    """Somebody of whom there is a row in every table that has rows of people."""
    ada.again()
    ada.client.patch("/users/me", {"full_name": "Countess"})
    ada.client.patch("/users/me", {"email": "next@example.org", "current_password": PASSWORD})
    ada.client.post("/auth/mfa/totp", {"password": PASSWORD})
    granting = {"user_id": str(ada.user.pk)}
    assert admin.client.post("/auth/admin", granting).status_code == 200
    ada.client.post("/auth/admin", {"user_id": str(stranger.user.pk)}, headers={"Idempotency-Key": "once-1234"})
    ada.client.post("/auth/logout-all", {"keep_current": True})
    deliver()
    assert admin.client.patch(f"/users/{ada.user.pk}", {"email": "countess@example.org"}).status_code == 200
    return ada


@pytest.fixture
def pages(admin: Member) -> Client:
    client, answer = sign_in("admin@example.org")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    return client
