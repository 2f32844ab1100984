"""Access tokens that are cut, changed, written in another way, huge, or say what Auth never says."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from auth_service.tests.cast import NOBODY, OTHER_PASSWORD, Member
from auth_service.tests.hostile.forging import Forge, Thief, b64url, decoded, signed
from auth_service.tests.hostile.target import Target, bearer, nothing_changes, pointers_of
from shared_settings.testing import SERVICE_TOKEN

MEBIBYTE = 1024 * 1024


@pytest.fixture
def forge(ada: Member) -> Forge:
    return Forge.of(ada)


def assert_all_refused(auth: Target, tokens: dict[str, str]) -> None:
    with nothing_changes():
        believed = [name for name, token in tokens.items() if not auth.refuses(token)]
    assert not believed


def test_a_token_made_by_hand_with_the_right_key_is_believed(auth: Target, ada: Member, forge: Forge) -> None:
    """So each of the others is refused for the one thing that is wrong with it."""
    assert auth.is_active(forge.made())
    assert auth.renames(forge.made()).status_code == 200
    assert ada.row.full_name == "Mallory"


@pytest.mark.asvs("9.1.1")
def test_refuses_a_token_that_is_cut(auth: Target, forge: Forge) -> None:
    header, payload, signature = forge.access.split(".")
    cuts = [forge.access[:length] for length in (1, 20, len(header), len(header) + 1, len(forge.access) // 2)]
    cuts += [forge.access[:-1], forge.access[:-2], forge.access[1:], f"{header}.{payload}", f"{header}.{payload}."]
    cuts += [f"{payload}.{signature}", f"{header}..{signature}", f".{payload}.{signature}", "..", "a.b.c"]
    assert_all_refused(auth, {cut: cut for cut in cuts})


@pytest.mark.asvs("9.1.1")
def test_refuses_a_token_that_is_changed(auth: Target, forge: Forge) -> None:
    header, payload, signature = forge.access.split(".")
    as_admin = b64url(json.dumps(forge.claims | {"roles": ["admin"]}).encode())
    raw = decoded(signature)
    signatures = {
        "of zeros": bytes(64),
        "empty": b"",
        "of ones": b"\xff" * 64,
        "first half zero": bytes(32) + raw[32:],
        "second half zero": raw[:32] + bytes(32),
        "swapped": raw[32:] + raw[:32],
        "too short": raw[:-1],
        "too long": raw + b"\0",
    }
    changed = {name: f"{header}.{payload}.{b64url(wrong)}" for name, wrong in signatures.items()}
    changed["another payload"] = f"{header}.{as_admin}.{signature}"
    changed["another header"] = f"{b64url(json.dumps(forge.header | {'x': 1}).encode())}.{payload}.{signature}"
    changed["a thief's signature"] = forge.made(by=Thief().private)
    assert_all_refused(auth, changed)


@pytest.mark.asvs("9.1.1")
def test_refuses_a_token_that_is_written_in_another_way(auth: Target, forge: Forge) -> None:
    access = next(token for token in iter(forge.made, "") if {"-", "_"} & set(token.split(".")[2]))
    header, payload, signature = access.split(".")
    raw = decoded(signature)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare_bit = letters[letters.index(signature[-1]) ^ 1]
    parts = {"protected": header, "payload": payload, "signature": signature}
    written = {
        "padded": f"{header}.{payload}.{signature}==",
        "spare bits set": f"{header}.{payload}.{signature[:-1]}{spare_bit}",
        "of plain Base64": f"{header}.{payload}.{base64.b64encode(raw).decode()}",
        "of its letters": f"{header}.{payload}.{base64.b64encode(raw).decode().rstrip('=')}",
        "signature in hex": f"{header}.{payload}.{raw.hex()}",
        "signature in DER": f"{header}.{payload}."
        + b64url(encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))),
        "encoded twice": ".".join(b64url(part.encode()) for part in (header, payload, signature)),
        "encoded as a whole": b64url(access.encode()),
        "percent": quote(access).replace(".", "%2E"),
        "blank inside": f"{header}. {payload}.{signature}",
        "tab inside": f"{header}.{payload}\t.{signature}",
        "four parts": f"{access}.{signature}",
        "five parts": f"{header}.{signature}.{signature}.{payload}.{signature}",
        "twice": f"{access},{access}",
        "quoted": f'"{access}"',
        "JSON": json.dumps(parts),
        "JSON of many": json.dumps({"payload": payload, "signatures": [parts]}),
    }
    assert_all_refused(auth, written)


@pytest.mark.asvs("9.1.1", "2.2.1")
def test_refuses_a_huge_token(auth: Target, ada: Member, forge: Forge) -> None:
    header, _, signature = forge.access.split(".")
    with nothing_changes():
        assert auth.renames(f"{header}.{'A' * 10_000}.{signature}").status_code == 401
        assert auth.renames(forge.made({"x": "A" * 8_000})).status_code == 401
        request = f"GET /api/v1/users/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {'A' * MEBIBYTE}\r\n\r\n"
        assert auth.status_of(request.encode()) in (0, 431)
        for path, body in FIELDS_OF_TOKENS:
            (name,) = (name for name, value in body.items() if value is ...)
            refusal = {"/auth/refresh": 401, "/auth/logout": 204}.get(path, 400)
            for size, status in ((1_000_000, refusal), (MEBIBYTE, 413)):
                answer = auth.post(path, body | {name: "A" * size})
                assert (path, answer.status_code) == (path, status)
        asked = auth.client.post("/auth/introspect", data={"token": "A" * 1_000_000}, headers=bearer(SERVICE_TOKEN))
        assert (asked.status_code, pointers_of(asked)) == (400, ["/token"])
    assert auth.renames(ada.pair.access).status_code == 200


FIELDS_OF_TOKENS: list[tuple[str, dict[str, Any]]] = [
    ("/auth/refresh", {"refresh": ...}),
    ("/auth/logout", {"refresh": ...}),
    ("/auth/verify-email", {"token": ...}),
    ("/auth/reset-password", {"token": ..., "new_password": OTHER_PASSWORD}),
]


@pytest.mark.asvs("2.2.1", "15.3.5")
def test_refuses_a_token_of_another_json_type(auth: Target, ada: Member) -> None:
    good = ada.pair.refresh
    values: list[Any] = [None, True, 0, 1.5, [], {}, [good], [[good]], {"token": good}, {"$ne": ""}]
    with nothing_changes():
        for path, body in FIELDS_OF_TOKENS:
            (name,) = (name for name, value in body.items() if value is ...)
            for value in values:
                answer = auth.post(path, body | {name: value})
                assert (path, value, answer.status_code, pointers_of(answer)) == (path, value, 400, [f"/{name}"])


@pytest.mark.asvs("15.3.5")
def test_refuses_a_payload_that_is_no_object(auth: Target, forge: Forge) -> None:
    header = json.dumps(forge.header).encode()
    twice = b'{"sub": "x", ' + json.dumps(forge.claims).encode()[1:]
    payloads = [b"[]", b'"x"', b"null", b"7", b"\xff", b"", b"{", b"[" * 2000, b"{}", twice[:-1]]
    assert_all_refused(auth, {repr(payload[:20]): signed(header, payload, forge.private) for payload in payloads})


@pytest.mark.asvs("9.2.1", "9.2.3", "15.3.5")
def test_refuses_claims_that_auth_never_writes(auth: Target, forge: Forge) -> None:
    now = int(time.time())
    ours = forge.claims
    wrong: dict[str, list[Any]] = {
        "exp": [None, 1, now - 60, now + 90_000, 10**300, str(now + 60), now + 60.5, True, []],
        "iat": [None, now + 3600, "now", {}, -(10**20)],
        "nbf": [now + 3600, "later", []],
        "iss": [None, "https://evil.example.net", "", [ours["iss"]], {}],
        "aud": [None, "another-platform", "", [ours["aud"]], {}],
        "sub": [None, NOBODY, "", "\0", 7, {"id": 1}, "' OR 1=1 --", f"{{{ours['sub']}}}"],
        "sid": [None, NOBODY, "", "\0", 7, [ours["sid"]], "x", "' OR 1=1 --"],
        "jti": [None, 7, ""],
        "email_verified": ["yes", 1],
        "roles": ["admin", {"admin": True}, [None], [["admin"]]],
        "auth_time": ["today", 1.5],
    }
    tokens = {f"{name}: {value!s:.40}": forge.made({name: value}) for name in wrong for value in wrong[name]}
    assert_all_refused(auth, tokens)


@pytest.mark.asvs("9.1.1")
def test_refuses_another_scheme(auth: Target, ada: Member) -> None:
    access = ada.pair.access
    headers = ["Basic YTpi", f"Basic {access}", access, f"Bearer {access} {access}", f"Bearer: {access}", "Bearer", "é"]
    with nothing_changes():
        for header in headers:
            answer = auth.client.get("/users/me", headers={b"Authorization": header.encode()})
            assert (header, answer.status_code) == (header, 401)
        answer = auth.client.post("/auth/register", json={}, headers=bearer("a.b.c"))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
