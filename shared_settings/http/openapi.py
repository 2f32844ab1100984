"""OpenAPI: what every call has, written once; a view adds only what is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import (
    ResolvedComponent,
    build_array_type,
    build_basic_type,
    build_object_type,
    force_instance,
    get_doc,
    is_list_serializer,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from shared_settings.http import errors
from shared_settings.http.authentication import TokenRefused
from shared_settings.http.errors import InternalError, ParseError, Unauthenticated, UnsupportedMediaType
from shared_settings.http.idempotency import BadIdempotencyKey, IdempotencyKeyReused, StillRunning
from shared_settings.http.middleware import BodyTooLarge, LengthRequired
from shared_settings.http.permissions import AllowAny
from shared_settings.http.serializers import shown_as
from shared_settings.http.views import ApiView, ListView
from shared_settings.problems import Forbidden, Invalid, NotFound, PreconditionFailed, Problem

EXAMPLE_ID = "019acf52-0479-7042-8b34-23b98c63a9a8"


@shown_as(pointer="/title", code="required", detail="It is missing.")
class FieldErrorSchema(serializers.Serializer):
    pointer = serializers.CharField(help_text="A JSON Pointer into the body, or `?name` of a query parameter.")
    code = serializers.CharField()
    detail = serializers.CharField()

    class Meta:
        ref_name = "FieldError"


@shown_as(
    type=f"urn:course-platform:problem:{Invalid.code}",
    title=Invalid.title,
    status=Invalid.status,
    detail=Invalid.detail,
    code=Invalid.code,
    request_id=EXAMPLE_ID,
)
class ProblemSchema(serializers.Serializer):
    """An error (RFC 9457). Decide by `code`; show `title` and `detail`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable and machine-readable.")
    request_id = serializers.CharField(help_text="Name it when you report the error.")
    errors = FieldErrorSchema(  # type: ignore[assignment]
        many=True, required=False, help_text="With 400: all that is wrong, at once."
    )

    class Meta:
        ref_name = "Problem"


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="Write only if the row still has this ETag; else 412."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="Answer 304 when the row still has this ETag."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    OpenApiParameter.HEADER,
    description="A fresh random value for each new request: a retry with the same value gets the first answer again.",
)


HEADERS = {
    "Accept-Ranges": "`bytes`: `Range` may ask for some.",
    "Content-Range": "Which bytes these are, and of how many: `bytes 0-99/1234`; with 416 `bytes */1234`.",
    "ETag": "Names what was answered, for `If-Match` and `If-None-Match`.",
    "Location": "The whole URL of it.",
    "Retry-After": "After how many seconds to try again.",
    "WWW-Authenticate": "How to say who one is: `Bearer` (RFC 6750).",
}
_HEADERS_OF_STATUS = {
    "201": ["Location"],
    "206": ["Accept-Ranges", "Content-Range"],
    "302": ["Location"],
    "401": ["WWW-Authenticate"],
    "416": ["Content-Range"],
    "429": ["Retry-After"],
    "503": ["Retry-After"],
}


def _example(problem: type[Problem]) -> dict[str, Any]:
    return errors.body_of(problem.example()) | {"request_id": EXAMPLE_ID}


def _own_doc(described: type) -> str:
    return str(get_doc(described)) if vars(described).get("__doc__") else ""


