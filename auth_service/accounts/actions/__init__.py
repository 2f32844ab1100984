"""What is done with people, a module a noun; called as `actions.register_person`."""

from auth_service.accounts.actions.credentials import change_password, reset_password, sign_in
from auth_service.accounts.actions.emails import (
    confirm_email,
    delete_old_former_addresses,
    delete_old_tokens,
    forget_former_address,
    issue_one_time_token,
    request_password_reset,
    request_verification,
)
from auth_service.accounts.actions.factors import (
    confirm_totp,
    delete_abandoned_factors,
    enrol_totp,
    reencrypt_factors,
    remove_second_factor,
    renew_recovery_codes,
    turn_off_totp,
)
from auth_service.accounts.actions.people import (
    change_own_profile,
    change_user,
    erase_person,
    set_superuser,
    sign_out_user,
)
from auth_service.accounts.actions.person_events import delete_old_person_events, number_person_events
from auth_service.accounts.actions.registration import create_superuser, invite_person, register_person

__all__ = [
    "change_own_profile",
    "change_password",
    "change_user",
    "confirm_email",
    "confirm_totp",
    "create_superuser",
    "delete_abandoned_factors",
    "delete_old_former_addresses",
    "delete_old_person_events",
    "delete_old_tokens",
    "enrol_totp",
    "erase_person",
    "forget_former_address",
    "invite_person",
    "issue_one_time_token",
    "number_person_events",
    "reencrypt_factors",
    "register_person",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_password_reset",
    "request_verification",
    "reset_password",
    "set_superuser",
    "sign_in",
    "sign_out_user",
    "turn_off_totp",
]
