"""`manage_auth.py createsuperuser --email …`: the first admin."""

from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rest_framework.exceptions import ValidationError

from auth_service.accounts import actions, passwords
from auth_service.accounts.problems import EmailTaken
from auth_service.accounts.serializers.fields import EmailField, NameField

PASSWORD_VARIABLE = "DJANGO_SUPERUSER_PASSWORD"  # noqa: S105 (a name)


class Command(BaseCommand):
    help = f"Make an admin whose address counts as verified. The password is asked for, or {PASSWORD_VARIABLE}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--full-name", help="Up to 200 characters.")
        parser.add_argument("--noinput", "--no-input", action="store_true", help=f"Take {PASSWORD_VARIABLE}.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            email = EmailField().run_validation(options["email"])
        except ValidationError:
            raise CommandError(f"{options['email']!r} is not an email address.") from None
        try:
            full_name = NameField().run_validation(options["full_name"])
        except ValidationError as error:
            raise CommandError(f"The full name: {' '.join(map(str, error.detail))}") from None
        password = self._password(is_asked=not options["noinput"])
        if faults := passwords.faults_of(password, email=email):
            raise CommandError(" ".join(sentence for _, sentence in faults))
        try:
            actions.create_superuser(email=email, hashed_password=passwords.hash_of(password), full_name=full_name)
        except EmailTaken:
            raise CommandError(f"{email} has an account already; nothing was changed.") from None
        self.stdout.write(f"{email} is an admin.")

    def _password(self, *, is_asked: bool) -> str:
        password = os.environ.get(PASSWORD_VARIABLE, "")  # noqa: TID251 (Django's own name for it)
        if not password and is_asked:
            password = getpass.getpass("Password: ")
            if password != getpass.getpass("Password (again): "):
                raise CommandError("The two passwords differ.")
        if not password:
            raise CommandError(f"Set {PASSWORD_VARIABLE}, or leave out --noinput to be asked.")
        return password
