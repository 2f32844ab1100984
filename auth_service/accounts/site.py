"""The admin site of Auth, without Django's tables of users and of the admin's log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from auth_service.accounts import actions
from auth_service.accounts.forms import SignInForm
from auth_service.accounts.problems import AdminsOnly, MfaRequired, OtpRequired
from auth_service.login_sessions import actions as session_actions
from auth_service.login_sessions import pages
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import EndReason
from shared_settings.journal import journal_model
from shared_settings.problems import Problem

ASKS_FOR_OTP = "Type a code of your authenticator app or a recovery code, and your password once more."


class SignInView(LoginView):
    form_class = SignInForm  # type: ignore[assignment]
    next_page = "admin:index"
    template_name = "accounts/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            opened = actions.sign_in(**form.cleaned_data, device=Device.of(self.request.META))
            user = opened.session.user
            if not user.is_admin:
                session_actions.end_session(session_id=opened.session.pk, user_id=user.pk)
                raise MfaRequired if user.lacks_second_factor else AdminsOnly
        except OtpRequired:
            form.asks_for_otp = True
            form.add_error(None, ASKS_FOR_OTP)
            return self.form_invalid(form)
        except Problem as refusal:
            form.add_error(None, f"{refusal.title} {refusal.detail}".strip())
            return self.form_invalid(form)
        pages.begin(self.request, opened.session)
        return HttpResponseRedirect(self.get_success_url())


class AuthSite(AdminSite):
    site_header = "Course platform: people"
    site_title = "Course platform"
    index_template = "accounts/index.html"
    enable_nav_sidebar = False  # few screens, and wide lists
    index_title = "Who people are, and where they are signed in"

    def get_urls(self) -> list[Any]:
        """All but the way to a row's own page: no row has one, and a malformed id fails there."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_admin", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = self.each_context(request) | {"title": "Sign in", "app_path": request.get_full_path()}
        request.current_app = self.name
        return SignInView.as_view(extra_context=context | (extra_context or {}))(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        session = pages.session_of(request)
        if request.method == "POST" and session is not None:
            session_actions.end_session(session_id=session.pk, user_id=session.user_id, reason=EndReason.SIGNED_OUT)
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404("A password is changed by POST /auth/change-password.")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404("A password is changed by POST /auth/change-password.")

    def get_log_entries(self, request: HttpRequest) -> Any:
        """The audit entries, in place of Django's log."""
        return journal_model("AuditEntry").objects.order_by("-at")


site = AuthSite()
