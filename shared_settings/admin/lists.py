"""Lists of rows, narrowed by what their pages offer and by nothing else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.http import HttpRequest

from shared_settings.problems import FieldError, Invalid

LONGEST_SEARCH = 200  # as in the API: each word makes the statement deeper, and SQLite bounds its depth


class SearchForm(ChangeListSearchForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = forms.CharField(required=False, strip=False, max_length=LONGEST_SEARCH)


class OfferedList(ChangeList):
    """Django takes any lookup of any column, by which one that is hidden could be guessed letter by letter."""

    search_form_class = SearchForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except (IncorrectLookupParameters, OverflowError) as error:  # SQLite's dates end in the years 1 and 9999
            raise Invalid("A filter has a value that it cannot have.") from error

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuse what neither a filter nor the date hierarchy takes."""
        repeated = [name for name, values in self.filter_params.items() if len(values) > 1]
        if repeated:
            raise Invalid(errors=[FieldError(f"?{name}", "repeated", "Give it once.") for name in repeated])
        try:
            found = super().get_filters(request)
        except ValueError as error:  # of a date hierarchy, whose last year is 9998
            raise IncorrectLookupParameters(error) from error
        _, _, not_taken, *_ = found
        known = {f"{self.date_hierarchy}__{part}" for part in ("gte", "lt", "month", "day")}
        unknown = [name for name in not_taken if name not in known]
        if unknown:
            raise Invalid(
                errors=[FieldError(f"?{name}", "unknown_field", "There is no such filter.") for name in unknown]
            )
        return found
