"""What holds for the whole service: its tables, its relations, its documentation, its probes."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client

from auth_service.accounts.models import User

pytestmark = pytest.mark.django_db


def test_has_no_table_of_djangos_own_accounts_sessions_or_log() -> None:
    tables = set(connection.introspection.table_names())
    assert not {table for table in tables if table.startswith(("auth_", "django_admin", "django_session"))}
    assert {"accounts_user", "login_sessions_session"} <= tables


def test_the_column_of_the_password_is_that_of_the_seed() -> None:
    assert User._meta.get_field("password").column == "hashed_password"


def test_relations_between_apps_point_down_and_leave_no_trace_below() -> None:
    order = ["journal", "limits", "login_sessions", "accounts"]
    for model in (model for label in order for model in apps.get_app_config(label).get_models()):
        for field in model._meta.get_fields():
            if field.many_to_one and field.concrete:
                target: Any = field.related_model
                is_upward = order.index(target._meta.app_label) > order.index(model._meta.app_label)
                assert not is_upward or target is User, f"{field} points up"
                if target._meta.app_label != model._meta.app_label:
                    assert getattr(field.remote_field, "related_name", None) == "+"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    document: dict[str, Any] = yaml.safe_load(out.getvalue())
    return document


def test_describes_every_call_without_a_warning(schema: dict[str, Any]) -> None:
    operations = {
        (method, path): operation
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert len(operations) >= 24
    for (method, path), operation in operations.items():
        assert operation["description"], f"{method} {path} has no description"
        assert operation["tags"] != ["api"], f"{method} {path} has no tag"
        assert not path.endswith("/")


def test_a_user_has_the_fields_of_the_contract(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    assert set(components["User"]["properties"]) == {
        *("id", "email", "full_name", "is_active", "is_superuser", "is_verified", "created_at", "updated_at")
    }
    assert set(components["TokenPair"]["properties"]) == {"access", "refresh", "token_type", "expires_in"}
    assert "pending_email" in components["UserDetail"]["properties"]


def test_profiles_are_a_plain_list(schema: dict[str, Any]) -> None:
    answer = schema["paths"]["/api/v1/users/profiles"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"type": "array", "items": {"$ref": "#/components/schemas/Profile"}}


def test_is_ready_once_there_is_a_key() -> None:
    assert Client().get("/readyz").status_code == 200
    assert Client().get("/healthz").status_code == 200
