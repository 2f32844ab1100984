"""The admin site of Core: signed in through Auth, and without Django's tables of users and of the admin's log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.urls import reverse

from core_service.courses.models import Course
from core_service.editors import auth_api, sessions
from core_service.editors.forms import SignInForm
from core_service.editors.problems import OtpRequired, SignInRefused
from core_service.journal.models import AuditEntry
from shared_settings.problems import Unavailable

SHOWN_ENTRIES = 10


class SignInView(LoginView):
    """Django's page, with Auth deciding who gets in."""

    form_class = SignInForm  # type: ignore[assignment]
    next_page = "admin:index"
    template_name = "editors/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            signed_in = auth_api.sign_in(**form.cleaned_data, visitor=auth_api.Visitor.of(self.request))
        except (SignInRefused, Unavailable) as refusal:
            form.asks_for_otp |= isinstance(refusal, OtpRequired)
            form.add_error(None, f"{refusal.title} {refusal.detail}".strip())
            return self.form_invalid(form)
        sessions.begin(self.request.session, signed_in)
        rotate_token(self.request)
        return HttpResponseRedirect(self.get_success_url())


class ParentsView(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Two modules may have one title, so each is shown with its course."""
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        return result | ({} if isinstance(obj, Course) else {"text": f"{obj} ({obj.course_of})"})


class EditorsSite(AdminSite):
    site_header = "Course platform"
    site_title = "Course platform"
    index_title = "What people learn"
    index_template = "editors/index.html"

    def get_urls(self) -> list[Any]:
        """All but the way to a row's own page: no row has one, and a malformed id fails there."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = self.each_context(request) | {"title": "Sign in", "app_path": request.get_full_path()}
        request.current_app = self.name
        return SignInView.as_view(extra_context=context | (extra_context or {}))(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        refresh = sessions.refresh_of(request.session)
        if request.method == "POST" and refresh:
            auth_api.sign_out(refresh, auth_api.Visitor.of(request))
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404("Passwords are changed at Auth.")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404("Passwords are changed at Auth.")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        own = self.get_log_entries(request).filter(actor_id=request.user.pk)[:SHOWN_ENTRIES]
        return super().index(request, {"own_entries": own} | (extra_context or {}))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return ParentsView.as_view(admin_site=self)(request)

    def get_log_entries(self, request: HttpRequest) -> Any:
        """The audit entries, in place of Django's log."""
        return AuditEntry.objects.order_by("-at")


site = EditorsSite()
