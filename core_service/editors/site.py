"""The admin site of Core: signed in through Auth, and without Django's tables of users and of the admin's log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token

from core_service.courses.models import Course
from core_service.editors import auth_api, pages
from core_service.editors.problems import OtpRequired, SignInRefused
from shared_settings.admin import site as admin_site
from shared_settings.admin.forms import sentence_of
from shared_settings.problems import Unavailable

SHOWN_ENTRIES = 10


class SignInView(admin_site.SignInView):
    """Auth decides who gets in."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            signed_in = auth_api.sign_in(**form.cleaned_data, visitor=auth_api.Visitor.of(self.request))
        except (SignInRefused, Unavailable) as refusal:
            form.asks_for_otp |= isinstance(refusal, OtpRequired)
            form.add_error(None, sentence_of(refusal))
            return self.form_invalid(form)
        pages.begin(self.request, signed_in)
        rotate_token(self.request)
        return HttpResponseRedirect(self.get_success_url())


class ParentsView(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Two modules may have one title, so each is shown with its course."""
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        return result | ({} if isinstance(obj, Course) else {"text": f"{obj} ({obj.course_of})"})


class EditorsSite(admin_site.Site):
    sign_in_view = SignInView
    site_header = "Course platform"
    site_title = "Course platform"
    index_title = "What people learn"
    index_template = "editors/index.html"

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        refresh = pages.refresh_of(request)
        if request.method == "POST" and refresh:
            auth_api.sign_out(refresh, auth_api.Visitor.of(request))
        return super().logout(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        own = self.get_log_entries(request).filter(actor_id=request.user.pk)[:SHOWN_ENTRIES]
        return super().index(request, {"own_entries": own} | (extra_context or {}))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return ParentsView.as_view(admin_site=self)(request)


site = EditorsSite()
