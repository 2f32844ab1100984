"""What the mails look like, and that each is a file of its own without a mail server."""

from __future__ import annotations

import email
import email.policy
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as django_mail

from auth_service.accounts import mail
from auth_service.accounts.mail import Mail
from auth_service.accounts.models import User
from auth_service.accounts.tasks import delete_old_mail_files

ADA = User(email="ada@example.org", full_name="Ada <b>Lovelace</b> & {{ friends }}", is_verified=True)
LINK = "https://learn.example.org/verify-email?token=abc"


@pytest.mark.parametrize("kind", Mail)
def test_every_mail_has_text_and_html_with_the_same_content(kind: Mail, mailoutbox: list[Any]) -> None:
    mail.send(kind, to="ada@example.org", user=ADA, link=LINK)
    (message,) = mailoutbox
    html = message.alternatives[0].content
    assert message.subject == kind.subject
    assert message.body.startswith("Hello Ada <b>Lovelace</b> & {{ friends }},\n\n")
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt; &amp; {{ friends }}" in html
    assert "{%" not in message.body + html
    has_link = kind.name in ("VERIFY_EMAIL", "CHANGE_EMAIL", "RESET_PASSWORD")
    assert (LINK in message.body, LINK in html) == (has_link, has_link)


def test_greets_who_has_no_name(mailoutbox: list[Any]) -> None:
    mail.send(Mail.PASSWORD_CHANGED, to="x@example.org", user=User(email="x@example.org"))
    assert mailoutbox[0].body.startswith("Hello,\n")


@pytest.mark.parametrize(
    ("to", "is_verified"), [("ada@example.org", False), ("next@example.org", True)], ids=["registered", "pending"]
)
def test_takes_nobodys_words_to_an_address_that_is_not_confirmed(
    to: str, is_verified: bool, mailoutbox: list[Any]
) -> None:
    user = User(email="ada@example.org", full_name="Win at https://prizes.example", is_verified=is_verified)
    mail.send(Mail.VERIFY_EMAIL, to=to, user=user, link=LINK)
    assert mailoutbox[0].body.startswith("Hello,\n")
    assert "prizes" not in mailoutbox[0].alternatives[0].content


def test_each_mail_is_a_file_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "shared_settings.mail.MailFiles"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    for number in range(5):
        django_mail.send_mail(f"Number {number}", "Text.", None, [f"p{number}@example.org"])
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml"] * 5
    messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert [message["subject"] for message in messages] == [f"Number {number}" for number in range(5)]
    assert messages[0]["to"] == "p0@example.org"


def test_a_file_of_a_mail_goes_after_a_week(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    for name, days in (("old.eml", 8), ("new.eml", 6), ("old.txt", 8)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - days * 86400,) * 2)
    delete_old_mail_files()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["new.eml", "old.txt"]


@pytest.mark.parametrize(
    ("host", "frontend", "backend", "sentence"),
    [
        ("auth", "http://localhost:3000", "MailFiles", ""),
        ("learn.example.org", "https://app.example.org", "Smtp", ""),
        (
            *("learn.example.org", "https://app.example.org", "MailFiles"),
            "ALLOWED_HOSTS names learn.example.org, but without EMAIL_URL mails stay in VAR_DIR/mail.",
        ),
        (
            *("learn.example.org", "http://localhost:3000", "Smtp"),
            "ALLOWED_HOSTS names learn.example.org, but links in mails lead to http://localhost:3000 (FRONTEND_URL).",
        ),
    ],
)
def test_says_why_mails_would_help_nobody(settings: Any, host: str, frontend: str, backend: str, sentence: str) -> None:
    settings.ALLOWED_HOSTS = ["localhost", host]
    settings.FRONTEND_URL = frontend
    settings.EMAIL_BACKEND = f"somewhere.{backend}"
    assert mail.fault_of_settings() == sentence
