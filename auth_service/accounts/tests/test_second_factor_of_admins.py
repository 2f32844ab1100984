"""The second factor and admins: demanded of them, and removed by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from auth_service.accounts.tests.factors import code_of, login, off_by_delete, off_by_post, turn_on
from auth_service.journal.models import AuditEntry
from auth_service.login_sessions.models import OutdatedTokens
from auth_service.tests.cast import PASSWORD, ApiClient, Member

pytestmark = pytest.mark.django_db


def test_an_admin_turns_it_off_for_who_has_lost_it(
    admin: Member, ada: Member, stranger: Member, deliver: Callable[[], list[Any]]
) -> None:
    turn_on(ada)
    path = f"/users/{ada.user.pk}/mfa"
    assert stranger.client.delete(path).status_code == 403
    assert ApiClient().delete(path).status_code == 401
    assert admin.client.delete(path).status_code == 204
    assert admin.client.delete(path).status_code == 404
    assert login().status_code == 200
    assert "Your second factor was turned off" in [mail.subject for mail in deliver()]
    assert AuditEntry.objects.get(action="second_factor.turned_off").actor_id == admin.user.pk


@pytest.mark.asvs("7.5.3")
def test_an_admin_needs_a_recent_sign_in_for_that(admin: Member, ada: Member) -> None:
    turn_on(ada)
    admin.session.auth_time = timezone.now() - timedelta(minutes=16)
    admin.session.save()
    answer = admin.client.delete(f"/users/{ada.user.pk}/mfa")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")


def test_a_command_turns_it_off_for_an_admin_who_has_lost_all(ada: Member) -> None:
    turn_on(ada)
    out = StringIO()
    call_command("remove_second_factor", "--email", "ADA@example.org", stdout=out)
    assert out.getvalue() == "ada@example.org signs in by password alone now.\n"
    for email, sentence in (("ada@example.org", "no second factor"), ("nobody@example.org", "Nobody has the address")):
        with pytest.raises(CommandError, match=sentence):
            call_command("remove_second_factor", "--email", email)


@pytest.fixture
def is_demanded(settings: Any) -> None:
    settings.MFA_REQUIRED_FOR_ADMINS = True


def claims_of(access: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(access, options={"verify_signature": False})
    return claims


def refreshed(member: Member) -> str:
    """A new access token; by the same refresh token each time, within its leeway."""
    access: str = ApiClient().post("/auth/refresh", {"refresh": member.pair.refresh}).json()["access"]
    return access


def roles_of(member: Member) -> list[str]:
    roles: list[str] = claims_of(refreshed(member))["roles"]
    return roles


def is_outdated(access: str) -> bool:
    """Whether services are told to refuse it."""
    claims = claims_of(access)
    row = OutdatedTokens.objects.filter(pk=claims["sub"]).first()
    return row is not None and claims["iat"] < row.not_before


@pytest.mark.usefixtures("is_demanded")
def test_without_one_an_admin_has_no_role_and_is_told_what_to_do(admin: Member, ada: Member) -> None:
    assert roles_of(admin) == []
    for answer in (
        admin.client.get("/users/all"),
        admin.client.get(f"/users/{ada.user.pk}"),
        admin.client.post("/auth/admin", {"user_id": str(ada.user.pk)}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "mfa_required")
        assert "/auth/mfa/totp" in answer.json()["detail"]
    assert admin.client.get("/auth/mfa").json()["is_required"] is True
    assert admin.client.get("/users/me").json()["is_superuser"] is True
    assert ada.client.get("/users/all").json()["code"] == "forbidden"


@pytest.mark.usefixtures("is_demanded")
def test_with_one_an_admin_has_the_role_until_it_is_turned_off(admin: Member) -> None:
    secret, _ = turn_on(admin)
    assert admin.client.get("/users/all").status_code == 200
    answer = ApiClient().post(
        "/auth/login", {"email": "admin@example.org", "password": PASSWORD, "otp": code_of(secret)}
    )
    again = ApiClient().bearer(answer.json()["access"])
    assert again.get("/users/all").status_code == 200
    assert off_by_post(admin).status_code == 204
    assert again.get("/users/all").status_code in (401, 403)
    assert admin.row.is_superuser


@pytest.mark.usefixtures("is_demanded")
def test_the_role_comes_with_the_factor_and_without_signing_in_again(admin: Member) -> None:
    assert admin.client.get("/users/all").status_code == 403
    turn_on(admin)
    assert admin.client.get("/users/all").status_code == 200  # by the token from before
    assert roles_of(admin) == ["admin"]  # and in other services from the next refresh on


@pytest.mark.usefixtures("is_demanded")
@pytest.mark.parametrize("turn_off", [off_by_delete, off_by_post])
def test_tokens_with_the_role_count_nowhere_once_it_is_turned_off(admin: Member, turn_off: Callable[..., Any]) -> None:
    turn_on(admin)
    before = refreshed(admin)
    assert (claims_of(before)["roles"], is_outdated(before)) == (["admin"], False)
    assert turn_off(admin).status_code == 204
    after = refreshed(admin)
    assert is_outdated(before)
    assert (claims_of(after)["roles"], is_outdated(after)) == ([], False)


@pytest.mark.usefixtures("is_demanded")
def test_tokens_of_others_count_on_when_it_is_turned_off(ada: Member) -> None:
    turn_on(ada)
    assert off_by_post(ada).status_code == 204
    assert not is_outdated(ada.pair.access)


@pytest.mark.usefixtures("is_demanded")
def test_the_last_superuser_stays_one_without_it(admin: Member) -> None:
    assert admin.client.delete("/users/me", {"password": PASSWORD}).json()["code"] == "last_superuser"
