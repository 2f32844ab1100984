"""The Core service for a WSGI server: `gunicorn core_service.wsgi`."""

import logging

from django.conf import settings

from shared_settings import env
from shared_settings.http import wsgi

env.use("core_service.settings")
application = wsgi.application()
if not settings.AUTH_SERVICE_TOKEN:
    logging.getLogger("people").warning("AUTH_SERVICE_TOKEN is not set: Core hears of no revocations from Auth.")
