"""Core's database knows nobody."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from core_service.people.models import Person

pytestmark = pytest.mark.django_db


def test_has_no_table_of_users_of_sessions_or_of_the_admins_log() -> None:
    tables = connection.introspection.table_names()
    assert "django_content_type" in tables
    assert not [name for name in tables if "session" in name or "user" in name.removesuffix("userprogress")]
    assert not [name for name in tables if name.startswith(("auth_", "people_person", "django_admin"))]


def test_looks_for_people_without_asking_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert list(get_user_model().objects.all()) == []
        assert not Person.objects.filter(pk=uuid.uuid4()).exists()


def test_stores_and_deletes_nobody() -> None:
    person = Person.of(uuid.uuid4(), ["admin"])
    with pytest.raises(TypeError):
        person.save()
    with pytest.raises(TypeError):
        person.delete()
