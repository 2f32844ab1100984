"""Whose a token is, what services are told to refuse, and on which devices a person was before."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import EndedSession, OutdatedTokens, Session, SigningKey
from auth_service.login_sessions.refresh_tokens import RefreshToken
from shared_settings.etags import tag_of

MOST_COMPARED = 200


@dataclass(frozen=True)
class Revocations:
    """All that a living token may run into: sessions, people with a moment (seconds since the epoch), keys."""

    sessions: list[str]
    users: dict[str, int]
    keys: list[str]

    @property
    def cursor(self) -> str:
        """The same for the same content, whenever and by whichever process it was read."""
        return tag_of(self.sessions, self.users, self.keys).strip('"')


def present_revocations(now: datetime) -> Revocations:
    """The whole of it, which is small. A part since some moment would need an order of commits, which there is not."""
    sessions = EndedSession.objects.present(now).order_by("pk").values_list("pk", flat=True)
    users = OutdatedTokens.objects.present(now).order_by("pk").values_list("pk", "not_before")
    keys = SigningKey.objects.revoked().order_by("kid").values_list("kid", flat=True)
    return Revocations(
        sessions=[str(session_id) for session_id in sessions],
        users={str(user_id): not_before for user_id, not_before in users},
        keys=list(keys),
    )


def is_new_device(*, user_id: uuid.UUID, device: Device) -> bool:
    """Whether none of a person's sessions, ended ones too, came from such a device. The very first one is not new."""
    sessions = Session.objects.of(user_id)
    if sessions.filter(ip=device.ip, user_agent=device.user_agent).exists():
        return False
    before = sessions.order_by("-last_used_at").values_list("ip", "user_agent")[:MOST_COMPARED]
    known = {Device(ip, user_agent) for ip, user_agent in before}
    return bool(known) and not any(device.is_like(other) for other in known)


def live_session_of(claims: Mapping[str, Any]) -> Session | None:
    """The session that a verified token names, with its person, in one query; None when either is over."""
    try:
        session_id = uuid.UUID(claims["sid"])
    except ValueError:
        return None
    session: Session | None = Session.objects.signed_in(timezone.now()).filter(pk=session_id).first()
    return session if session is not None and str(session.user_id) == claims["sub"] else None


def introspection_of_access_token(claims: Mapping[str, Any]) -> dict[str, Any]:
    """What is true at this moment of a verified access token and its person (RFC 7662)."""
    session = live_session_of(claims)
    if session is None:
        return {"active": False}
    return {"active": True, "token_type": "Bearer", **claims, **session.claims_of_person}


def introspection_of_refresh_token(raw: str) -> dict[str, Any]:
    """The same of what may be a refresh token, without a `token_type`: it is no bearer's."""
    token = RefreshToken.read(raw)
    session = token and Session.objects.of_refresh_token(token.session_id, token.hash, timezone.now()).first()
    if not session:
        return {"active": False}
    return {
        "active": True,
        "sub": str(session.user_id),
        "sid": str(session.pk),
        "exp": int(session.expires_at.timestamp()),
        "auth_time": int(session.auth_time.timestamp()),
    } | session.claims_of_person
