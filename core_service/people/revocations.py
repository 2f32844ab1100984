"""What Auth has revoked, as this process knows it: sessions, people's older tokens, keys."""

from __future__ import annotations

import jwt
from django.conf import settings

from core_service.people.keys import auth_keys
from shared_settings.http.revocations import RemoteRevocations

FRESH_SECONDS = 30

auth_revocations = RemoteRevocations(
    f"{settings.AUTH_SERVICE_URL}/{settings.API_PREFIX}/auth/revocations",
    settings.AUTH_SERVICE_TOKEN,
    auth_keys,
    settings.VAR_DIR / "revocations.json",
)


class UnrevokedKeys:
    """Auth's keys without the revoked ones, which the published set may still have for some minutes."""

    def find(self, kid: str) -> jwt.PyJWK | None:
        return None if kid in auth_revocations.present().keys else auth_keys.find(kid)


def is_revoked(*, session_id: str, person_id: str, issued_at: int) -> bool:
    """Whether what was issued for this session and person at this second (of Auth's clock) counts no more."""
    return auth_revocations.present().covers(session_id=session_id, person_id=person_id, issued_at=issued_at)


def are_fresh() -> bool:
    """Whether all that was revoked half a minute ago is known; so it is taken to be where Auth is never asked."""
    return not auth_revocations.is_on or auth_revocations.age() <= FRESH_SECONDS


def require_news() -> None:
    """For what only an admin may: raise `RevocationsUnknown` when Auth was not heard of for too long."""
    auth_revocations.require(settings.REVOCATIONS_MAX_AGE_SECONDS)
