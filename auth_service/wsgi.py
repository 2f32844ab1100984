"""The Auth service for a WSGI server: `gunicorn auth_service.wsgi`."""

import logging

from shared_settings import env
from shared_settings.http import wsgi

env.use("auth_service.settings")
application = wsgi.application()

# Imported only now, when Django is set up.
from auth_service.accounts import mail  # noqa: E402
from auth_service.login_sessions import keys  # noqa: E402
from auth_service.login_sessions.problems import KeysUnusable  # noqa: E402

try:
    keys.check_at_start()
except KeysUnusable as error:
    env.stop("auth_service", error)

if fault := mail.fault_of_settings():
    logging.getLogger("mail").warning(fault)
