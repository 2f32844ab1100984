"""GET /.well-known/oauth-authorization-server: all that a stranger's library needs to verify our tokens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from auth_service.tests.cast import ApiClient, Member

pytestmark = pytest.mark.django_db

PATH = "/.well-known/oauth-authorization-server"


def metadata(**extra: Any) -> dict[str, Any]:
    answer = Client().get(PATH, **extra)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def verified(access: str) -> dict[str, Any]:
    """The claims, by another library than ours, which knows only the document and what it leads to."""
    document = metadata()
    keys = KeySet.import_key_set(Client().get(urlsplit(document["jwks_uri"]).path).json())
    token = jwt.decode(access, keys, algorithms=["ES256"])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": document["issuer"]}, aud={"essential": True, "value": "course-platform"}
    ).validate(token.claims)
    assert token.header["typ"] == "at+jwt"
    return token.claims


def test_another_library_verifies_our_tokens_by_it(admin: Member) -> None:
    claims = verified(admin.pair.access)
    assert (claims["sub"], claims["roles"]) == (str(admin.user.pk), ["admin"])


def test_another_library_refuses_a_changed_token(ada: Member) -> None:
    head, payload, signature = ada.pair.access.split(".")
    changed = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    with pytest.raises(JoseError):
        verified(f"{head}.{payload}.{changed}")


def test_the_issuer_is_a_name_and_the_addresses_are_those_of_the_request(settings: Any) -> None:
    settings.TOKEN_ISSUER, settings.ALLOWED_HOSTS = "https://id.example.org", ["auth.internal"]
    document = metadata(HTTP_HOST="auth.internal:8001")
    assert document["issuer"] == "https://id.example.org"
    assert document["jwks_uri"] == "http://auth.internal:8001/.well-known/jwks.json"
    assert document["introspection_endpoint"] == "http://auth.internal:8001/api/v1/auth/introspect"


def test_names_only_what_is_there() -> None:
    document = metadata()
    for name in ("jwks_uri", "service_documentation"):
        assert Client().get(urlsplit(document[name]).path).status_code == 200
    endpoint = urlsplit(document["introspection_endpoint"]).path
    assert Client().post(endpoint).status_code == 401
    assert document["introspection_endpoint_auth_methods_supported"] == ["Bearer"]
    assert not {"authorization_endpoint", "token_endpoint", "revocation_endpoint"} & set(document)


def test_has_no_empty_list() -> None:
    """RFC 8414, 3.2. Libraries that refuse documents with one exist."""
    document = metadata()
    assert all(document.values())
    assert not {"response_types_supported", "grant_types_supported"} & set(document)


def test_is_read_only_and_answers_with_a_slash_too() -> None:
    assert Client().get(PATH + "/").status_code == 200
    answer = Client().post(PATH)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_asks_for_no_token() -> None:
    assert ApiClient().bearer("nonsense").get("http://testserver" + PATH).status_code == 200
