"""Forms of authored rows: the field rules of the API, and a place for what an action refuses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME

from core_service.courses.serializers.authored import AuthoredSerializer
from shared_settings.admin.forms import RowForm
from shared_settings.http.errors import field_errors
from shared_settings.problems import FieldError, Problem


class AuthoredForm(RowForm):
    """A row as its serializer takes it."""

    serializer_class: ClassVar[type[AuthoredSerializer]]

    def clean(self) -> dict[str, Any]:
        """Check as the API does, by the serializer."""
        serializer = self.serializer_class(data=self.given(), partial=True)
        if serializer.is_valid():
            self.cleaned_data |= serializer.validated_data
        else:
            self._add_errors(field_errors(serializer.errors))
        return self.cleaned_data

    def given(self) -> dict[str, Any]:
        """What a client of the API would send."""
        fields = {name: field for name, field in self.serializer_class().fields.items() if not field.read_only}
        return {
            name: str(value) if isinstance(value, uuid.UUID) else value
            for name, value in self.cleaned_data.items()
            if name in fields and (value is not None or fields[name].allow_null)
        }

    def _get_validation_exclusions(self) -> set[str]:
        """Leave unique constraints to the actions, which keep them under a lock and make room among siblings."""
        unique = (rule for rule in self._meta.model._meta.constraints if isinstance(rule, models.UniqueConstraint))
        return {*super()._get_validation_exclusions(), *(name for rule in unique for name in rule.fields)}  # type: ignore[misc]

    def add_refusal(self, problem: Problem) -> None:
        if problem.errors:
            self._add_errors(problem.errors)
        else:
            super().add_refusal(problem)

    def _add_errors(self, errors: Iterable[FieldError]) -> None:
        for error in errors:
            first, _, rest = error.pointer.removeprefix("/").partition("/")
            name = first if first in self.fields else first.removesuffix("_id")
            self.add_error(name if name in self.fields else None, f"{rest}: {error.detail}" if rest else error.detail)

    def changes(self) -> dict[str, Any]:
        """The stored fields whose values the person has changed."""
        stored = {field.name for field in self._meta.model._meta.concrete_fields}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in stored}


class PlaceField(forms.IntegerField):
    """A place among siblings."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Place", required=False, min_value=0, help_text="From 0. Left empty: at the end.", **kwargs
        )
        self.widget.attrs["style"] = "width: 4em"


class OrderedForm(AuthoredForm):
    order_index = PlaceField()


class ParentSelect(AutocompleteSelect):
    """Django asks the database for whatever was sent, and a malformed id is an error there."""

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        return super().optgroups(name, [given for given in value if _is_id(given)], attr)


def _is_id(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


class AuthoredFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Two places that seem to clash do not, since rows make room for each other.

        A row that is to go, and was refused to, is told of here, too: what its own form says would not stop the page.
        """
        rows: list[Any] = self.forms
        for form in rows:
            is_to_go = form.cleaned_data.get(DELETION_FIELD_NAME)
            if is_to_go and form.refusal is not None and form.refusal.prefix == form.prefix:
                raise forms.ValidationError("Nothing was saved: see the row that was to be deleted.")
