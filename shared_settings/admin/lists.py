"""Lists of rows, narrowed by what their pages offer and by nothing else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest

from shared_settings import subscriptions
from shared_settings.problems import Invalid

LONGEST_SEARCH = 200  # as in the API: each word makes the statement deeper, and SQLite bounds its depth

NO_SUCH_FILTER = "There is no such filter."


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
        except (IncorrectLookupParameters, DisallowedModelAdminToField) as error:
            raise Invalid("A filter or the page has a value that it cannot have.") from error
        except DisallowedModelAdminLookup as error:
            raise Invalid(NO_SUCH_FILTER) from error
        except OverflowError as error:  # SQLite's dates end in the years 1 and 9999
            raise Invalid("A filter has a date that lies too far away.") from error

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuse what neither a filter nor the date hierarchy takes."""
        if any(len(values) > 1 for values in self.filter_params.values()):
            raise Invalid("A filter was given twice.")
        try:
            found = super().get_filters(request)
        except ValueError as error:  # of a date hierarchy, whose last year is 9998
            raise IncorrectLookupParameters(error) from error
        _, _, not_taken, *_ = found
        known = {f"{self.date_hierarchy}__{part}" for part in ("gte", "lt", "month", "day")}
        if not known.issuperset(not_taken):
            raise Invalid(NO_SUCH_FILTER)
        return found


class KnownValues(admin.AllValuesFieldListFilter):
    """Offers some values: Django's own reads the whole table for those that it has."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: type[Model], model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        self.lookup_choices: Any = self.known(model)

    def known(self, model: type[Model]) -> list[str]:
        raise NotImplementedError


class EventNames(KnownValues):
    def known(self, model: type[Model]) -> list[str]:
        return subscriptions.event_names()


class Subscribers(KnownValues):
    def known(self, model: type[Model]) -> list[str]:
        return subscriptions.subscriber_paths()


class Actions(KnownValues):
    """What has been done: each step finds the next action in the index, whatever the number of entries."""

    def known(self, model: type[Model]) -> list[str]:
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH RECURSIVE known(action) AS (SELECT min(action) FROM {table} UNION ALL "  # noqa: S608
                f"SELECT (SELECT min(action) FROM {table} entry WHERE entry.action > known.action) "
                "FROM known WHERE known.action IS NOT NULL) SELECT action FROM known WHERE action IS NOT NULL"
            )
            return [action for (action,) in cursor]
