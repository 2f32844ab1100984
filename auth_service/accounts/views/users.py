"""People, as admins and other signed-in people see them."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from auth_service.accounts import actions
from auth_service.accounts.callers import caller_id, require_recent_sign_in
from auth_service.accounts.models import User
from auth_service.accounts.problems import EmailTaken, LastSuperuser, NoSuchUser
from auth_service.accounts.serializers.people import (
    ProfileSerializer,
    ProfilesQuery,
    RoleSerializer,
    UserChangesSerializer,
    UserDetailSerializer,
    UserSerializer,
    UsersQuery,
)
from auth_service.accounts.views.permissions import IsAdmin, SignedInRecently
from auth_service.login_sessions.authentication import ServiceOrPersonAuthentication
from auth_service.login_sessions.problems import ReauthenticationRequired
from shared_settings.etags import tag_of
from shared_settings.http.preconditions import is_not_modified
from shared_settings.http.views import ApiView, ListView


@extend_schema(tags=["Users"])
class UsersView(ListView):
    serializer_class = UserSerializer
    permission_classes = [IsAdmin]
    queryset = User.objects.all()
    query_class = UsersQuery

    @extend_schema(operation_id="users_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All people with an account."""
        return super().get(request, *args, **kwargs)


@extend_schema(tags=["Users"])
class UserView(ApiView):
    serializer_class = UserDetailSerializer
    permission_classes = [IsAdmin]
    problems = {
        "PATCH": (ReauthenticationRequired, EmailTaken, LastSuperuser),
        "DELETE": (ReauthenticationRequired, LastSuperuser),
    }

    def get_serializer_class(self) -> Any:
        return UserChangesSerializer if self.request.method == "PATCH" else UserDetailSerializer

    def get_permissions(self) -> list[Any]:
        recently = [SignedInRecently()] if self.request.method == "DELETE" else []
        return [*super().get_permissions(), *recently]

    def user(self, user_id: uuid.UUID) -> User:
        user: User | None = User.objects.filter(pk=user_id).first()
        if user is None:
            raise NoSuchUser
        return user

    @extend_schema(operation_id="users_retrieve", responses=UserDetailSerializer)
    def get(self, request: Request, user_id: uuid.UUID) -> Response:
        """One person."""
        return self.shown(self.user(user_id))

    @extend_schema(operation_id="users_partial_update", responses={200: UserDetailSerializer})
    def patch(self, request: Request, user_id: uuid.UUID) -> Response:
        """Change somebody, at once. Another email is not verified unless you say so with it.

        It needs a sign-in of the last 15 minutes, and the address before is told.
        """
        user = self.user(user_id)
        changes = self.validated(user, partial=True)
        if changes.get("email", user.email) != user.email:
            require_recent_sign_in(request)
        user = actions.change_user(
            user_id=user_id, changes=changes, actor_id=caller_id(request), expected=self.expected
        )
        return self.shown(user)

    @extend_schema(operation_id="users_destroy", responses={204: None})
    def delete(self, request: Request, user_id: uuid.UUID) -> Response:
        """Erase somebody: all that is stored of them goes, and only the id stays.

        Needs a sign-in of the last 15 minutes.
        """
        actions.erase_person(user_id=user_id, actor_id=caller_id(request), expected=self.expected)
        return Response(status=204)


@extend_schema(tags=["Users"])
class UserSessionsView(ApiView):
    permission_classes = [IsAdmin]
    has_etag = False
    serializer_class = serializers.Serializer

    @extend_schema(operation_id="users_sessions_destroy", responses={204: None})
    def delete(self, request: Request, user_id: uuid.UUID) -> Response:
        """Sign somebody out everywhere."""
        actions.sign_out_user(user_id=user_id, actor_id=caller_id(request))
        return Response(status=204)


@extend_schema(tags=["Users"])
class UserSecondFactorView(ApiView):
    permission_classes = [IsAdmin, SignedInRecently]
    has_etag = False
    serializer_class = serializers.Serializer

    @extend_schema(operation_id="users_mfa_destroy", responses={204: None})
    def delete(self, request: Request, user_id: uuid.UUID) -> Response:
        """Turn off the second factor of somebody who has lost it. Needs a sign-in of the last 15 minutes."""
        actions.remove_second_factor(user_id=user_id, actor_id=caller_id(request))
        return Response(status=204)


@extend_schema(tags=["Users"])
class AdminRoleView(ApiView):
    serializer_class = RoleSerializer
    permission_classes = [IsAdmin, SignedInRecently]
    problems = (NoSuchUser, LastSuperuser)

    @extend_schema(operation_id="auth_admin", responses={200: UserSerializer})
    def post(self, request: Request) -> Response:
        """Make somebody an admin, or an ordinary person again. Needs a sign-in of the last 15 minutes."""
        user = actions.set_superuser(actor_id=caller_id(request), **self.validated())
        return Response(UserSerializer(user).data)


@extend_schema(tags=["Users"])
class ProfilesView(ApiView):
    serializer_class = ProfileSerializer
    query_class = ProfilesQuery
    authentication_classes = [ServiceOrPersonAuthentication, *ApiView.authentication_classes]

    @extend_schema(operation_id="users_profiles", responses=ProfileSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What to show beside the ids of up to 100 people. Unknown ids are left out.

        For everybody who is signed in, and for services.
        """
        people = list(User.objects.filter(pk__in=self.params["id"]).order_by("pk").only("id", "full_name"))
        tag = tag_of(*((person.pk, person.full_name) for person in people))
        headers = {"ETag": tag, "Cache-Control": "private, max-age=60"}
        if is_not_modified(request, tag):
            return Response(status=304, headers=headers)
        return Response(self.get_serializer(people, many=True).data, headers=headers)
