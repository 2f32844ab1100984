"""The Core service for a WSGI server: `gunicorn core_service.wsgi`."""

from django.core.wsgi import get_wsgi_application

from shared_settings import env

env.use("core_service.settings")
application = get_wsgi_application()
