"""One call that says who asks."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from shared_settings.http.urls import path, service_urls
from shared_settings.http.views import ApiView


class WhoAmI(ApiView):
    replays = False

    def get(self, request: Request) -> Response:
        assert request.user.is_authenticated
        return Response({"id": str(request.user.id), "is_admin": request.user.is_admin})

    def post(self, request: Request) -> Response:
        return self.get(request)


urlpatterns = service_urls([path("whoami", WhoAmI.as_view())], [])
