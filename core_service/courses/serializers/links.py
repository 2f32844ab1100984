"""Addresses that people will follow."""

from __future__ import annotations

from typing import Any

from django.core.validators import URLValidator

from shared_settings.http.serializers import TextField


class LinkField(TextField):
    """An http or https address; any other scheme (`javascript:`) could run in the reader's page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(URLValidator(schemes=("http", "https"), message="An http or https address is needed."))
