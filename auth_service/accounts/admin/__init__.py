"""The screens of the admin site, a module a noun."""

from auth_service.accounts.admin import journal, people, sessions

__all__ = ["journal", "people", "sessions"]
