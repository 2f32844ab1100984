"""The caller's own account."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from auth_service.accounts import actions, passwords, reads
from auth_service.accounts.callers import caller, caller_id
from auth_service.accounts.problems import EmailTaken, LastSuperuser, TooBusy, WrongPassword
from auth_service.accounts.serializers.exports import ExportSerializer
from auth_service.accounts.serializers.people import ErasureSerializer, OwnProfileSerializer, UserDetailSerializer
from auth_service.limits import actions as limit_actions
from auth_service.limits import rules as limits
from auth_service.limits.problems import TooManyAttempts
from shared_settings.http.views import ApiView


@extend_schema(tags=["Oneself"])
class MeView(ApiView):
    serializer_class = UserDetailSerializer
    problems = {
        "PATCH": (WrongPassword, EmailTaken, TooManyAttempts, TooBusy),
        "DELETE": (WrongPassword, LastSuperuser, TooManyAttempts, TooBusy),
    }

    def get_serializer_class(self) -> Any:
        return {"PATCH": OwnProfileSerializer, "DELETE": ErasureSerializer}.get(
            self.request.method or "", UserDetailSerializer
        )

    @extend_schema(operation_id="users_me_retrieve", responses=UserDetailSerializer)
    def get(self, request: Request) -> Response:
        """The caller."""
        return self.shown(caller(request))

    @extend_schema(operation_id="users_me_partial_update", responses=UserDetailSerializer)
    def patch(self, request: Request) -> Response:
        """Change one's name, or ask for another email: it counts once the link that is mailed to it was followed.

        One's present email cancels a new one that waits, unless that one is sent along as `pending_email`: then the row
        comes back as it was read.
        """
        changes = self.validated(caller(request), partial=True)
        password = changes.pop("current_password", None)
        user = actions.change_own_profile(
            user=caller(request), changes=changes, current_password=password, expected=self.expected
        )
        return self.shown(user)

    @extend_schema(operation_id="users_me_destroy", request=ErasureSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Erase oneself. Needs a body, `{"password": "…"}`.

        This document cannot say so, since OpenAPI 3.0 knows no body of DELETE, and many clients send none: then use
        `POST /users/me/erase`, which does the same.
        """
        user = caller(request)
        passwords.require(user, self.validated(user)["password"], field="password")
        actions.erase_person(user_id=user.pk, actor_id=user.pk, verified=user, expected=self.expected)
        return Response(status=204)


@extend_schema(tags=["Oneself"])
class EraseMeView(ApiView):
    serializer_class = ErasureSerializer
    problems = (WrongPassword, LastSuperuser, TooManyAttempts, TooBusy)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        passwords.require(caller(request), self.validated()["password"], field="password")

    @extend_schema(operation_id="users_me_erase", responses={204: None})
    def post(self, request: Request) -> Response:
        """Erase oneself: all that is stored of the caller goes, and only the id stays."""
        user = caller(request)
        actions.erase_person(user_id=user.pk, actor_id=user.pk, verified=user)
        return Response(status=204)


@extend_schema(tags=["Oneself"])
class ExportView(ApiView):
    serializer_class = ExportSerializer
    has_etag = False
    problems = (TooManyAttempts,)

    @extend_schema(operation_id="users_me_export")
    def get(self, request: Request) -> Response:
        """All that is stored of the caller, but for secrets and hashes, running numbers and copies of what is there.

        Ten times an hour.
        """
        limit_actions.count_attempt(limits.EXPORT.of(caller_id(request)))
        return Response(self.get_serializer(reads.export_of(caller(request))).data)
