"""Routes of people."""

from __future__ import annotations

from auth_service.accounts.views import audit, credentials, events, factors, me, users
from shared_settings.http.urls import path

api = [
    path("auth/register", credentials.RegisterView.as_view()),
    path("auth/login", credentials.SignInView.as_view()),
    path("auth/change-password", credentials.ChangePasswordView.as_view()),
    path("auth/forgot-password", credentials.ForgotPasswordView.as_view()),
    path("auth/reset-password", credentials.ResetPasswordView.as_view()),
    path("auth/verify-email", credentials.VerifyEmailView.as_view()),
    path("auth/verify-email/resend", credentials.ResendVerificationView.as_view()),
    path("auth/mfa", factors.SecondFactorView.as_view()),
    path("auth/mfa/totp", factors.TotpView.as_view()),
    path("auth/mfa/totp/confirm", factors.ConfirmTotpView.as_view()),
    path("auth/mfa/totp/disable", factors.TurnOffTotpView.as_view()),
    path("auth/mfa/recovery-codes", factors.RecoveryCodesView.as_view()),
    path("auth/events", events.PersonEventsView.as_view()),
    path("auth/audit", audit.AuditView.as_view()),
    path("auth/admin", users.AdminRoleView.as_view()),
    path("users/me", me.MeView.as_view()),
    path("users/me/erase", me.EraseMeView.as_view()),
    path("users/me/security-events", audit.SecurityEventsView.as_view()),
    path("users/me/export", me.ExportView.as_view()),
    path("users/profiles", users.ProfilesView.as_view()),
    path("users/all", users.UsersView.as_view()),
    path("users/<uuid:user_id>", users.UserView.as_view(), name="user"),
    path("users/<uuid:user_id>/sessions", users.UserSessionsView.as_view()),
    path("users/<uuid:user_id>/mfa", users.UserSecondFactorView.as_view()),
]
