"""What happens to sessions and signing keys, as the audit names it; there are no events, since nobody has to hear."""

from __future__ import annotations

REFRESH_TOKEN_REUSED = "session.refresh_token_reused"  # noqa: S105
SIGNED_OUT = "session.signed_out"
SESSION_ENDED = "session.ended"
SIGNED_OUT_EVERYWHERE = "user.signed_out_everywhere"
KEY_ADDED = "signing_key.added"
KEY_ACTIVATED = "signing_key.activated"
KEY_REVOKED = "signing_key.revoked"
