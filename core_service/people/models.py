"""Who a person is to Core: an id and a role that their token names, and nothing that is stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.manager import BaseManager


class Nobody(BaseManager.from_queryset(models.QuerySet)):  # type: ignore[misc]
    """A manager that finds nobody, since there is no table to ask."""

    def get_queryset(self) -> models.QuerySet[Person]:
        return models.QuerySet(self.model, using=self._db).none()


class Person(models.Model):
    """One person for the length of a request, from a verified token or a signed cookie.

    There is no table: Auth knows people, Core keeps their ids as plain UUIDs. It is a model only because Django's
    admin needs an `AUTH_USER_MODEL` that is one.
    """

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: tuple[str, ...] = ()

    is_authenticated = True
    is_anonymous = False
    is_active = True
    full_name = ""  # known of who signed in to the pages; a token names nobody

    id = models.UUIDField(primary_key=True, editable=False)
    is_admin = models.BooleanField(default=False, editable=False)

    objects = Nobody()

    class Meta:
        managed = False
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.full_name or str(self.id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("Core does not store people.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("Core does not store people.")

    @classmethod
    def of(cls, person_id: uuid.UUID, roles: Iterable[str], full_name: str = "") -> Person:
        """The person with this id and these roles of a token."""
        person = cls(id=person_id, is_admin="admin" in roles)
        person.full_name = full_name
        return person

    # What Django's admin asks of whoever is signed in: there, all that there is to know is the role.

    @property
    def is_staff(self) -> bool:
        return self.is_admin

    @property
    def is_superuser(self) -> bool:
        return self.is_admin

    def get_username(self) -> str:
        return str(self)

    def has_usable_password(self) -> bool:
        """Passwords are changed at Auth, so the admin offers no form for it."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_admin
