"""What happens to sessions and signing keys: the names of events, and of what the audit says was done.

Every payload of an event has `session_id` and `user_id`.
"""

from __future__ import annotations

REFRESH_TOKEN_REUSED = "session.refresh_token_reused"  # noqa: S105

# Of these there is no event: nobody has to hear of them.
SIGNED_OUT = "session.signed_out"
SESSION_ENDED = "session.ended"
SIGNED_OUT_EVERYWHERE = "user.signed_out_everywhere"
KEY_ADDED = "signing_key.added"
KEY_ACTIVATED = "signing_key.activated"
KEY_REVOKED = "signing_key.revoked"
