"""The browsable API's renderer."""

from __future__ import annotations

from rest_framework.renderers import BrowsableAPIRenderer


class BrowsableRenderer(BrowsableAPIRenderer):
    """DRF's pages, signed in and out through the service's admin site.

    They have no filter form: our lists describe their parameters in the documentation.
    """

    template = "browsable/api.html"

    def get_filter_form(self, data: object, view: object, request: object) -> None:
        return None
