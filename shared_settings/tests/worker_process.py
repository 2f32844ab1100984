"""A worker as a process that is forked from one in which Django is set up: many start in the time of one."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from shared_settings import env

if not apps.ready:
    django.setup()  # in the process that is forked

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def start(log: Path, database_url: str) -> ForkServerProcess:
    """A worker on this database; it logs into the file, and VAR_DIR is the folder of that."""
    process = _context.Process(target=_work, args=(log, database_url))
    process.start()
    return process


def _work(log: Path, database_url: str) -> None:
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    os.environ["DATABASE_URL"] = database_url  # noqa: TID251 - for the next line
    connection.settings_dict.update(env.database("DATABASE_URL", log))
    settings.VAR_DIR = log.parent
    call_command("worker")
