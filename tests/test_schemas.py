"""Property-based requests over both OpenAPI documents: no 5xx, and no answer outside of what the document says.

Outside of CI only what a document allows is sent: its own examples, and the bounds of every value. CI sends also what
it forbids, and what comes by chance.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import requests
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
from tests.documents import document_of
from tests.services import PATIENCE_SECONDS, Platform, Service

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
_settings = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

LONGEST_PATH = 8_000
AUTH, CORE = document_of("auth"), document_of("core")
if not _IS_CI:
    for document in (AUTH, CORE):
        document.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])
        document.config.phases.fuzzing.enabled = False


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Its connections stay open, and it does not look for a proxy in the environment at every call."""
    with requests.Session() as made:
        made.trust_env = False
        yield made


def call(case: schemathesis.Case, service: Service, session: requests.Session, **headers: str) -> None:
    response = case.call(base_url=service.url, headers=headers, session=session, timeout=PATIENCE_SECONDS)
    # A longer line the server refuses by itself, before the service sees it.
    if len(response.request.path_url) < LONGEST_PATH:
        case.validate_response(response, checks=_CHECKS)


@pytest.mark.asvs("2.2.1")
@AUTH.parametrize()
@_settings
def test_auth_answers_as_its_document_says(
    case: schemathesis.Case, platform: Platform, session: requests.Session
) -> None:
    """Nobody is signed in: calls that end sessions or delete people would end the run's own."""
    call(case, platform.auth, session)


@pytest.mark.asvs("2.2.1")
@CORE.parametrize()
@_settings
def test_core_answers_as_its_document_says(
    case: schemathesis.Case, platform: Platform, session: requests.Session, admin_token: str
) -> None:
    call(case, platform.core, session, Authorization=f"Bearer {admin_token}")
