"""`manage_auth.py reencrypt_secrets`: after which an older one of KEY_ENCRYPTION_KEYS is needed no more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from auth_service.accounts import actions
from auth_service.login_sessions import actions as session_actions
from auth_service.login_sessions.encryption import Undecryptable


class Command(BaseCommand):
    help = "Encrypt all that is stored in secret (second factors, signing keys) with the first of KEY_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            factors = actions.reencrypt_factors()
            keys = session_actions.reencrypt_keys()
        except Undecryptable:
            raise CommandError("A stored secret was encrypted with none of KEY_ENCRYPTION_KEYS.") from None
        self.stdout.write(f"Encrypted anew: second factors {factors}, signing keys {keys}.")
