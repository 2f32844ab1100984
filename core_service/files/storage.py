"""Where the bytes of files lie: a folder or a bucket, behind the same calls."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages

from core_service.files.problems import FileLost, StorageUnavailable

logger = logging.getLogger("files")

LINK_SECONDS = 300


def _faults() -> tuple[type[Exception], ...]:
    # Imported only when something fails: boto3 makes a fifth of the time in which Core starts, and a folder needs none.
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    return OSError, Boto3Error, BotoCoreError, ClientError


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except _faults() as error:
        logger.exception("The storage of files failed.")
        raise StorageUnavailable from error


def save(name: str, content: File[Any]) -> None:
    """Keep the bytes under this name, from their beginning."""
    with _answering():
        storages["default"].save(name, content)


def open_file(name: str) -> IO[bytes]:
    """The bytes, to be read and closed; raises `FileLost` when they are not there."""
    with _answering():
        try:
            return storages["default"].open(name, "rb")
        except FileNotFoundError:
            logger.error("The bytes of a file are lost.", extra={"file": name})
            raise FileLost from None


def remove(name: str) -> None:
    """Delete the bytes; nothing happens when they are gone already."""
    with _answering():
        storages["default"].delete(name)


def gives_links() -> bool:
    """Whether clients fetch the bytes from the storage itself, by signed links."""
    return "links" in settings.STORAGES


def link_to(name: str, *, content_type: str, disposition: str, seconds: int = LINK_SECONDS) -> str:
    """A link that answers the bytes to whoever has it, with these headers, for so long."""
    # Only the storages that give links take these arguments.
    signer: Any = storages["links"]
    parameters = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
    return str(signer.url(name, parameters=parameters, expire=seconds))
