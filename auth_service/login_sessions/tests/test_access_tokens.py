"""Access tokens: what they say, and when Auth itself believes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.utils import timezone

from auth_service.login_sessions import keys, tokens
from auth_service.login_sessions.models import Session
from auth_service.login_sessions.refresh_tokens import RefreshToken
from auth_service.tests.cast import ApiClient, Member

pytestmark = pytest.mark.django_db


def answers(access: str) -> int:
    return int(ApiClient().bearer(access).get("/users/me").status_code)


def test_says_who_signed_in_where_and_no_more(admin: Member) -> None:
    header = jwt.get_unverified_header(admin.pair.access)
    assert header == {"alg": "ES256", "kid": keys.ring.signer().kid, "typ": "at+jwt"}
    claims = jwt.decode(admin.pair.access, options={"verify_signature": False})
    assert claims == {
        "iss": "http://localhost:8001",
        "aud": "course-platform",
        "sub": str(admin.user.pk),
        "sid": str(admin.session.pk),
        "jti": claims["jti"],
        "iat": claims["exp"] - 1800,
        "exp": claims["exp"],
        "auth_time": int(admin.session.auth_time.timestamp()),
        "roles": ["admin"],
        "email_verified": False,
    }
    assert admin.pair.expires_in == 1800


def test_lives_no_longer_than_its_session(ada: Member) -> None:
    now = timezone.now()
    ada.session.ends_at = now + timedelta(seconds=90)
    pair = tokens.pair_of(ada.session, RefreshToken.new(ada.session.pk), now)
    assert pair.expires_in in (90, 91)


def test_is_believed_at_the_cost_of_one_query(ada: Member, django_assert_num_queries: Any) -> None:
    answers(ada.pair.access)
    with django_assert_num_queries(1):
        assert answers(ada.pair.access) == 200


@pytest.mark.asvs("7.4.1")
@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["ended", "idle"],
)
def test_is_not_believed_once_its_session_is_over(ada: Member, change: dict[str, Any]) -> None:
    assert answers(ada.pair.access) == 200
    Session.objects.update(**change)
    assert answers(ada.pair.access) == 401


@pytest.mark.asvs("7.4.2")
def test_is_not_believed_once_its_person_is_inactive(ada: Member) -> None:
    ada.user.is_active = False
    ada.user.save()
    assert answers(ada.pair.access) == 401
