"""The base of every view: strict parameters, preconditions, retries, problems and pages, once for both services."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from shared_settings.etags import Expected, check_expected, row_etag
from shared_settings.http import errors, idempotency, pagination
from shared_settings.http.preconditions import expected_by, is_not_modified
from shared_settings.http.query import ListQuery, QuerySerializer, read_query
from shared_settings.problems import Problem


class ApiView(GenericAPIView):
    """One row or one action. `self.params` holds the validated query parameters."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    pagination_class = None
    filter_backends = ()
    query_class: type[QuerySerializer] = QuerySerializer
    replays = True  # False where an answer holds a token: a retry then runs again
    is_polled = False  # True where services ask every few seconds: what is answered is then logged at DEBUG
    has_etag = True  # False where what is shown or deleted has no version that a caller could name
    # For the documentation: refusals beyond those that every call has, of every method or by method.
    problems: Collection[type[Problem]] | Mapping[str, Collection[type[Problem]]] = ()
    params: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            return  # 405 comes next, and says more than what its parameters are
        self.params = read_query(request, self.query_class_of(request.method))
        if request.method == "POST":
            handler = getattr(self, "post")  # noqa: B009 (not every view has it)
            self.post = partial(idempotency.once, self, handler)

    def query_class_of(self, method: str | None) -> type[QuerySerializer]:
        """The parameters of this method."""
        return self.query_class

    def problems_of(self, method: str | None) -> Collection[type[Problem]]:
        """The refusals that only this call has."""
        return self.problems.get(method or "", ()) if isinstance(self.problems, Mapping) else self.problems

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What a POST does before any transaction: hash a password, store a file."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if getattr(response, "exception", False) and response.accepted_renderer.format == "json":
            response.content_type = errors.MEDIA_TYPE
        return response

    @property
    def expected(self) -> Expected | None:
        """What `If-Match` asks of the row; hand it to the action."""
        return expected_by(self.request)

    def validated(self, instance: Model | None = None, *, partial: bool = False) -> dict[str, Any]:
        """The body, checked by the view's serializer; raises DRF's ValidationError with all that is wrong.

        `instance` is the row that it changes. A stale caller hears of that first; the action decides it again, under
        its lock.
        """
        if instance is not None:
            check_expected(self.expected, instance)
        serializer = self.get_serializer(instance, data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def etag_of(self, row: Any) -> str:
        return row_etag(row)

    def body_of(self, row: Any) -> Any:
        return self.get_serializer(row).data

    def shown(self, row: Any, *, status: int = 200, location: str | None = None) -> Response:
        """The row with its ETag; 304 when the caller has it already."""
        tag = self.etag_of(row)
        is_page = self.request.accepted_renderer.format == "api"
        if not is_page and is_not_modified(self.request, tag):
            return Response(status=304, headers={"ETag": tag})
        headers = {} if is_page else {"ETag": tag}
        if location:
            headers["Location"] = self.request.build_absolute_uri(location)
        return Response(self.body_of(row), status=status, headers=headers)


class ListView(ApiView):
    """A list in keyset pages.

    Parameters that are neither `cursor`, `page_size`, `ordering` nor `search` narrow the queryset by equality, unless
    the view names them in `own_params` and reads them in `get_queryset`.
    """

    query_class = ListQuery
    default_ordering: tuple[str, ...] = ("id",)
    own_params: frozenset[str] = frozenset()
    _of_every_list: ClassVar[frozenset[str]] = frozenset({"cursor", "page_size", "ordering", "search"})

    def query_class_of(self, method: str | None) -> type[QuerySerializer]:
        return self.query_class if method in ("GET", "HEAD") else QuerySerializer

    def made(self, row: Any) -> Response:
        """The new row, and where it is."""
        return self.shown(row, status=201, location=f"{self.request.path.rstrip('/')}/{row.pk}")

    def narrowed(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """The rows that the caller's parameters ask for."""
        for name, value in self.params.items():
            if name not in self._of_every_list and name not in self.own_params:
                queryset = queryset.filter(**{name: value})
        return queryset.filter(self.params.get("search", Q()))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = pagination.page_of(
            self.narrowed(self.get_queryset()),
            self.params.get("ordering", self.default_ordering),
            self.params["page_size"],
            self.params.get("cursor"),
        )
        here = request.build_absolute_uri()
        return Response(
            {
                "count": page.count,
                "count_is_exact": page.count_is_exact,
                "next": page.next and replace_query_param(here, "cursor", page.next),
                "previous": page.previous and replace_query_param(here, "cursor", page.previous),
                "results": self.get_serializer(page.rows, many=True).data,
            }
        )
