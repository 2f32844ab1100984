"""What the serializers of all authored rows have in common."""

from __future__ import annotations

from typing import Any

from shared_settings.http.serializers import StrictModelSerializer, WholeNumberField

ORDER_HELP = (
    "From 0; a taken one inserts there and shifts the rest; without one, or beyond the end, the row goes there."
)
LARGEST_INDEX = 2_147_483_647  # of an integer column


def stays(name: str) -> bool:
    """Whether a field that a PUT leaves out stays; any other optional one becomes its default."""
    return name in ("status", "author_id", "order_index") or name.endswith("_type")


class AuthoredSerializer(StrictModelSerializer):
    """A row as its author sees it; a PUT says all of it, but for what `stays`."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None or self.partial:
            return attrs
        left_out = [
            name
            for name, field in self.fields.items()
            if name not in attrs and not field.read_only and not field.required and not stays(name)
        ]
        stored = type(self.instance)._meta
        return attrs | {name: stored.get_field(name).get_default() for name in left_out}


def order_field() -> WholeNumberField:
    """A place among siblings; not the model's own field, since only an action knows where the end is."""
    return WholeNumberField(required=False, min_value=0, max_value=LARGEST_INDEX, help_text=ORDER_HELP)
