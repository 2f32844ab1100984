"""The Auth service for a WSGI server: `gunicorn auth_service.wsgi`."""

from django.core.wsgi import get_wsgi_application

from shared_settings import env

env.use("auth_service.settings")
application = get_wsgi_application()
