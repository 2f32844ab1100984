"""What services are told to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auth_service.login_sessions.models import EndedSession, OutdatedTokens, SigningKey
from shared_settings.etags import tag_of


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
