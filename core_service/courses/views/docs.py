"""How the calls of a resource are named and described in OpenAPI, alike for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

View = TypeVar("View")
Decorator = Callable[[View], View]


def _a(one: str) -> str:
    return f"{'an' if one[0] in 'aeiou' else 'a'} {one}"


def list_of(tag: str, one: str, example: dict[str, Any], *, parents: Sequence[str] = ()) -> Decorator[Any]:
    """Describes the view of a collection: `tag` is the plural, `one` a row of it, `example` a body that makes one.

    `parents` are what the rows lie in, and are asked for by.
    """
    examples = [OpenApiExample(f"A new {one}", value=example, request_only=True)]
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"{tag}_list",
            tags=[tag],
            summary=f"List {tag}",
            description=f"Of one {' or '.join(parents)}, if you may read it; without one, of all courses you may edit."
            if parents
            else None,
        ),
        post=extend_schema(operation_id=f"{tag}_create", tags=[tag], summary=f"Add {_a(one)}", examples=examples),
    )


def one_of(tag: str, one: str, example: dict[str, Any], whole: dict[str, Any]) -> Decorator[Any]:
    """Describes the view of one row; `example` is a body that changes a part of it, `whole` one that replaces it."""
    examples = [OpenApiExample("What is to change", value=example, request_only=True)]
    replacements = [OpenApiExample(f"The whole {one}", value=whole, request_only=True)]
    return extend_schema_view(
        get=extend_schema(operation_id=f"{tag}_retrieve", tags=[tag], summary=f"Read {_a(one)}"),
        put=extend_schema(
            operation_id=f"{tag}_update", tags=[tag], summary=f"Replace {_a(one)}", examples=replacements
        ),
        patch=extend_schema(
            operation_id=f"{tag}_partial_update", tags=[tag], summary=f"Change {_a(one)}", examples=examples
        ),
        delete=extend_schema(operation_id=f"{tag}_destroy", tags=[tag], summary=f"Delete {_a(one)}"),
    )


def action(operation_id: str, summary: str, **described: Any) -> Decorator[Any]:
    """Describes the one method of a view that is an action or a read of courses."""
    return extend_schema(operation_id=operation_id, tags=["courses"], summary=summary, **described)
