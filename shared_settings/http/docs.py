"""The documentation: the OpenAPI document, Swagger UI and ReDoc, all from this server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView


class SchemaView(SpectacularAPIView):
    renderer_classes = [OpenApiYamlRenderer, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiJsonRenderer2]
    authentication_classes = []
    permission_classes = []


class SwaggerView(SpectacularSwaggerView):
    authentication_classes = []
    permission_classes = []
    url_name = "schema"


class RedocView(SpectacularRedocView):
    """ReDoc from a template of our own: drf-spectacular's links a font of another host."""

    authentication_classes = []
    permission_classes = []
    url_name = "schema"
    template_name = "docs/redoc.html"


def to_docs(request: HttpRequest) -> HttpResponse:
    return redirect("docs")
