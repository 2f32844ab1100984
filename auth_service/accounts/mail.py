"""The mails that people get: text and HTML, one language, sent by the worker."""

from __future__ import annotations

from enum import Enum
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from auth_service.accounts import links
from auth_service.accounts.models import OneTimeToken, Purpose, User
from shared_settings import env


class Mail(Enum):
    """A mail: its templates under `mail/`, and its subject (never with anything that a person wrote)."""

    VERIFY_EMAIL = ("verify_email", "Confirm your email address")
    CHANGE_EMAIL = ("change_email", "Confirm your new email address")
    RESET_PASSWORD = ("reset_password", "Set a new password")
    EMAIL_CHANGE_REQUESTED = ("email_change_requested", "Your email address is about to change")
    EMAIL_CHANGED_BY_ADMIN = ("email_changed_by_admin", "Your email address was changed")
    PASSWORD_CHANGED = ("password_changed", "Your password was changed")
    ADMIN_GRANTED = ("admin_granted", "You are an administrator now")
    ADMIN_TAKEN = ("admin_taken", "You are no longer an administrator")
    SIGNED_IN_ON_NEW_DEVICE = ("signed_in_on_new_device", "A sign-in from a new device")
    FACTOR_TURNED_ON = ("factor_turned_on", "Your second factor is turned on")
    FACTOR_TURNED_OFF = ("factor_turned_off", "Your second factor was turned off")
    RECOVERY_CODE_USED = ("recovery_code_used", "A recovery code was used")
    REGISTRATION_REPEATED = ("registration_repeated", "You already have an account")

    def __init__(self, template: str, subject: str) -> None:
        self.template = template
        self.subject = subject


_OF_PURPOSE = {
    Purpose.VERIFY_EMAIL: Mail.VERIFY_EMAIL,
    Purpose.CHANGE_EMAIL: Mail.CHANGE_EMAIL,
    Purpose.RESET_PASSWORD: Mail.RESET_PASSWORD,
}


def fault_of_settings() -> str:
    """Why mails help nobody, where others than this machine's own people use the service; empty when they do."""
    public = env.public_hosts(settings.ALLOWED_HOSTS)
    faults = []
    if settings.EMAIL_BACKEND.endswith(".MailFiles"):
        faults.append("without EMAIL_URL mails stay in VAR_DIR/mail")
    if not env.public_hosts([urlsplit(settings.FRONTEND_URL).hostname or ""]):
        faults.append(f"links in mails lead to {settings.FRONTEND_URL} (FRONTEND_URL)")
    return f"ALLOWED_HOSTS names {public[0]}, but {' and '.join(faults)}." if public and faults else ""


def send(mail: Mail, *, to: str, user: User, **context: object) -> None:
    """Send one mail; raises what the mail server's connection raises, so that the worker tries again.

    No name goes to an address that is not confirmed: it may be a stranger's, to whom a name can say anything.
    """
    name = user.full_name if user.is_verified and to == user.email else None
    context |= {"name": name, "subject": mail.subject, "frontend_url": settings.FRONTEND_URL}
    message = EmailMultiAlternatives(mail.subject, render_to_string(f"mail/{mail.template}.txt", context), to=[to])
    message.attach_alternative(render_to_string(f"mail/{mail.template}.html", context), "text/html")
    message.send()


def send_link(row: OneTimeToken) -> None:
    """Mail a one-time link to the address that it is bound to."""
    send(_OF_PURPOSE[Purpose(row.purpose)], to=row.address, user=row.user, link=links.link_of(row))
