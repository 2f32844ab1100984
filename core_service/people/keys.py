"""The public keys of Auth, as this process knows them."""

from __future__ import annotations

from django.conf import settings

from shared_settings.http.jwks import RemoteKeySet

auth_keys = RemoteKeySet(f"{settings.AUTH_SERVICE_URL}/.well-known/jwks.json", settings.VAR_DIR / "jwks.json")


def ready() -> None:
    """Raise `Unavailable` while no token could be verified; one of READY_CHECKS."""
    auth_keys.require()
