"""The browsable API's renderer."""

from __future__ import annotations

from rest_framework.renderers import BrowsableAPIRenderer


class BrowsableRenderer(BrowsableAPIRenderer):
    """DRF's pages without their filter form: our lists describe their parameters in the documentation."""

    def get_filter_form(self, data: object, view: object, request: object) -> None:
        return None
