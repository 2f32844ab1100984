"""Puts people into Auth's database: `python -m benchmarks.people 64`, in the environment of that service."""

from __future__ import annotations

import sys

PASSWORD = "granite-Orchard-58-beacon"


def email_of(number: int) -> str:
    return f"p{number}@example.org"


def main() -> None:
    from shared_settings import env

    env.use("auth_service.settings")
    import django

    django.setup()
    from auth_service.accounts import passwords
    from auth_service.accounts.models import User

    hashed = passwords.hash_of(PASSWORD)
    emails = [email_of(number) for number in range(int(sys.argv[1]))]
    people = [User(email=email, email_key=email, password=hashed) for email in emails]
    people[-1].is_superuser = True
    User.objects.bulk_create(people)


if __name__ == "__main__":
    main()
