"""The admin site of Auth, without Django's tables of users and of the admin's log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token

from auth_service.accounts import actions
from auth_service.accounts.problems import AdminsOnly, MfaRequired, OtpRequired
from auth_service.login_sessions import actions as session_actions
from auth_service.login_sessions import pages
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import EndReason
from shared_settings.admin import site as admin_site
from shared_settings.admin.forms import sentence_of
from shared_settings.problems import Problem

ASKS_FOR_OTP = "Type a code of your authenticator app or a recovery code, and your password once more."


class SignInView(admin_site.SignInView):
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
            form.add_error(None, sentence_of(refusal))
            return self.form_invalid(form)
        pages.begin(self.request, opened.session)
        rotate_token(self.request)
        return HttpResponseRedirect(self.get_success_url())


class AuthSite(admin_site.Site):
    sign_in_view = SignInView
    site_header = "Course platform: people"
    site_title = "Course platform"
    index_template = "accounts/index.html"
    index_title = "Who people are, and where they are signed in"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_admin", False))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        session = pages.session_of(request)
        if request.method == "POST" and session is not None:
            session_actions.end_session(session_id=session.pk, user_id=session.user_id, reason=EndReason.SIGNED_OUT)
        return super().logout(request, extra_context)


site = AuthSite()
