"""What an access token must be; everything else is refused with 401, and never breaks anything."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from rest_framework.test import APIClient

from core_service.people.keys import auth_keys
from core_service.people.tests.signing import JWKS, KEY, SigningKey, b64, claims_for, token_for
from core_service.people.tests.stand_in import StandIn, running
from shared_settings.http import tokens
from shared_settings.http.lifetimes import LEEWAY_SECONDS

pytestmark = pytest.mark.urls("core_service.people.tests.urls")

ADA = uuid.UUID("0190a0a0-0000-7000-8000-000000000001")
HOUR = 3600


def ask(token: str, **headers: Any) -> Any:
    return APIClient().get("/api/v1/whoami", headers={"authorization": f"Bearer {token}"} | headers)


def assert_refused(answer: Any) -> None:
    assert answer.status_code == 401, answer.content
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid_token"


def test_knows_a_person_and_an_admin() -> None:
    assert ask(token_for(ADA)).json() == {"id": str(ADA), "is_admin": False}
    assert ask(token_for(ADA, ["admin"])).json() == {"id": str(ADA), "is_admin": True}
    assert ask(token_for(ADA, ["Admin", "administrator"])).json()["is_admin"] is False


def test_asks_for_a_token_where_there_is_none() -> None:
    answer = APIClient().get("/api/v1/whoami")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a", "Bearer a.b", "Bearer a.b.c.d", "Bearer a b.c.d", "a.b.c"],
)
def test_refuses_a_malformed_header(header: str) -> None:
    assert_refused(APIClient().get("/api/v1/whoami", headers={"authorization": header}))


def test_refuses_a_huge_token_at_once() -> None:
    started = time.thread_time()
    assert_refused(ask("e30." + "A" * 1_000_000 + ".AA"))
    assert time.thread_time() - started < 1


@pytest.mark.asvs("9.2.1", "9.2.3", "15.3.5")
@pytest.mark.parametrize(
    "changed",
    [{name: None} for name in ("exp", "iat", "sub", "jti", "iss", "aud", "sid")]
    + [
        {"iss": "http://evil.example"},
        {"iss": ["http://localhost:8001"]},
        {"aud": "another-platform"},
        {"aud": ["course-platform"]},
        {"aud": ["course-platform", "another-platform"]},
        {"aud": {}},
        {"exp": int(time.time()) - 60},
        {"exp": int(time.time()) + 25 * HOUR},
        {"exp": 10**300},
        {"exp": str(int(time.time()) + HOUR)},
        {"exp": time.time() + HOUR},
        {"exp": True},
        {"exp": []},
        {"iat": int(time.time()) + HOUR},
        {"iat": "now"},
        {"iat": {}},
        {"iat": -(10**20)},
        {"nbf": int(time.time()) + HOUR},
        {"nbf": "later"},
        {"sub": 7},
        {"sub": "not-a-uuid"},
        {"sub": ""},
        {"sub": {"id": str(ADA)}},
        {"sub": "\x00"},
        {"sub": "0190a0a0000070008000000000000001"},
        {"sub": "{0190a0a0-0000-7000-8000-000000000001}"},
        {"sid": 5},
        {"sid": ["x"]},
        {"sid": ""},
        {"jti": 5},
        {"email_verified": "yes"},
        {"roles": "admin"},
        {"roles": {"admin": True}},
        {"roles": [["admin"]]},
        {"roles": [None]},
        {"auth_time": "today"},
    ],
    ids=" ".join,
)
def test_refuses_claims_that_auth_never_writes(changed: dict[str, Any]) -> None:
    claims = {name: value for name, value in (claims_for(ADA) | changed).items() if value is not None}
    assert_refused(ask(KEY.sign(claims)))


@pytest.mark.parametrize("payload", [b"[]", b'"x"', b"null", b"7", b"\xff", b"", b"{", b"[" * 2000], ids=repr)
def test_refuses_a_signed_payload_that_is_no_object(payload: bytes) -> None:
    header = json.dumps({"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}).encode()
    assert_refused(ask(KEY.sign_bytes(header, payload)))


@pytest.mark.asvs("9.1.3", "9.2.2")
@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"typ": ["at+jwt"]},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"kid": "unknown"},
        {"kid": "../../../dev/null"},
        {"kid": "' OR 1=1"},
        {"kid": ""},
    ],
    ids=repr,
)
def test_refuses_another_header(header: dict[str, Any]) -> None:
    assert_refused(ask(KEY.sign(claims_for(ADA), **header)))


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b"[" * 2500,
        json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": [KEY.kid]}).encode(),
        json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": 1}).encode(),
        json.dumps({"alg": "ES256", "typ": "at+jwt"}).encode(),
        json.dumps({"alg": ["ES256"], "typ": "at+jwt", "kid": KEY.kid}).encode(),
        json.dumps({"alg": "es256", "typ": "at+jwt", "kid": KEY.kid}).encode(),
        json.dumps({"typ": "at+jwt", "kid": KEY.kid}).encode(),
    ],
    ids=repr,
)
def test_refuses_a_header_that_no_library_would_write(header: bytes) -> None:
    assert_refused(ask(KEY.sign_bytes(header, json.dumps(claims_for(ADA)).encode())))


@pytest.mark.asvs("9.1.2")
def test_refuses_no_signature_in_all_spellings() -> None:
    payload = b64(json.dumps(claims_for(ADA)).encode())
    for alg in ("none", "None", "NONE", "nOnE"):
        header = b64(json.dumps({"alg": alg, "typ": "at+jwt", "kid": KEY.kid}).encode())
        assert_refused(ask(f"{header}.{payload}."))
        assert_refused(ask(f"{header}.{payload}.AA"))


@pytest.mark.asvs("9.1.2")
def test_refuses_the_public_key_as_a_shared_secret() -> None:
    public, form = KEY.private.public_key(), serialization.PublicFormat.SubjectPublicKeyInfo
    pem, der = (public.public_bytes(way, form) for way in (serialization.Encoding.PEM, serialization.Encoding.DER))
    header = b64(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": KEY.kid}).encode())
    body = f"{header}.{b64(json.dumps(claims_for(ADA)).encode())}"
    for secret in (pem, der, json.dumps(KEY.jwk).encode(), b""):
        assert_refused(ask(f"{body}.{b64(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"))


@pytest.mark.asvs("9.1.1")
def test_refuses_a_changed_payload_or_signature() -> None:
    header, payload, signature = token_for(ADA).split(".")
    forged = b64(json.dumps(claims_for(ADA, ["admin"])).encode())
    assert_refused(ask(f"{header}.{forged}.{signature}"))
    for bad in (signature[:-2], b64(b"\0" * 64), b64(b""), signature + "AA", b64(b"\xff" * 64)):
        assert_refused(ask(f"{header}.{payload}.{bad}"))


@pytest.mark.asvs("9.1.1")
def test_refuses_a_key_of_the_same_name_that_is_not_ours() -> None:
    assert_refused(ask(SigningKey(KEY.kid).sign(claims_for(ADA))))


@pytest.fixture
def elsewhere() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.mark.asvs("1.3.6", "9.1.3")
def test_never_looks_where_a_token_points(elsewhere: StandIn) -> None:
    thief = SigningKey("thief")
    for header in ({"jku": elsewhere.url}, {"x5u": elsewhere.url}, {"jwk": thief.jwk}, {"kid": elsewhere.url}):
        assert_refused(ask(thief.sign(claims_for(ADA), **header)))
        assert_refused(ask(thief.sign(claims_for(ADA), **({"kid": KEY.kid} | header))))
    assert ask(KEY.sign(claims_for(ADA), jku=elsewhere.url, jwk=thief.jwk)).status_code == 200
    assert elsewhere.asked == []


@pytest.mark.asvs("9.2.1")
def test_a_token_that_was_good_is_refused_once_it_has_expired() -> None:
    claims = claims_for(ADA, exp=int(time.time()) - LEEWAY_SECONDS - 1)
    token, key = KEY.sign(claims), auth_keys.find(KEY.kid)
    assert key is not None
    tokens._verified_before.remember(token, KEY.kid, key, claims)  # a moment ago
    assert_refused(ask(token))


def test_a_token_that_was_good_is_refused_once_its_key_is_gone() -> None:
    token = token_for(ADA)
    assert ask(token).status_code == 200
    auth_keys.take({"keys": [SigningKey("another").jwk]})
    assert_refused(ask(token))
    auth_keys.take({"keys": [SigningKey(KEY.kid).jwk]})
    assert_refused(ask(token))
    auth_keys.take(JWKS)
    assert ask(token).status_code == 200


def test_a_token_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_for(ADA)
    assert ask(token).status_code == 200
    monkeypatch.setattr(jwt, "decode", lambda *args, **kwargs: pytest.fail("verified again"))
    assert ask(token).json() == {"id": str(ADA), "is_admin": False}


def test_is_unavailable_and_not_unauthorized_while_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth_keys, "_keys", {})
    answer = ask(token_for(ADA))
    assert (answer.status_code, answer.json()["code"]) == (503, "no_keys")
    assert answer.headers["Retry-After"]


@pytest.mark.django_db
def test_is_not_ready_while_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    assert APIClient().get("/readyz").status_code == 200
    monkeypatch.setattr(auth_keys, "_keys", {})
    answer = APIClient().get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "Not ready: keys.")
