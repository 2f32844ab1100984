"""The notice of a sign-in from a device that was not seen before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from auth_service.accounts.models import User
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import PASSWORD, ApiClient, Member

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NEWER_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"
SUBJECT = "A sign-in from a new device"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/126.0.0.0", "Edge on Windows"),
        (CHROME + " OPR/112.0.0.0", "Opera on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari on macOS"),
        ("curl/8.5.0", "curl"),
        ("python-httpx/0.28", "python-httpx"),
        ("", "an unknown program"),
        ("7 \N{SNOWMAN}", "an unknown program"),
    ],
)
def test_a_device_has_a_name_that_people_know(user_agent: str, name: str) -> None:
    assert Device("192.0.2.7", user_agent).name == name


@pytest.mark.parametrize(
    ("address", "user_agent", "is_like"),
    [
        ("192.0.2.7", FIREFOX, True),
        ("192.0.2.7", NEWER_FIREFOX, True),
        ("192.0.2.200", FIREFOX, True),
        ("198.51.100.7", FIREFOX, False),
        ("192.0.2.7", CHROME, False),
        (None, FIREFOX, False),
    ],
)
def test_a_device_is_its_kind_of_program_in_its_network(address: str | None, user_agent: str, is_like: bool) -> None:
    assert Device("192.0.2.7", FIREFOX).is_like(Device(address, user_agent)) is is_like


def sign_in(address: str = "192.0.2.7", user_agent: str = FIREFOX) -> None:
    body = {"email": "ada@example.org", "password": PASSWORD}
    answer = ApiClient().post("/auth/login", body, REMOTE_ADDR=address, HTTP_USER_AGENT=user_agent)
    assert answer.status_code == 200


@pytest.mark.django_db
def test_the_very_first_sign_in_is_no_news(deliver: Callable[[], list[Any]]) -> None:
    Member.joins("ada@example.org")
    Session.objects.all().delete()
    sign_in()
    sign_in()
    sign_in(user_agent=NEWER_FIREFOX)
    assert deliver() == []


@pytest.mark.asvs("6.3.5")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "user_agent", "words"),
    [
        ("198.51.100.7", FIREFOX, "Firefox on Linux, from the address 198.51.100.7, on"),
        ("192.0.2.7", CHROME, "Chrome on Windows, from the address 192.0.2.7, on"),
        ("2001:db8::1", "", "an unknown program, from the address 2001:db8::1, on"),
    ],
)
def test_another_network_or_program_is(
    address: str, user_agent: str, words: str, deliver: Callable[[], list[Any]]
) -> None:
    Member.joins("ada@example.org")
    Session.objects.update(user_agent=FIREFOX)
    sign_in(address, user_agent)
    (mail,) = deliver()
    assert (mail.subject, mail.to) == (SUBJECT, ["ada@example.org"])
    assert words.lower() in mail.body.lower()
    assert words.lower() in mail.alternatives[0].content.lower()
    sign_in(address, user_agent)
    assert deliver() == []


@pytest.mark.django_db
def test_a_device_that_was_signed_out_is_known(deliver: Callable[[], list[Any]]) -> None:
    Member.joins("ada@example.org")
    Session.objects.update(user_agent=FIREFOX, revoked_at=timezone.now() - timedelta(days=3))
    sign_in()
    assert deliver() == []


@pytest.mark.django_db
def test_nobody_is_told_of_a_sign_in_that_was_undone(deliver: Callable[[], list[Any]]) -> None:
    Member.joins("ada@example.org")
    sign_in("198.51.100.7")
    User.objects.update(is_active=False)
    assert deliver() == []
