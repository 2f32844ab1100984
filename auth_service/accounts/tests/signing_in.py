"""Signing in to the admin as a browser does."""

from __future__ import annotations

from typing import Any

from django.test import Client

from auth_service.tests.cast import FROM_DEVICE, PASSWORD


def sign_in(email: str, password: str = PASSWORD, **extra: str) -> tuple[Client, Any]:
    client = Client(**FROM_DEVICE)  # type: ignore[arg-type]  # as CGI names them
    client.get("/admin/login/")
    return client, client.post("/admin/login/", {"email": email, "password": password} | extra)
