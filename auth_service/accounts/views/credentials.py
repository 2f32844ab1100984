"""Registering, signing in, passwords and confirmations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from auth_service.accounts import actions, passwords, reads
from auth_service.accounts.callers import caller, session_of
from auth_service.accounts.models import CONFIRMING, Purpose
from auth_service.accounts.problems import (
    EmailTaken,
    InvalidCredentials,
    InvalidToken,
    OtpRequired,
    TooBusy,
    WrongPassword,
    weak_password,
)
from auth_service.accounts.serializers.credentials import (
    AcceptedSerializer,
    ConfirmationSerializer,
    EmailSerializer,
    PasswordChangeSerializer,
    PasswordResetSerializer,
    RegistrationSerializer,
    SignedInSerializer,
    SignInSerializer,
)
from auth_service.accounts.serializers.people import UserSerializer
from auth_service.limits import actions as limit_actions
from auth_service.limits import rules as limits
from auth_service.limits.problems import TooManyAttempts
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.problems import KeysUnusable
from auth_service.login_sessions.serializers import TokenPairSerializer
from auth_service.login_sessions.views import PublicView, token_answer
from shared_settings.http.views import ApiView


def accepted(detail: str) -> Response:
    return Response(AcceptedSerializer({"detail": detail}).data, status=202)


def network_of(request: Request) -> str:
    return Device.of(request.META).network


@extend_schema(tags=["Registering"])
class RegisterView(PublicView):
    serializer_class = RegistrationSerializer
    problems = (EmailTaken, TooManyAttempts, TooBusy)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.registration = self.validated()
        passwords.refuse_if_busy()
        limit_actions.count_attempt(limits.REGISTRATION.of(network_of(request)))
        self.registration["hashed_password"] = passwords.hash_of(self.registration.pop("password"))

    @extend_schema(operation_id="auth_register", responses={201: UserSerializer, 202: AcceptedSerializer})
    def post(self, request: Request) -> Response:
        """Make an account. A link to verify the address is mailed; one may sign in before.

        Where the service hides who has an account, the answer is 202 for everybody.
        """
        user = actions.register_person(**{"full_name": None, **self.registration})
        if user is None or settings.REGISTRATION_HIDES_ACCOUNTS:
            return accepted("Look into your mail.")
        location = request.build_absolute_uri(reverse("user", kwargs={"user_id": user.pk}))
        return Response(UserSerializer(user).data, status=201, headers={"Location": location})


@extend_schema(tags=["Signing in"])
class SignInView(PublicView):
    serializer_class = SignInSerializer
    replays = False
    problems = (InvalidCredentials, OtpRequired, TooManyAttempts, TooBusy, KeysUnusable)

    @extend_schema(operation_id="auth_login", responses=SignedInSerializer)
    def post(self, request: Request) -> Response:
        """A token pair for an email and its password. Whatever is wrong, the answer is the same.

        Where a second factor is turned on, the right password without a code answers 401 `otp_required`. Send no
        `Authorization` along: an access token that has expired is refused here, too.
        """
        opened = actions.sign_in(**self.validated(), device=Device.of(request.META))
        response = token_answer(opened)
        response.data["user"] = UserSerializer(opened.session.user).data
        return response


@extend_schema(tags=["Passwords"])
class ChangePasswordView(ApiView):
    serializer_class = PasswordChangeSerializer
    replays = False
    problems = (WrongPassword, TooManyAttempts, TooBusy, KeysUnusable)

    @extend_schema(operation_id="auth_change_password", responses={200: TokenPairSerializer})
    def post(self, request: Request) -> Response:
        """Set a new password. Every other session ends; this one goes on with the pair in the answer.

        A new email that waits for its confirmation is cancelled.
        """
        opened = actions.change_password(user=caller(request), session_id=session_of(request).pk, **self.validated())
        return token_answer(opened)


class MailRequestView(PublicView):
    """Asks for a mail to an address; counted, whoever has it."""

    serializer_class = EmailSerializer
    problems = (TooManyAttempts,)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.email = self.validated()["email"]
        limit_actions.count_attempt(limits.MAIL_REQUEST.of(network_of(request)))


@extend_schema(tags=["Passwords"])
class ForgotPasswordView(MailRequestView):
    @extend_schema(operation_id="auth_forgot_password", responses={202: AcceptedSerializer})
    def post(self, request: Request) -> Response:
        """Have a link to set a new password mailed. The answer is the same whoever it is."""
        actions.request_password_reset(email=self.email)
        return accepted("If this address has an account, a link is on its way.")


@extend_schema(tags=["Passwords"])
class ResetPasswordView(PublicView):
    serializer_class = PasswordResetSerializer
    problems = (InvalidToken, TooManyAttempts, TooBusy)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.reset = self.validated()
        passwords.refuse_if_busy()
        with limit_actions.counted_if_refused(limits.MAILED_LINK.of(network_of(request))):
            user = reads.usable_link(self.reset["token"], Purpose.RESET_PASSWORD).user
        password = self.reset.pop("new_password")
        if faults := passwords.faults_of(password, email=user.email):
            raise weak_password("new_password", faults)
        self.reset["hashed_password"] = passwords.hash_of(password)

    @extend_schema(operation_id="auth_reset_password", responses={204: None})
    def post(self, request: Request) -> Response:
        """Set a new password by the token of a mailed link. Every session ends.

        A new email that waits for its confirmation is cancelled.
        """
        actions.reset_password(**self.reset)
        return Response(status=204)


@extend_schema(tags=["Registering"])
class VerifyEmailView(PublicView):
    serializer_class = ConfirmationSerializer
    problems = (InvalidToken, EmailTaken, TooManyAttempts)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.confirmation = self.validated()
        with limit_actions.counted_if_refused(limits.MAILED_LINK.of(network_of(request))):
            reads.usable_link(self.confirmation["token"], *CONFIRMING)

    @extend_schema(operation_id="auth_verify_email", responses={200: UserSerializer})
    def post(self, request: Request) -> Response:
        """Confirm an address by the token of a mailed link: the first one, or a new one that waits for it."""
        user = actions.confirm_email(**self.confirmation)
        return Response(UserSerializer(user).data)


@extend_schema(tags=["Registering"])
class ResendVerificationView(MailRequestView):
    @extend_schema(operation_id="auth_verify_email_resend", responses={202: AcceptedSerializer})
    def post(self, request: Request) -> Response:
        """Have the link to verify an address mailed again. The answer is the same whoever it is."""
        actions.request_verification(email=self.email)
        return accepted("If this address waits for its confirmation, a link is on its way.")
