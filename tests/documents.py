"""Holds real answers against the OpenAPI documents; they have rows in them, which random requests seldom meet."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from schemathesis.specs.openapi.schemas import OpenApiSchema

FOLDER = Path(__file__).resolve().parent.parent / "openapi"


@cache
def document_of(service: str) -> OpenApiSchema:
    import schemathesis  # takes a second, which not all who start a service need

    return schemathesis.openapi.from_path(FOLDER / f"{service}.yaml")


def hold_against_document(service: str, response: httpx.Response) -> None:
    """Fail when the document does not name this call, its status or the form of what it answered, or names headers that
    are not there."""
    request = response.request
    request.read()
    response.read()
    document = document_of(service)
    operation = document.find_operation_by_path(request.method, request.url.path)
    assert operation is not None, f"{request.method} {request.url.path} is not in openapi/{service}.yaml"
    named = operation.definition.raw["responses"]
    assert str(response.status_code) in named, f"{operation.label} may not answer {response.status_code}"
    answer = named[str(response.status_code)]
    if "$ref" in answer:
        answer = document.raw_schema["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    missing = [header for header in answer.get("headers", ()) if header not in response.headers]
    assert not missing, f"{operation.label} answers {response.status_code} without {missing}"
    operation.validate_response(response)
