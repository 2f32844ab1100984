"""The caller's own second factor."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from auth_service.accounts import actions, reads, totp
from auth_service.accounts.callers import caller, caller_id
from auth_service.accounts.problems import (
    FactorExists,
    NoSecondFactor,
    NoSuchFactor,
    NothingToConfirm,
    TooBusy,
    WrongCode,
    WrongPassword,
)
from auth_service.accounts.serializers.factors import (
    ConfirmationCodeSerializer,
    EnrolledSerializer,
    EnrolmentSerializer,
    RecoveryCodesSerializer,
    SecondFactorSerializer,
    TurnOffSerializer,
)
from auth_service.limits.problems import TooManyAttempts
from shared_settings.http.views import ApiView
from shared_settings.problems import Unavailable

UNCACHED = {"Cache-Control": "no-store"}
_OF_PASSWORD = (WrongPassword, TooManyAttempts, TooBusy)
_OF_TURNING_OFF = (NoSuchFactor, WrongCode, *_OF_PASSWORD)


@extend_schema(tags=["Second factor"])
class SecondFactorView(ApiView):
    serializer_class = SecondFactorSerializer
    has_etag = False

    @extend_schema(operation_id="auth_mfa_retrieve")
    def get(self, request: Request) -> Response:
        """Which second factors the caller has turned on, and how many recovery codes are left."""
        return Response(self.get_serializer(reads.second_factor_of(caller(request))).data)


@extend_schema(tags=["Second factor"])
class TotpView(ApiView):
    problems = {"POST": (FactorExists, *_OF_PASSWORD), "DELETE": _OF_TURNING_OFF}
    has_etag = False
    replays = False

    def get_serializer_class(self) -> Any:
        return TurnOffSerializer if self.request.method == "DELETE" else EnrolmentSerializer

    @extend_schema(operation_id="auth_mfa_totp_create", responses={200: EnrolledSerializer})
    def post(self, request: Request) -> Response:
        """Begin to turn on an authenticator app (TOTP). It counts once one of its codes was sent to `…/confirm`.

        Beginning again makes a new secret. It waits for 30 minutes.
        """
        secret = actions.enrol_totp(user=caller(request), password=self.validated()["password"])
        uri = totp.uri_of(secret, caller(request).email)
        shown = {"secret": secret, "otpauth_uri": uri, "qr_svg": totp.qr_of(uri)}
        return Response(EnrolledSerializer(shown).data, headers=UNCACHED)

    @extend_schema(operation_id="auth_mfa_totp_destroy", request=TurnOffSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Turn the authenticator app off. Needs the body of `POST /auth/mfa/totp/disable`, which does the same.

        This document cannot say so, since OpenAPI 3.0 knows no body of DELETE, and many clients send none.
        """
        actions.turn_off_totp(user=caller(request), **self.validated())
        return Response(status=204)


@extend_schema(tags=["Second factor"])
class TurnOffTotpView(ApiView):
    serializer_class = TurnOffSerializer
    problems = _OF_TURNING_OFF
    replays = False

    @extend_schema(operation_id="auth_mfa_totp_disable", responses={204: None})
    def post(self, request: Request) -> Response:
        """Turn the authenticator app off, and void the recovery codes."""
        actions.turn_off_totp(user=caller(request), **self.validated())
        return Response(status=204)


@extend_schema(tags=["Second factor"])
class ConfirmTotpView(ApiView):
    serializer_class = ConfirmationCodeSerializer
    problems = (WrongCode, FactorExists, NothingToConfirm, TooManyAttempts, Unavailable)
    replays = False

    @extend_schema(operation_id="auth_mfa_totp_confirm", responses={200: RecoveryCodesSerializer})
    def post(self, request: Request) -> Response:
        """Turn the authenticator app on by one of its codes. Signing in needs a code from then on.

        The answer has ten recovery codes, for when the app is lost; they are shown only now.
        """
        codes = actions.confirm_totp(user_id=caller_id(request), otp=self.validated()["otp"])
        return Response(RecoveryCodesSerializer({"recovery_codes": codes}).data, headers=UNCACHED)


@extend_schema(tags=["Second factor"])
class RecoveryCodesView(ApiView):
    serializer_class = EnrolmentSerializer
    problems = (NoSecondFactor, *_OF_PASSWORD)
    replays = False

    @extend_schema(operation_id="auth_mfa_recovery_codes", responses={200: RecoveryCodesSerializer})
    def post(self, request: Request) -> Response:
        """Ten new recovery codes; those before are void."""
        codes = actions.renew_recovery_codes(user=caller(request), password=self.validated()["password"])
        return Response(RecoveryCodesSerializer({"recovery_codes": codes}).data, headers=UNCACHED)
