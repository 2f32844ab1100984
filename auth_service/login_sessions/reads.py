"""What services are told to refuse, and on which devices a person was before."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import EndedSession, OutdatedTokens, Session, SigningKey
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
