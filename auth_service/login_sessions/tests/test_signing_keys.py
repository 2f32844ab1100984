"""Signing keys: their states, the published set, the commands, and their encryption at rest."""

from __future__ import annotations

import base64
import threading
from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from auth_service.journal.models import AuditEntry
from auth_service.login_sessions import actions, keys
from auth_service.login_sessions.models import KeyState, SigningKey
from auth_service.login_sessions.problems import KeysUnusable
from auth_service.login_sessions.tasks import turn_signing_keys
from auth_service.tests.cast import ApiClient, Member, at_once
from tests.services import wait_until

pytestmark = pytest.mark.django_db


def published() -> list[str]:
    return [key["kid"] for key in Client().get("/.well-known/jwks.json").json()["keys"]]


def states() -> dict[str, str]:
    return dict(SigningKey.objects.values_list("kid", "state"))


def kid_of(access: str) -> str:
    return str(jwt.get_unverified_header(access)["kid"])


def works(member: Member) -> bool:
    keys.ring.forget()  # another process would read the table within five seconds
    return bool(ApiClient().bearer(member.pair.access).get("/users/me").status_code == 200)


def command(name: str, *args: str) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def test_publishes_public_keys_that_may_be_kept() -> None:
    answer = Client().get("/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300, stale-if-error=86400"
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert key["kid"] == keys.thumbprint(key)
    again = Client().get("/.well-known/jwks.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content, again.get("Content-Type")) == (304, b"", None)
    assert Client().post("/.well-known/jwks.json").status_code == 405


def test_the_thumbprint_is_that_of_the_rfc() -> None:
    jwk = {  # RFC 7517, A.1; the thumbprint was made by another library
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }
    assert keys.thumbprint(jwk | {"use": "enc", "kid": "1"}) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_a_new_key_is_published_before_it_signs(ada: Member) -> None:
    old = kid_of(ada.pair.access)
    new = actions.add_standby_key().kid
    assert actions.add_standby_key().kid == new
    assert set(published()) == {old, new}
    for minutes in (0, 9, 10):
        assert kid_of(ada.again().pair.access) == old
        SigningKey.objects.filter(kid=new).update(created_at=timezone.now() - timedelta(minutes=minutes))
        turn_signing_keys()
    assert kid_of(ada.again().pair.access) == new
    assert states() == {old: "retired", new: "active"}


def test_a_retired_key_is_believed_until_its_last_token_has_expired(ada: Member, settings: Any) -> None:
    old = kid_of(ada.pair.access)
    command("rotate_signing_key", "--at-once")
    assert old in published()
    assert works(ada)
    retired = SigningKey.objects.get(kid=old)
    assert retired.private_key == ""
    assert retired.published_until is not None
    assert retired.published_until > timezone.now() + timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES)
    SigningKey.objects.filter(kid=old).update(published_until=timezone.now() - timedelta(seconds=1))
    assert not works(ada)
    turn_signing_keys()
    assert old not in states()


def test_a_revoked_key_is_not_believed_and_another_takes_its_place(ada: Member) -> None:
    old = kid_of(ada.pair.access)
    said = command("revoke_signing_key", old)
    (new,) = published()
    assert f"{new} signs from now on" in said
    assert not works(ada)
    assert works(ada.again())
    assert states() == {old: "revoked", new: "active"}
    assert SigningKey.objects.get(kid=old).private_key == ""
    written = AuditEntry.objects.filter(kind="signing_key").order_by("at").values_list("action", "details__kid")
    assert list(written) == [("signing_key.revoked", old), ("signing_key.activated", new)]


def test_revoking_the_active_key_takes_the_one_that_stands_by(ada: Member) -> None:
    standby = actions.add_standby_key().kid
    command("revoke_signing_key", kid_of(ada.pair.access))
    assert published() == [standby]


def test_revoking_an_unknown_key_names_those_that_there_are() -> None:
    kid = keys.ring.signer().kid
    with pytest.raises(CommandError, match=kid):
        command("revoke_signing_key", "nonsense")


def test_no_key_is_taken_for_an_option_of_the_command() -> None:
    assert not [key for key in (keys.new_key(KeyState.STANDBY).kid for _ in range(400)) if key.startswith("-")]
    SigningKey.objects.create(kid="-as-made-before", state=KeyState.STANDBY, public_jwk={})
    assert "-as-made-before is revoked" in command("revoke_signing_key", "--", "-as-made-before")


def test_rotating_says_when_the_new_key_is_used() -> None:
    keys.ring.signer()
    assert "is published. The worker begins to use it at" in command("rotate_signing_key")


def test_the_private_key_is_encrypted_at_rest() -> None:
    keys.ring.signer()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM login_sessions_signingkey")
        row = str(cursor.fetchall())
    assert "PRIVATE KEY" not in row


def new_encryption_key(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode()


def test_an_older_encryption_key_still_decrypts(settings: Any) -> None:
    settings.KEY_ENCRYPTION_KEYS = [new_encryption_key("a")]
    kid = keys.ring.signer().kid
    settings.KEY_ENCRYPTION_KEYS = [new_encryption_key("b"), new_encryption_key("a")]
    keys.ring.forget()
    assert keys.ring.signer().kid == kid


def test_a_key_that_cannot_be_decrypted_is_told_and_not_replaced(settings: Any) -> None:
    settings.KEY_ENCRYPTION_KEYS = [new_encryption_key("a")]
    kid = keys.ring.signer().kid
    settings.KEY_ENCRYPTION_KEYS = [new_encryption_key("b")]
    keys.ring.forget()
    with pytest.raises(KeysUnusable, match="cannot be decrypted: give KEY_ENCRYPTION_KEYS"):
        keys.check()
    assert Client().get("/readyz").json()["detail"] == "Not ready: keys."
    assert states() == {kid: "active"}


@pytest.mark.django_db(transaction=True)
def test_a_standby_key_that_cannot_be_decrypted_is_told_at_the_start_too(settings: Any) -> None:
    settings.KEY_ENCRYPTION_KEYS = [new_encryption_key("a")]
    keys.ring.signer()
    settings.KEY_ENCRYPTION_KEYS = [new_encryption_key("b"), new_encryption_key("a")]
    standby = actions.add_standby_key()
    keys.check_at_start()
    settings.KEY_ENCRYPTION_KEYS = [new_encryption_key("a")]
    with pytest.raises(KeysUnusable, match=standby.kid):
        keys.check_at_start()


def test_without_an_active_key_none_is_made_in_silence() -> None:
    kid = keys.ring.signer().kid
    SigningKey.objects.update(state=KeyState.REVOKED)
    keys.ring.forget()
    with pytest.raises(KeysUnusable, match="rotate_signing_key"):
        keys.check()
    command("rotate_signing_key")
    assert keys.ring.signer().kid != kid


@pytest.mark.django_db(transaction=True)
def test_of_several_processes_that_start_at_once_one_makes_the_key() -> None:
    rings = [keys.KeyRing() for _ in range(4)]
    signers = at_once(*[ring.signer for ring in rings])
    assert len({signer.kid for signer in signers}) == 1
    assert SigningKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rotations_at_once_are_one() -> None:
    kid = keys.ring.signer().kid
    added = at_once(*[actions.add_standby_key] * 4)
    assert len({key.kid for key in added}) == 1
    promoted = at_once(*[lambda: actions.promote_standby_key(at_once=True)] * 4)
    assert [key.kid for key in promoted if key] == [added[0].kid]
    assert states() == {kid: "retired", added[0].kid: "active"}


@pytest.mark.django_db(transaction=True)
def test_a_rotation_under_load_refuses_no_token() -> None:
    members = [Member.joins() for _ in range(3)]
    old = kid_of(members[0].pair.access)
    is_over = threading.Event()
    seen: Counter[str] = Counter()

    def refresh_and_use(member: Member) -> list[int]:
        refresh, statuses = member.pair.refresh, []
        while not is_over.is_set():
            answer = ApiClient().post("/auth/refresh", {"refresh": refresh})
            statuses.append(answer.status_code)
            refresh, access = answer.json()["refresh"], answer.json()["access"]
            both = (access, member.pair.access)
            statuses += [ApiClient().bearer(token).get("/users/me").status_code for token in both]
            seen[kid_of(access)] += 1
        return statuses

    def rotate_twice() -> list[int]:
        try:
            for _ in range(2):
                new = actions.add_standby_key().kid
                long_ago = timezone.now() - timedelta(minutes=10)
                SigningKey.objects.filter(state=KeyState.STANDBY).update(created_at=long_ago)
                turn_signing_keys()
                wait_until(lambda: seen[new] >= 9, "tokens of the new key")  # noqa: B023 (used before the next turn)
        finally:
            is_over.set()
        return [200]

    found = at_once(rotate_twice, *[lambda member=member: refresh_and_use(member) for member in members])
    assert {status for statuses in found for status in statuses} == {200}
    assert len(seen.keys() - {old}) == 2
