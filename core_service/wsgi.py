"""The Core service for a WSGI server: `gunicorn core_service.wsgi`."""

import logging

from shared_settings import env
from shared_settings.http import wsgi

env.use("core_service.settings")
application = wsgi.application()

# Imported only now, when Django is set up.
from core_service.people.revocations import auth_revocations  # noqa: E402

if auth_revocations.is_on:
    auth_revocations.start()
else:
    logging.getLogger("people").warning("AUTH_SERVICE_TOKEN is not set: Core hears of no revocations from Auth.")
