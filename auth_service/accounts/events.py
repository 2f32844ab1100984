"""What happens to people: the names of events, and of what the audit says was done.

Every payload of an event has `user_id`, and none has an address, a name or a secret.

`user_id` is null where somebody asked for a mail to an address that nobody has: a stranger's request writes the same
rows as a member's, and so takes as long.
"""

from __future__ import annotations

REGISTERED = "user.registered"
REGISTRATION_REPEATED = "user.registration_repeated"
VERIFICATION_REQUESTED = "user.verification_requested"
PASSWORD_RESET_REQUESTED = "password_reset.requested"  # noqa: S105 (no password)
PASSWORD_CHANGED = "user.password_changed"  # noqa: S105
EMAIL_CHANGE_REQUESTED = "email_change.requested"
EMAIL_CHANGED = "user.email_changed"  # with `is_confirmed`: false where an admin wrote it
RENAMED = "user.renamed"
ROLE_CHANGED = "user.role_changed"  # with `is_superuser`
SIGNED_IN_ON_NEW_DEVICE = "user.signed_in_on_new_device"  # with `session_id`
FACTOR_TURNED_ON = "second_factor.turned_on"
FACTOR_TURNED_OFF = "second_factor.turned_off"
RECOVERY_CODE_USED = "recovery_code.used"
DEACTIVATED = "user.deactivated"
REACTIVATED = "user.reactivated"
ERASED = "user.erased"

# Of these there is no event: nobody has to hear of them.
INVITED = "user.invited"
VERIFIED = "user.verified"
SUPERUSER_CREATED = "superuser.created"
SIGNED_IN = "user.signed_in"
PASSWORD_RESET = "user.password_reset"  # noqa: S105
CHANGED = "user.changed"  # by an admin, with `fields`
ADMIN_GRANTED = "user.admin_granted"
ADMIN_TAKEN = "user.admin_taken"
CODE_REFUSED = "second_factor.code_refused"
RECOVERY_CODES_RENEWED = "recovery_codes.renewed"
