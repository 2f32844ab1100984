"""Mail as files, for a machine without a mail server: one message a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from shared_settings.ids import uuid7


class MailFiles(BaseEmailBackend):
    """Writes each message whole to `EMAIL_FILE_PATH`; Django's own backend appends several to one file."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently, **kwargs)
        self.directory = Path(settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.directory.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = str(uuid7())
            unfinished = self.directory / f".{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(self.directory / f"{name}.eml")
        return len(email_messages)


def delete_old_files(*, before: datetime) -> None:
    """Remove the messages that were written before then; their links have ended, and the addresses may be erased."""
    for file in Path(settings.EMAIL_FILE_PATH).glob("*.eml"):
        with suppress(FileNotFoundError):  # another worker may be at it
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
