"""Mail while the mail server is away, with a real one that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.utils import timezone

from auth_service.accounts.models import OneTimeToken
from auth_service.journal.models import Delivery
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member
from shared_settings.deliveries import deliver_due
from tools.postgres import free_port

pytestmark = pytest.mark.django_db


class Inbox(Message):
    """Keeps what it is sent; refuses the first so many messages, as a full or greylisting server does."""

    def __init__(self, refusals: int = 0) -> None:
        super().__init__()
        self.refusals = refusals
        self.messages: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 Try again later"
        return str(await super().handle_DATA(server, session, envelope))

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)


@pytest.fixture
def port(settings: Any) -> int:
    """Where the mail server would be; nobody is there yet."""
    free = free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free, 120
    return free


@contextmanager
def served_at(port: int, *, refusals: int = 0) -> Iterator[Inbox]:
    """A mail server that is there meanwhile."""
    inbox = Inbox(refusals)
    server = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=120)
    server.start()
    try:
        yield inbox
    finally:
        server.stop()


def register(email: str) -> int:
    return int(ApiClient().post("/auth/register", {"email": email, "password": PASSWORD}).status_code)


def work(moment: datetime) -> None:
    deliver_due(clock=lambda: moment)


def test_a_mail_server_that_is_away_loses_no_mail_and_stops_no_request(port: int) -> None:
    assert [register(f"p{number}@example.org") for number in range(3)] == [201] * 3
    now = timezone.now()
    for hours in range(3):
        work(now + timedelta(hours=hours))
    assert set(Delivery.objects.values_list("state", "attempts")) == {("pending", 3)}
    assert "ConnectionRefusedError" in Delivery.objects.latest("id").last_error

    with served_at(port) as inbox:
        work(now + timedelta(hours=4))
    assert sorted(message["to"] for message in inbox.messages) == [f"p{number}@example.org" for number in range(3)]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_mail_that_is_refused_for_now_comes_later_and_once(port: int) -> None:
    register("ada@example.org")
    now = timezone.now()
    with served_at(port, refusals=2) as inbox:
        for hours in range(5):
            work(now + timedelta(hours=hours))
    (message,) = inbox.messages
    assert message["subject"] == "Confirm your email address"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}
    assert Delivery.objects.get().attempts == 3


def test_a_link_that_comes_after_a_long_outage_is_still_good(port: int, ada: Member) -> None:
    client = ApiClient()
    assert client.post("/auth/forgot-password", {"email": "ada@example.org"}).status_code == 202
    now = timezone.now()
    work(now)
    OneTimeToken.objects.update(expires_at=timezone.now() - timedelta(hours=3))
    with served_at(port) as inbox:
        work(now + timedelta(hours=4))
    (message,) = inbox.messages
    text = message.get_payload()[0].get_payload(decode=True).decode()
    token = text.split("token=")[1].split()[0]
    life = OneTimeToken.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=50) < life <= timedelta(minutes=60)
    body = {"token": token, "new_password": OTHER_PASSWORD}
    assert client.post("/auth/reset-password", body).status_code == 204


def test_what_is_noted_of_a_failure_names_no_address(port: int) -> None:
    register("ada@example.org")
    with served_at(port, refusals=1):
        work(timezone.now())
    assert "example.org" not in Delivery.objects.get().last_error
