"""The documentation: the OpenAPI document, Swagger UI and ReDoc, all from this server."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.views import APIView

from shared_settings.http.errors import MethodNotAllowed, problem_response
from shared_settings.http.query import QuerySerializer, read_query

# ReDoc's bundle asks another host for its maker's logo, and has no option against it: the browser refuses that.
_ONLY_FROM_HERE = "default-src 'self' 'unsafe-inline' data: blob:; object-src 'none'; base-uri 'none'"


class Documentation(APIView):
    """For everybody; as strict as any call, and its errors are problems, whatever it shows else."""

    authentication_classes = []
    permission_classes = []
    http_method_names = ["get", "head"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            read_query(request, QuerySerializer)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        problem = getattr(response, "problem", None)
        answer: Any = problem_response(problem) if problem else response
        return super().finalize_response(request, answer, *args, **kwargs)


class SchemaView(Documentation, SpectacularAPIView):
    renderer_classes = [OpenApiYamlRenderer, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiJsonRenderer2]


class Page(Documentation):
    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Content-Security-Policy"] = _ONLY_FROM_HERE
        return answer


class SwaggerView(Page, SpectacularSwaggerView):
    url_name = "schema"


class RedocView(Page, SpectacularRedocView):
    """ReDoc from a template of our own: drf-spectacular's links a font of another host."""

    url_name = "schema"
    template_name = "docs/redoc.html"


def to_docs(request: HttpRequest) -> HttpResponse:
    return _led(request, "docs")


def to_icon(request: HttpRequest) -> HttpResponse:
    """For what browsers ask of every host."""
    return _led(request, static("drf_spectacular_sidecar/swagger-ui-dist/favicon-32x32.png"))


def _led(request: HttpRequest, place: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return problem_response(MethodNotAllowed(headers={"Allow": "GET, HEAD"}))
    return redirect(place)
