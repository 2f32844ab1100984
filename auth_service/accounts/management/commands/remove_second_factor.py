"""`manage_auth.py remove_second_factor --email …`: for the last admin, who has lost phone and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from auth_service.accounts import actions
from auth_service.accounts.models import User
from auth_service.accounts.problems import NoSuchFactor


class Command(BaseCommand):
    help = "Turn off somebody's second factor, who is told by mail. Admins do the same by the API and in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.with_email(options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        try:
            actions.remove_second_factor(user_id=user.pk, actor_id=None)
        except NoSuchFactor:
            raise CommandError(f"{user.email} has no second factor; nothing was changed.") from None
        self.stdout.write(f"{user.email} signs in by password alone now.")
