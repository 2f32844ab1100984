"""`manage_auth.py revoke_signing_key KID`: for a key that may have leaked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from auth_service.login_sessions import actions
from auth_service.login_sessions.models import SigningKey
from auth_service.login_sessions.problems import NoSuchKey


class Command(BaseCommand):
    help = "Believe no token of this key any more; everybody refreshes, nobody has to sign in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "kid",
            help="The `kid` of the key, as /.well-known/jwks.json shows it; after `--` when it begins with a dash.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            successor = actions.revoke_signing_key(kid=options["kid"])
        except NoSuchKey:
            known = ", ".join(str(key) for key in SigningKey.objects.order_by("created_at"))
            raise CommandError(f"There is no key {options['kid']}. There are: {known or 'none'}.") from None
        self.stdout.write(f"{options['kid']} is revoked.")
        if successor is not None:
            self.stdout.write(f"{successor.kid} signs from now on.")
