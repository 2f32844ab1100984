"""Property-based requests over both OpenAPI documents: no 5xx, and no answer outside of what the document says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from tests.services import ADMIN_EMAIL, Platform, Service

_CHECKS = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)
_settings = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def _document(service: Service) -> Any:
    return schemathesis.openapi.from_url(f"{service.url}/api/v1/schema?format=json")


@pytest.fixture(scope="session")
def auth_document(platform: Platform) -> Any:
    return _document(platform.auth)


@pytest.fixture(scope="session")
def core_document(platform: Platform) -> Any:
    return _document(platform.core)


@pytest.fixture(scope="session")
def admin_headers(platform: Platform) -> dict[str, str]:
    return {"Authorization": f"Bearer {platform.sign_in(ADMIN_EMAIL)['access']}"}


auth_schema = schemathesis.pytest.from_fixture("auth_document")
core_schema = schemathesis.pytest.from_fixture("core_document")


@auth_schema.parametrize()
@_settings
def test_auth_answers_as_its_document_says(case: schemathesis.Case) -> None:
    """Nobody is signed in: calls that end sessions or delete people would end the run's own."""
    case.call_and_validate(checks=_CHECKS)


@core_schema.parametrize()
@_settings
def test_core_answers_as_its_document_says(case: schemathesis.Case, admin_headers: dict[str, str]) -> None:
    case.call_and_validate(headers=admin_headers, checks=_CHECKS)
