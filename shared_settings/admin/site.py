"""An admin site without Django's tables of users and of the admin's log."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import AdminSite
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from shared_settings.admin.forms import SignInForm
from shared_settings.journal import journal_model
from shared_settings.problems import NotFound

PASSWORDS = "A password is changed by POST /auth/change-password of Auth."


class SignInView(LoginView):
    """Django's page; a service's own view says in `form_valid` who gets in."""

    form_class = SignInForm  # type: ignore[assignment]
    next_page = "admin:index"
    template_name = "admin/sign_in.html"


class Site(AdminSite):
    sign_in_view: ClassVar[type[SignInView]]
    enable_nav_sidebar = False  # few screens, and wide lists

    def get_urls(self) -> list[Any]:
        """All but the way to a row's own page: no row has one, and a malformed id fails there."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(self._place_after_sign_in(request))
        context = self.each_context(request) | {"title": "Sign in", "app_path": request.get_full_path()}
        request.current_app = self.name
        return self.sign_in_view.as_view(extra_context=context | (extra_context or {}))(request)

    def _place_after_sign_in(self, request: HttpRequest) -> str:
        """Where `?next=` leads, if that is on this host; else the index."""
        view = self.sign_in_view()
        view.setup(request)
        return view.get_success_url()

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise NotFound(PASSWORDS)

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise NotFound(PASSWORDS)

    def get_log_entries(self, request: HttpRequest) -> Any:
        """The audit entries, in place of Django's log."""
        return journal_model("AuditEntry").objects.order_by("-at")
