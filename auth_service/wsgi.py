"""The Auth service for a WSGI server: `gunicorn auth_service.wsgi`."""

from django.core.wsgi import get_wsgi_application

from shared_settings import env

env.use("auth_service.settings")
application = get_wsgi_application()

# Imported only now, when Django is set up.
from auth_service.login_sessions import keys  # noqa: E402
from auth_service.login_sessions.problems import KeysUnusable  # noqa: E402

try:
    keys.check_at_start()
except KeysUnusable as error:
    env.stop("auth_service", error)
