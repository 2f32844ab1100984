"""Addresses, names and passwords as they are sent."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from auth_service.accounts import passwords, rules
from shared_settings.http.serializers import TextField

LONGEST_EMAIL = 254
LONGEST_NAME = 200
EXAMPLE_PASSWORD = "copper-lantern-river-47"  # noqa: S105 (of nobody)


@extend_schema_field({"type": "string", "format": "email", "maxLength": LONGEST_EMAIL})
class EmailField(TextField):
    """An address that mail can be sent to, as it was given."""

    default_error_messages = {"email": "It is not an email address."}
    _is_well_formed = EmailValidator()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_EMAIL, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        if isinstance(value, str):
            try:
                self._is_well_formed(value)
                rules.email_key(value)
            except (ValidationError, ValueError):
                self.fail("email")
        return value


class NameField(TextField):
    """One line of text."""

    default_error_messages = {"control_character": "It may have no control characters."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_NAME, allow_null=True, required=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if any(unicodedata.category(letter) == "Cc" for letter in value):
            self.fail("control_character")
        return value


class PasswordField(TextField):
    """A password as it was typed: blanks count, also at the ends."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", passwords.LONGEST)
        super().__init__(trim_whitespace=False, write_only=True, style={"input_type": "password"}, **kwargs)


class NewPasswordField(PasswordField):
    """A password that somebody is about to have."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if len(value) <= passwords.LONGEST and (faults := passwords.faults_of(value, email="")):
            raise serializers.ValidationError(
                [serializers.ErrorDetail(sentence, code=code) for code, sentence in faults]
            )
        return value
