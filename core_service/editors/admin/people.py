"""Names beside the ids of people, asked of Auth once a page; the id while it is away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core_service.people import names


def name_people(rows: Iterable[Any], field: str) -> None:
    """Give each row what to show for the person whose id this field holds, as `shown_person`."""
    rows = list(rows)
    known = names.names_of({person_id for row in rows if (person_id := getattr(row, field)) is not None})
    for row in rows:
        row.shown_person = known.get(getattr(row, field), getattr(row, field))


class NamesPeople:
    """Mixed into a screen: the column or field `person` shows whom `person_field` means."""

    person_field: str

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)  # type: ignore[misc]
        name_people(changelist.result_list, self.person_field)
        return changelist

    @admin.display(empty_value="-")
    def person(self, row: Any) -> Any:
        if not hasattr(row, "shown_person"):
            name_people([row], self.person_field)
        return row.shown_person
