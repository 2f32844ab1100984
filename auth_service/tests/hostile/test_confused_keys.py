"""Tokens that say themselves how, or with which key, they want to be verified."""

from __future__ import annotations

import hmac
import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from auth_service.tests.cast import Member
from auth_service.tests.hostile.forging import Forge, Thief, b64url
from auth_service.tests.hostile.target import Target, nothing_changes


@pytest.fixture
def forge(ada: Member) -> Forge:
    return Forge.of(ada)


@pytest.fixture
def thief() -> Thief:
    return Thief()


def text_of(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(b64url(json.dumps(part).encode()) for part in (header, claims))


@pytest.mark.asvs("9.1.2")
def test_refuses_a_token_without_a_signature(auth: Target, forge: Forge) -> None:
    with nothing_changes():
        for alg in ("none", "None", "NONE", "nOnE", "", None, ["none"]):
            text = text_of(forge.header | {"alg": alg}, forge.claims | {"roles": ["admin"]})
            for signature in ("", "AA", forge.access.split(".")[2]):
                assert (alg, auth.refuses(f"{text}.{signature}")) == (alg, True)


@pytest.mark.asvs("9.1.2")
def test_refuses_the_public_key_as_a_shared_secret(auth: Target, forge: Forge) -> None:
    public, kind = forge.private.public_key(), PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(Encoding.PEM, kind)
    published = auth.client.get(f"{auth.service.url}/.well-known/jwks.json").content
    secrets = {
        "PEM": pem,
        "PEM without its last line break": pem.strip(),
        "DER": public.public_bytes(Encoding.DER, kind),
        "point": public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        "JWK": json.dumps(forge.jwk).encode(),
        "JWK in one piece": json.dumps(forge.jwk, separators=(",", ":"), sort_keys=True).encode(),
        "JWKS as published": published,
        "x": forge.jwk["x"].encode(),
        "kid": forge.header["kid"].encode(),
        "nothing": b"",
    }
    with nothing_changes():
        for alg, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
            text = text_of(forge.header | {"alg": alg}, forge.claims | {"roles": ["admin"]})
            for name, secret in secrets.items():
                token = f"{text}.{b64url(hmac.digest(secret, text.encode(), digest))}"
                assert (alg, name, auth.refuses(token)) == (alg, name, True)


@pytest.mark.asvs("9.1.2")
def test_refuses_another_algorithm_than_the_keys(auth: Target, forge: Forge) -> None:
    algs: list[Any] = ["ES384", "ES256K", "RS256", "PS256", "EdDSA", "es256", "ES256 ", ["ES256"], 256, {}]
    with nothing_changes():
        for alg in algs:
            assert (alg, auth.refuses(forge.made(header={"alg": alg}))) == (alg, True)


@dataclass
class Listener:
    """Whoever connects is noted, and gets no answer."""

    url: str
    callers: list[Any] = field(default_factory=list)


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            listener.callers.append(self.client_address)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        listener = Listener(f"http://127.0.0.1:{server.server_address[1]}/keys")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield listener
        server.shutdown()
        thread.join()


@pytest.mark.asvs("9.1.3", "1.3.6")
def test_takes_no_key_from_a_token_and_calls_nobody(
    auth: Target, forge: Forge, thief: Thief, elsewhere: Listener
) -> None:
    own = thief.jwk | {"kid": "thief", "alg": "ES256", "use": "sig"}
    pointing: list[dict[str, Any]] = [
        {"jwk": own},
        {"jwk": own | {"kid": forge.header["kid"]}},
        {"jwk": {"kty": "oct", "k": "AA"}},
        {"jku": elsewhere.url},
        {"x5u": elsewhere.url},
        {"x5c": [b64url(b"certificate")]},
        {"jku": elsewhere.url, "x5u": elsewhere.url, "jwk": own},
        {"iss": elsewhere.url},
    ]
    with nothing_changes():
        for header in pointing:
            for kid in (forge.header["kid"], "thief", elsewhere.url, None):
                token = forge.made(header=header | {"kid": kid}, by=thief.private)
                assert (header, kid, auth.refuses(token)) == (header, kid, True)
        assert auth.refuses(forge.made({"iss": elsewhere.url}))
    assert auth.is_active(forge.made(header={"jku": elsewhere.url, "x5u": elsewhere.url, "jwk": own}))
    assert elsewhere.callers == []


@pytest.mark.asvs("9.1.3", "1.2.4")
def test_refuses_a_kid_that_names_no_key_of_ours(auth: Target, forge: Forge, thief: Thief) -> None:
    ours = forge.header["kid"]
    kids: list[Any] = [[ours], [], {ours: ours}, 7, 1.5, True, None]
    kids += ["", " ", ours[:-1], f"{ours} ", ours.upper(), f"{ours}\0"]
    kids += [
        "../../../dev/null",
        "/dev/null",
        "file:///etc/passwd",
        f"./{ours}",
        "..\\..\\windows\\win.ini",
        "%2e%2e%2f",
    ]
    kids += [
        "' OR 1=1 --",
        f"{ours}' OR '1'='1",
        "x' UNION SELECT 'AA' --",
        "'; DROP TABLE login_sessions_signingkey --",
    ]
    kids += ["| /bin/sleep 9", "$(id)", "{{7*7}}", "A" * 300, "\r\n", "\ud800"]
    with nothing_changes():
        for kid in kids:
            for private in (forge.private, thief.private):
                assert (kid, auth.refuses(forge.made(header={"kid": kid}, by=private))) == (kid, True)
        text = text_of(forge.header | {"alg": "HS256", "kid": "/dev/null"}, forge.claims)
        assert auth.refuses(f"{text}.{b64url(hmac.digest(b'', text.encode(), 'sha256'))}")
    assert auth.is_active(forge.access)


@pytest.mark.asvs("9.2.2")
def test_refuses_a_token_of_another_type(auth: Target, forge: Forge) -> None:
    with nothing_changes():
        for typ in ("JWT", "at+JWT ", "revocations+jwt", "", None, ["at+jwt"], 7):
            assert (typ, auth.refuses(forge.made(header={"typ": typ}))) == (typ, True)


def test_refuses_what_it_would_have_to_understand(auth: Target, forge: Forge) -> None:
    """RFC 7515, 4.1.11: who does not know an extension that is critical refuses the token."""
    criticals: list[dict[str, Any]] = [{"crit": ["exp"], "exp": 1}, {"crit": ["b64"], "b64": False}, {"crit": []}]
    criticals += [{"crit": "exp"}, {"crit": {}}, {"crit": ["x"]}, {"crit": [7]}, {"b64": False}]
    with nothing_changes():
        for header in criticals:
            assert (header, auth.refuses(forge.made(header=header))) == (header, True)
