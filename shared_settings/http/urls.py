"""Routes that answer with and without their trailing slash, without a redirect, and what both services serve alike."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.urls import include, re_path
from django.urls import path as django_path
from django.urls.conf import _path  # type: ignore[attr-defined]
from django.urls.resolvers import RoutePattern

from shared_settings.http import docs, errors, health


class EitherSlash(RoutePattern):
    """A route in the contract's form that also matches with its trailing slash added or left out."""

    def match(self, path: str) -> Any:
        found = super().match(path)
        if found is None and path.endswith("/") != str(self).endswith("/"):
            found = super().match(path.removesuffix("/") if path.endswith("/") else path + "/")
        return found


path = partial(_path, Pattern=EitherSlash)


def service_urls(api: list[Any], outside: list[Any]) -> list[Any]:
    """All routes of a service: its API under the prefix, what lies outside, and what both services have."""
    return [
        path("", docs.to_docs),
        path("favicon.ico", docs.to_icon),
        path("healthz", health.alive),
        path("readyz", health.ready),
        path("metrics", health.prometheus),
        *outside,
        django_path(
            f"{settings.API_PREFIX}/",
            include(
                [
                    path("schema", docs.SchemaView.as_view(), name="schema"),
                    path("docs", docs.SwaggerView.as_view(), name="docs"),
                    path("redoc", docs.RedocView.as_view(), name="redoc"),
                    *api,
                ]
            ),
        ),
        re_path(r"", errors.unknown_path),
    ]