class Schema(AutoSchema):
    """drf-spectacular's description of a view, with our parameters, lists and problems."""

    view: ApiView

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Whether an answer is several rows: a page of a list, or a plain list of rows."""
        return is_list_serializer(serializer) or (isinstance(self.view, ListView) and self.method == "GET")

    def _is_create_operation(self) -> bool:
        """A POST to a list makes a row (201); any other is an action (200)."""
        return self.method == "POST" and isinstance(self.view, ListView)

    def get_description(self) -> str:
        """The docstring of the method, else of the view itself; never that of a base class."""
        view, name = type(self.view), (self.method or "").lower()
        owner = next((base for base in view.__mro__ if name in vars(base)), None)
        own = get_doc(getattr(view, name, None)) if owner and owner not in (ApiView, ListView) else ""
        # What a list says of itself is what it lists; a POST to it is another matter.
        return str(own or ("" if self._is_create_operation() else _own_doc(view)))

    def get_summary(self) -> str | None:
        """The first sentence of the description, for a view that gives no summary of its own."""
        first, _, _ = self.get_description().partition("\n\n")
        return re.split(r"[.:](?: |$)", " ".join(first.split()))[0] or None

    def get_override_parameters(self) -> list[Any]:
        view, headers = self.view, []
        if self._answers_not_modified():
            headers.append(IF_NONE_MATCH)
        if self._takes_if_match():
            headers.append(IF_MATCH)
        if self.method == "POST" and view.replays:
            headers.append(IDEMPOTENCY_KEY)
        query_class = view.query_class_of(self.method)
        query = [query_class] if query_class().fields else []
        return [*query, *headers]

    def _answers_not_modified(self) -> bool:
        return self.method == "GET" and self.view.has_etag and not isinstance(self.view, ListView)

    def _takes_if_match(self) -> bool:
        return self.method in ("PUT", "PATCH", "DELETE") and self.view.has_etag

    def get_auth(self) -> list[Any]:
        """Nothing for a call that needs no token and tells nobody more; `{}` beside others where a token tells more."""
        named = super().get_auth()
        return [] if AllowAny in self.view.permission_classes else named

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation.setdefault("security", [])
        return operation

    def _problems(self) -> Iterator[type[Problem]]:
        """All refusals of this call that a client may want to tell apart."""
        view, named = self.view, self.get_auth()
        sends_body = self.method in ("POST", "PUT", "PATCH")
        replays = self.method == "POST" and view.replays
        yield Invalid
        yield from view.problems_of(self.method)
        for permission in view.permission_classes:
            yield from getattr(permission, "problems", ())
        if sends_body:
            yield from (ParseError, LengthRequired, BodyTooLarge, UnsupportedMediaType)
        if replays:
            yield from (BadIdempotencyKey, StillRunning, IdempotencyKeyReused)
        if named and {} not in named:
            yield from (Unauthenticated, Forbidden)
        if view.authentication_classes:
            yield TokenRefused
        if "{" in self.path:
            yield NotFound
        if self._takes_if_match():
            yield PreconditionFailed

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        found: dict[str, dict[str, type[Problem]]] = {}
        for problem in self._problems():
            found.setdefault(str(problem.status), {})[problem.code] = problem
        found["default"] = {InternalError.code: InternalError}
        for status, problems in found.items():
            bodies.setdefault(status, self._problem_response(status, problems))
        if self._answers_not_modified():
            bodies["304"] = {"description": "Not modified: the caller has it already."}
        for status, answer in bodies.items():
            if "$ref" not in answer and (named := self._headers_of(status, has_parts="206" in bodies)):
                answer["headers"] = named
        return dict(sorted(bodies.items()))

    def _headers_of(self, status: str, *, has_parts: bool) -> dict[str, Any]:
        """References to what is written once of each header that an answer of this status has."""
        names = list(_HEADERS_OF_STATUS.get(status, ()))
        if status == "200" and has_parts:
            names.append("Accept-Ranges")
        shows_row = self._answers_not_modified() or self._is_create_operation() or self.method in ("PUT", "PATCH")
        if status in ("200", "201", "206", "304") and shows_row and self.view.has_etag:
            names.append("ETag")
        return {name: self._header(name) for name in names}

    def _header(self, name: str) -> dict[str, Any]:
        kind = "integer" if name == "Retry-After" else "string"
        header = {"description": HEADERS[name], "schema": {"type": kind}}
        component = ResolvedComponent(name=name, type=ResolvedComponent.HEADER, schema=header, object=name)
        self.registry.register_on_missing(component)
        reference: dict[str, Any] = component.ref
        return reference

    def _problem_response(self, status: str, problems: dict[str, type[Problem]]) -> dict[str, Any]:
        """A reference to what is written once for all calls that have just these problems at this status."""
        problem = self.resolve_serializer(force_instance(ProblemSchema), "response").ref
        examples = {code: {"value": _example(one)} for code, one in problems.items()}
        described = [f"`{code}`: {one.title}" for code, one in problems.items()]
        schema: dict[str, Any] = {
            "content": {"application/problem+json": {"schema": problem, "examples": examples}},
            "description": "Any other problem." if status == "default" else " ".join(described),
        }
        if status in _HEADERS_OF_STATUS:
            schema["headers"] = {name: self._header(name) for name in _HEADERS_OF_STATUS[status]}
        response = ResolvedComponent(
            name="-".join((status, *problems)), type=ResolvedComponent.RESPONSE, schema=schema, object=Problem
        )
        self.registry.register_on_missing(response)
        reference: dict[str, Any] = response.ref
        return reference

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any, **kwargs: Any) -> Any:
        answer = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        if self._is_list_view() and status_code == "200":
            self._as_page(answer)
        return answer

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """A component: described by its own docstring, not by a base's; an answered row has all of its fields."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        serializer = force_instance(serializer)
        if not _own_doc(type(serializer)):
            schema.pop("description", None)
        if direction == "response":
            for name, example in getattr(serializer, "field_examples", {}).items():
                schema["properties"][name]["example"] = example
        if direction == "response" and isinstance(serializer, serializers.ModelSerializer) and schema["properties"]:
            schema["required"] = sorted(schema["properties"])
        return schema

    def _as_page(self, answer: dict[str, Any]) -> None:
        for media in answer["content"].values():
            schema = media["schema"]
            link = {**(build_basic_type(OpenApiTypes.URI) or {}), "nullable": True, "example": None}
            rows = schema if schema.get("type") == "array" else build_array_type(schema)
            properties = {
                "count": {"type": "integer", "description": "Exact up to 10,000, and then 10,000.", "example": 1},
                "count_is_exact": {"type": "boolean", "example": True},
                "next": link,
                "previous": link,
                "results": rows,
            }
            media["schema"] = build_object_type(properties=properties, required=list(properties))


class AccessTokenScheme(OpenApiAuthenticationExtension):
    target_class = "shared_settings.http.authentication.BearerAuthentication"
    match_subclasses = True
    priority = 1  # before drf-spectacular's own of SimpleJWT
    name = "accessToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access` token that `POST /auth/login` of the Auth service answers.",
        }


class PageSessionScheme(OpenApiAuthenticationExtension):
    """The cookie is for people who look at the pages, so that no client needs to hear of it."""

    target_class = "shared_settings.http.authentication.PageSession"
    match_subclasses = True
    priority = 1
    name: list[str] = []

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[Any]:
        return []

    def get_security_definition(self, auto_schema: AutoSchema) -> list[Any]:
        return []
