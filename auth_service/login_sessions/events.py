"""What happens to sessions that others may want to know. Payload: `session_id`, `user_id`."""

from __future__ import annotations

REFRESH_TOKEN_REUSED = "session.refresh_token_reused"  # noqa: S105
