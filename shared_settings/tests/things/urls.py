"""Views of things, as a service would write them."""

from __future__ import annotations

from uuid import UUID

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from shared_settings.http.parsers import StrictJSONParser
from shared_settings.http.permissions import AllowAny
from shared_settings.http.query import ListQuery, OrderingField, SearchField
from shared_settings.http.serializers import FlagField, StrictModelSerializer
from shared_settings.http.urls import path, service_urls
from shared_settings.http.views import ApiView, ListView
from shared_settings.problems import Problem, Unavailable
from shared_settings.tests.things.models import Thing

handler400 = "shared_settings.http.errors.bad_request"
handler404 = "shared_settings.http.errors.unknown_path"
handler500 = "shared_settings.http.errors.server_error"


class TooManyThings(Problem):
    status = 409
    code = "too_many_things"
    title = "There are too many things."


class ThingSerializer(StrictModelSerializer):
    fixed_fields = ("owner_id",)

    class Meta:
        model = Thing
        fields = ["id", "title", "kind", "points", "rank", "is_new", "owner_id", "created_at"]
        read_only_fields = ["id", "created_at"]


class ThingsQuery(ListQuery):
    is_new = FlagField(required=False)
    search = SearchField("title")
    ordering = OrderingField("title", "rank", "created_at", default="-created_at")


class Things(ListView):
    permission_classes = [AllowAny]
    queryset = Thing.objects.all()
    serializer_class = ThingSerializer
    query_class = ThingsQuery
    parser_classes = [StrictJSONParser, MultiPartParser]

    def post(self, request: Request) -> Response:
        values = self.validated()
        thing = Thing.objects.create(**values)
        if thing.title == "refused after it was written":
            raise TooManyThings
        if thing.title == "failed after it was written":
            raise RuntimeError("on purpose")
        return self.shown(thing, status=201, location=f"/api/v1/things/{thing.id}")


class OneThing(ApiView):
    permission_classes = [AllowAny]
    queryset = Thing.objects.all()
    serializer_class = ThingSerializer
    lookup_url_kwarg = "thing_id"

    def get(self, request: Request, thing_id: UUID) -> Response:
        return self.shown(self.get_object())

    def patch(self, request: Request, thing_id: UUID) -> Response:
        thing = self.get_object()
        for name, value in self.validated(thing, partial=True).items():
            setattr(thing, name, value)
        thing.save()
        return self.shown(thing)


def broken(request: object) -> None:
    raise RuntimeError("the secret token=abcdef must not be told")


def busy(request: object) -> None:
    raise Unavailable


urlpatterns = service_urls(
    [path("things/", Things.as_view()), path("things/<uuid:thing_id>", OneThing.as_view())],
    [path("broken", broken), path("busy", busy)],
)
