"""Strict shapes: unknown fields are refused, read-only ones may only repeat what is stored, values keep their type."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import models
from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from shared_settings.http.errors import MOST_ERRORS, Place, pointer_part
from shared_settings.problems import there_is_no

_ALWAYS: dict[str, Any] = {"required": "It is missing.", "null": "It may not be null."}
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NUMBER: dict[str, Any] = _ALWAYS | {"max_value": "At most {max_value}.", "min_value": "At least {min_value}."}


def _is_visible(text: str) -> bool:
    """Whether there is more than space, control characters and those that only format (a joiner, a direction)."""
    return any(not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf") for letter in text)


class TextField(serializers.CharField):
    """Text that was sent as text: numbers are not made into it."""

    default_error_messages = _ALWAYS | {
        "invalid": "A text is needed.",
        "blank": "It may not be blank.",
        "max_length": "At most {max_length} characters.",
        "min_length": "At least {min_length} characters.",
    }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if self.trim_whitespace and not self.allow_blank and isinstance(data, str) and not _is_visible(data):
            self.fail("blank")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ChoiceField(serializers.ChoiceField):
    """One of the choices, sent as text."""

    default_error_messages = _ALWAYS | {"invalid_choice": "Take one of these: {choices}."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choice_strings_to_values:
            self.fail("invalid_choice", choices=", ".join(self.choice_strings_to_values))
        return self.choice_strings_to_values[data]


def _comes_as_text(field: serializers.Field) -> bool:
    """Whether the value is of a form or a query string, which can send nothing but text."""
    return isinstance(getattr(field.root, "initial_data", None), QueryDict) or getattr(field.root, "is_query", False)


class WholeNumberField(serializers.IntegerField):
    """A JSON integer; text only where nothing else can be sent."""

    default_error_messages = _NUMBER | {"invalid": "A whole number is needed."}

    def to_internal_value(self, data: Any) -> int:
        is_number = isinstance(data, int) and not isinstance(data, bool)
        is_text = isinstance(data, str) and re.fullmatch(r"-?[0-9]{1,20}", data) and _comes_as_text(self)
        if not is_number and not is_text:
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.BooleanField):
    """true or false; as text only where nothing else can be sent."""

    TRUE_VALUES = {True, "true", "True"}
    FALSE_VALUES = {False, "false", "False"}
    NULL_VALUES: set[Any] = {None}
    default_error_messages = _ALWAYS | {"invalid": "It is true or false."}

    def to_internal_value(self, data: Any) -> bool:
        is_text = isinstance(data, str) and _comes_as_text(self)
        if not is_text and not isinstance(data, bool):  # 1 == True, and a list cannot be looked up
            self.fail("invalid", input=data)
        return super().to_internal_value(data)


class DecimalTextField(serializers.DecimalField):
    """An exact number as text, without needless zeros: "2.5". Takes a number, too."""

    default_error_messages = _NUMBER | {
        "invalid": "A number is needed.",
        "max_digits": "At most {max_digits} digits.",
        "max_decimal_places": "At most {max_decimal_places} decimals.",
        "max_whole_digits": "At most {max_whole_digits} digits before the point.",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str | int | float | Decimal) or isinstance(data, bool):
            self.fail("invalid")
        if isinstance(data, str) and not _DECIMAL.fullmatch(data.strip()):  # Python also reads 1_0, and more
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> Any:
        return plain_decimal(Decimal(str(value)))


@extend_schema_field(serializers.FloatField)
class NumberField(DecimalTextField):
    """A number with few decimals, sent as a JSON number."""

    def to_representation(self, value: Any) -> Any:
        number = Decimal(str(value))
        return int(number) if number == number.to_integral_value() else float(number)


class ListField(serializers.ListField):
    """A JSON array; in a query string a parameter that may be repeated."""

    default_error_messages = _ALWAYS | {
        "not_a_list": "A list is needed.",
        "min_length": "At least {min_length}.",
        "max_length": "At most {max_length}.",
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)  # DRF counts after it has looked at each
        return super().to_internal_value(data)

    def run_child_validation(self, data: Any) -> Any:
        """As DRF's, but for that it looks no further than anybody is told."""
        values: list[Any] = []
        errors: dict[Any, Any] = {}
        for place, value in enumerate(data):
            try:
                values.append(self.child.run_validation(value))
            except serializers.ValidationError as error:
                errors[place] = error.detail
                if len(errors) == MOST_ERRORS:
                    break
        if errors:
            raise serializers.ValidationError(errors)
        return values


