"""What is done with sessions and signing keys, a module a noun; called as `actions.start_session`."""

from auth_service.login_sessions.actions.revocations import forget_expired_revocations, outdate_tokens
from auth_service.login_sessions.actions.sessions import (
    Opened,
    delete_old_sessions,
    end_by_refresh_token,
    end_session,
    end_sessions,
    end_sessions_as_admin,
    forget_person,
    refresh_session,
    renew_session,
    sign_out_everywhere,
    start_session,
)
from auth_service.login_sessions.actions.signing_keys import (
    add_standby_key,
    delete_expired_keys,
    promote_standby_key,
    reencrypt_keys,
    revoke_signing_key,
)

__all__ = [
    "Opened",
    "add_standby_key",
    "delete_expired_keys",
    "delete_old_sessions",
    "end_by_refresh_token",
    "end_session",
    "end_sessions",
    "end_sessions_as_admin",
    "forget_expired_revocations",
    "forget_person",
    "outdate_tokens",
    "promote_standby_key",
    "reencrypt_keys",
    "refresh_session",
    "renew_session",
    "revoke_signing_key",
    "sign_out_everywhere",
    "start_session",
]
