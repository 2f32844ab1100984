"""Keeps the tables of Django's own accounts and of its admin's log out of a service's database."""

from __future__ import annotations

from typing import Any

WITHOUT_TABLES = frozenset({"admin", "auth"})


class NoDjangoAccounts:
    """Refuses the tables of `admin` and `auth` (not of `contenttypes`, without which the admin's forms fail)."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if app_label in WITHOUT_TABLES else None
