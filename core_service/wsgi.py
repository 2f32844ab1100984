"""The Core service for a WSGI server: `gunicorn core_service.wsgi`."""

import logging

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from shared_settings import env

env.use("core_service.settings")
application = get_wsgi_application()
if not settings.AUTH_SERVICE_TOKEN:
    logging.getLogger("people").warning("AUTH_SERVICE_TOKEN is not set: Core hears of no revocations from Auth.")
