"""Property-based requests over both OpenAPI documents: no 5xx, and no answer outside of what the document says."""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared_settings.testing import chosen_database
from tests.services import ADMIN_EMAIL, ROOT, Platform

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_IS_CI = bool(os.environ.get("CI"))  # it has more time than somebody who waits
pytestmark = pytest.mark.skipif(
    chosen_database() == "postgres" and not _IS_CI, reason="CI makes these calls on PostgreSQL, too."
)
# Beside the documents' own examples and the bounds of every value.
_settings = settings(
    max_examples=12 if _IS_CI else 5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


AUTH = schemathesis.openapi.from_path(ROOT / "openapi/auth.yaml")
CORE = schemathesis.openapi.from_path(ROOT / "openapi/core.yaml")


@pytest.fixture(scope="session")
def admin_headers(platform: Platform) -> dict[str, str]:
    return {"Authorization": f"Bearer {platform.sign_in(ADMIN_EMAIL)['access']}"}


@pytest.mark.asvs("2.2.1")
@AUTH.parametrize()
@_settings
def test_auth_answers_as_its_document_says(case: schemathesis.Case, platform: Platform) -> None:
    """Nobody is signed in: calls that end sessions or delete people would end the run's own."""
    case.call_and_validate(base_url=platform.auth.url, checks=_CHECKS)


@pytest.mark.asvs("2.2.1")
@CORE.parametrize()
@_settings
def test_core_answers_as_its_document_says(
    case: schemathesis.Case, platform: Platform, admin_headers: dict[str, str]
) -> None:
    case.call_and_validate(base_url=platform.core.url, headers=admin_headers, checks=_CHECKS)
