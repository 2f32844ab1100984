"""What was done to accounts, for admins and for their owners."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from auth_service.accounts.callers import caller_id
from auth_service.accounts.serializers.audit import (
    AuditEntrySerializer,
    AuditQuery,
    PeriodQuery,
    SecurityEventSerializer,
)
from auth_service.accounts.views.permissions import IsAdmin
from auth_service.journal.models import AuditEntry
from shared_settings.http.views import ListView


class EntriesView(ListView):
    queryset = AuditEntry.objects.none()
    own_params = frozenset({"from", "to"})

    def in_period(self, entries: Any) -> Any:
        """Those between `from` and `to`."""
        bounds = {"at__gte": self.params.get("from"), "at__lt": self.params.get("to")}
        return entries.filter(**{name: value for name, value in bounds.items() if value is not None})


@extend_schema(tags=["Users"])
class AuditView(EntriesView):
    serializer_class = AuditEntrySerializer
    permission_classes = [IsAdmin]
    query_class = AuditQuery

    def get_queryset(self) -> Any:
        return self.in_period(AuditEntry.objects.all())

    @extend_schema(operation_id="auth_audit_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who did what to whom, the newest first. Entries are only ever added."""
        return super().get(request, *args, **kwargs)


@extend_schema(tags=["Oneself"])
class SecurityEventsView(EntriesView):
    serializer_class = SecurityEventSerializer
    query_class = PeriodQuery

    def get_queryset(self) -> Any:
        return self.in_period(AuditEntry.objects.filter(kind="user", object_id=caller_id(self.request)))

    @extend_schema(operation_id="users_me_security_events_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What happened to one's own account, the newest first: sign-ins, ended sessions, changes of password, email,
        second factor and role."""
        return super().get(request, *args, **kwargs)
