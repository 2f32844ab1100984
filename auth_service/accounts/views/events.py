"""What happened to people, for other services."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from auth_service.accounts import actions, reads
from auth_service.accounts.serializers.events import PersonEventPageSerializer, PersonEventsQuery
from auth_service.limits.problems import TooManyAttempts
from auth_service.login_sessions.authentication import ServiceAuthentication
from shared_settings.http.views import ApiView

EVENTS_A_PAGE = 100


@extend_schema(tags=["Services"])
class PersonEventsView(ApiView):
    is_polled = True
    has_etag = False
    serializer_class = PersonEventPageSerializer
    authentication_classes = [ServiceAuthentication]
    query_class = PersonEventsQuery
    problems = (TooManyAttempts,)

    @extend_schema(operation_id="auth_events")
    def get(self, request: Request) -> Response:
        """What happened to people since the `cursor` of the last answer, in one order for everybody.

        `user.erased` (kept for good), `user.renamed`, `user.deactivated` and `user.reactivated` (kept for a month);
        take no notice of other names. Up to 100 at once: ask again at once while `has_more`. Store the cursor together
        with what you do, since an answer may be lost: an event comes at least once, and none is left out. A cursor that
        is not known any more, since this service was restored from a backup, leads to the first event.
        """
        actions.number_person_events()
        page = reads.person_events_after(self.params["after"], EVENTS_A_PAGE)
        return Response(self.get_serializer(page).data, headers={"Cache-Control": "no-store"})
