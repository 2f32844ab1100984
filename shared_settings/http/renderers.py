"""The browsable API's renderer."""

from __future__ import annotations

import re
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from rest_framework.renderers import BrowsableAPIRenderer

from shared_settings.http.errors import MEDIA_TYPE
from shared_settings.problems import Problem


class BrowsableRenderer(BrowsableAPIRenderer):
    """DRF's pages, signed in and out through the service's admin site.

    They have no filter form: our lists describe their parameters in the documentation.
    """

    template = "browsable/api.html"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> str:
        """The page; its forms send no parameters of reading along, which a strict view would refuse."""
        page: str = super().render(data, accepted_media_type, renderer_context)
        address = renderer_context["request"].get_full_path()
        path, _, _ = address.partition("?")
        return page.replace(f'<form action="{escape(address)}"', f'<form action="{escape(path)}"')

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # Styles for a highlighter that is only there where a developer's tools are installed.
        context: dict[str, Any] = super().get_context(*args, **kwargs) | {"code_style": ""}
        if context["response"].exception:
            context["response_headers"]["Content-Type"] = MEDIA_TYPE
        return context

    def get_description(self, view: Any, status_code: int) -> SafeString:
        """The docstring, escaped by DRF, with its `names` set as code."""
        return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", super().get_description(view, status_code)))  # noqa: S308

    def show_form_for_method(self, view: Any, method: str, request: Any, obj: Any) -> Any:
        """No form for what the caller may not do: a permission may also refuse by a `Problem`."""
        try:
            return super().show_form_for_method(view, method, request, obj)
        except Problem:
            return False

    def get_filter_form(self, data: object, view: object, request: object) -> None:
        return None
