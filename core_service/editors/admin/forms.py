"""Forms of authored rows: the field rules of the API, and a place for what an action refuses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models

from core_service.courses.serializers.authored import AuthoredSerializer
from shared_settings.etags import Expected, row_etag
from shared_settings.http.errors import field_errors
from shared_settings.problems import FieldError, PreconditionFailed, Problem

CHANGED_MEANWHILE = (
    "Somebody else has changed this meanwhile, so nothing was saved. What you typed is still here: "
    "open the page once more in another tab to see what it is now."
)


@dataclass(frozen=True)
class Refusal:
    """What an action refused, and the prefix of the form whose row it was."""

    problem: Problem
    prefix: str | None


class Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.problem.title)
        self.refusal = refusal


class AuthoredForm(forms.ModelForm):
    """A row as its serializer takes it; a page that is shown again after a refusal is told it by `refusal`."""

    serializer_class: ClassVar[type[AuthoredSerializer]]
    refusal: ClassVar[Refusal | None] = None

    etag = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["etag"] = row_etag(self.instance)

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

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal is not None and self.refusal.prefix == self.prefix:
            self._add_refusal(self.refusal.problem)

    def _add_refusal(self, problem: Problem) -> None:
        if isinstance(problem, PreconditionFailed):
            self.add_error(None, CHANGED_MEANWHILE)
        elif problem.errors:
            self._add_errors(problem.errors)
        else:
            self.add_error(None, f"{problem.title} {problem.detail}".strip())

    def _add_errors(self, errors: Iterable[FieldError]) -> None:
        for error in errors:
            first, _, rest = error.pointer.removeprefix("/").partition("/")
            name = first if first in self.fields else first.removesuffix("_id")
            self.add_error(name if name in self.fields else None, f"{rest}: {error.detail}" if rest else error.detail)

    def changes(self) -> dict[str, Any]:
        """The stored fields whose values the person has changed."""
        stored = {field.name for field in self._meta.model._meta.concrete_fields}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in stored}

    @property
    def expected(self) -> Expected | None:
        """The row as it was when the page was made."""
        tag = self.cleaned_data.get("etag")
        return Expected.of([tag]) if tag else None


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
        """Nothing: two places that seem to clash do not, since rows make room for each other."""
