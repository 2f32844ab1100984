"""Who asks for a page: the admin whom the signed cookie names."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from core_service.editors import sessions


def signed_in_person(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """Set `request.user`; stands inside `shared_settings.http.middleware.Pages`, in place of Django's own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: sessions.person_of(request.session) or AnonymousUser())  # type: ignore[assignment]
        return get_response(request)

    return middleware