class UUIDField(serializers.UUIDField):
    """A UUID in its usual form, as text."""

    default_error_messages = _ALWAYS | {"invalid": "A UUID is needed."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=str(data)[:100])
        return super().to_internal_value(data)


def plain_decimal(value: Decimal) -> str:
    """2.50 → "2.5", 100.00 → "100"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sent_as(title: str, **fields: Any) -> Any:
    """Decorates a serializer with an example of a body, for the documentation; the topmost of several comes last."""
    example = OpenApiExample(title, value=fields, request_only=True)

    def decorated(serializer: Any) -> Any:
        before = vars(serializer).get("_spectacular_annotation", {}).get("examples", [])
        return extend_schema_serializer(examples=[*before, example])(serializer)

    return decorated


def shown_as(**fields: Any) -> Any:
    """Decorates a serializer with examples of its fields, for the documentation of answers, lists and rows in rows."""

    def decorated(serializer: Any) -> Any:
        serializer.field_examples = fields
        return serializer

    return decorated


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=JSONEncoder))


class Strict:
    """Mixed into serializers: says of every field that is unknown, or read-only and changed, what is wrong with it."""

    fixed_fields: tuple[str, ...] = ()  # given when a row is made, and read-only from then on
    noun = "field"
    default_error_messages = _ALWAYS | {"invalid": "A JSON object is needed."}

    def get_fields(self) -> dict[str, serializers.Field]:
        fields: dict[str, serializers.Field] = super().get_fields()  # type: ignore[misc]
        if getattr(self, "instance", None) is not None:
            for name in self.fixed_fields:
                fields[name].read_only = True
                fields[name].required = False
        return fields

    def to_internal_value(self, data: Any) -> Any:
        wrong: dict[str, Any] = {}
        if isinstance(data, Mapping):
            wrong = {
                name if name in self.fields else Place(pointer_part(name)): errors  # type: ignore[attr-defined]
                for name, errors in self._refused(data).items()
            }
        try:
            value = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            raise serializers.ValidationError({**error.detail, **wrong}) from None
        if wrong:
            raise serializers.ValidationError(wrong)
        return value

    def _refused(self, data: Mapping[str, Any]) -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        current: Any = None
        fields: Mapping[str, serializers.Field] = self.fields  # type: ignore[attr-defined]
        if unknown := list(islice((name for name in data if name not in fields), MOST_ERRORS)):
            known = there_is_no(self.noun, [name for name, field in fields.items() if not field.read_only])
            wrong = {name: [serializers.ErrorDetail(known, code="unknown_field")] for name in unknown}
        if getattr(self, "instance", None) is not None and not self.partial:  # type: ignore[attr-defined]
            missing = serializers.ErrorDetail(_ALWAYS["required"], code="required")
            wrong |= {name: [missing] for name in self.fixed_fields if name not in data}
        for name, value in data.items():
            field = fields.get(name)
            if field is not None and field.read_only:
                instance = getattr(self, "instance", None)
                if current is None:
                    current = _as_json(self.to_representation(instance)) if instance is not None else {}  # type: ignore[attr-defined]
                if name not in current or current[name] != value:
                    text = "It cannot be changed. Read the row again, or leave this field out."
                    wrong[name] = [serializers.ErrorDetail(text, code="read_only")]
        return wrong


class StrictSerializer(Strict, serializers.Serializer):
    pass


class StrictModelSerializer(Strict, serializers.ModelSerializer):
    """Fields of a model; unique constraints are the actions' to refuse, under their lock."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: TextField,
        models.TextField: TextField,
        models.IntegerField: WholeNumberField,
        models.PositiveIntegerField: WholeNumberField,
        models.BooleanField: FlagField,
        models.DecimalField: DecimalTextField,
        models.UUIDField: UUIDField,
    }
    serializer_choice_field = ChoiceField

    def get_validators(self) -> list[Any]:
        return []

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        field_class, arguments = super().build_standard_field(field_name, model_field)
        arguments["validators"] = [
            check for check in arguments.get("validators", []) if type(check).__name__ != "UniqueValidator"
        ]
        if not arguments["validators"]:
            del arguments["validators"]
        return field_class, arguments
