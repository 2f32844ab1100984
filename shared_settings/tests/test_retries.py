"""Idempotency-Key and entity tags."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from shared_settings.http import idempotency
from shared_settings.tests.conftest import Caller
from shared_settings.tests.things.models import IdempotencyKey, Thing


@pytest.mark.django_db
def test_a_retry_gets_the_first_answer_and_makes_nothing(call: Caller) -> None:
    first = call("POST", "/things/", {"title": "a", "rank": 1}, Idempotency_Key="k1")
    Thing.objects.update(title="changed since")
    again = call("POST", "/things", {"rank": 1, "title": "a"}, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert Thing.objects.count() == 1


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_422(call: Caller) -> None:
    call("POST", "/things/", {"title": "a"}, Idempotency_Key="k1")
    response = call("POST", "/things/", {"title": "b"}, Idempotency_Key="k1")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.django_db
def test_a_refusal_is_kept_and_what_it_wrote_is_undone(call: Caller) -> None:
    for _ in range(2):
        response = call("POST", "/things/", {"title": "refused after it was written"}, Idempotency_Key="k1")
        assert (response.status_code, response.json()["code"]) == (409, "too_many_things")
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["request_id"] == response["X-Request-ID"]
    assert not Thing.objects.exists()
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
def test_a_failure_is_not_kept(call: Caller) -> None:
    assert call("POST", "/things/", {"title": "failed after it was written"}, Idempotency_Key="k1").status_code == 500
    assert not Thing.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_after_a_day_the_key_is_new_again(call: Caller) -> None:
    call("POST", "/things/", {"title": "a"}, Idempotency_Key="k1")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert call("POST", "/things/", {"title": "b"}, Idempotency_Key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256])
@pytest.mark.django_db
def test_a_malformed_key_is_400(call: Caller, key: str) -> None:
    assert call("POST", "/things/", {"title": "a"}, Idempotency_Key=key).status_code == 400
    assert not Thing.objects.exists()


@pytest.mark.django_db
def test_what_is_kept_does_not_hold_the_body(call: Caller) -> None:
    call("POST", "/things/", {"title": "refused after it was written"}, Idempotency_Key="k1")
    row = IdempotencyKey.objects.values().get()
    assert "refused after" not in str(row)


@pytest.mark.django_db(transaction=True)
def test_twins_at_once_make_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "LONGEST_WAIT", "180s")  # a busy machine may need it for the first

    def send(_: int) -> tuple[int, str]:
        response = Caller()("POST", "/things/", {"title": "twin"}, Idempotency_Key="k1")
        connection.close()
        return response.status_code, response.json().get("id", "")

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert Thing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_twin_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "LONGEST_WAIT", "10ms")

    def send() -> Any:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 10")
        response = Caller()("POST", "/things/", {"title": "twin"}, Idempotency_Key="k1")
        connection.close()
        return response

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            IdempotencyKey.objects.create(
                caller="anonymous", path="/api/v1/things", key="k1", body_mac="", created_at=timezone.now()
            )
            early = pool.submit(send).result()
            transaction.set_rollback(True)
        told = {"postgresql": (409, "idempotency_key_in_use"), "sqlite": (503, "unavailable")}
        assert (early.status_code, early.json()["code"]) == told[connection.vendor]
        assert early["Retry-After"]
        assert pool.submit(send).result().status_code == 201


@pytest.mark.django_db
def test_a_known_row_is_not_sent_again(call: Caller, thing: Thing) -> None:
    tag = call("GET", f"/things/{thing.id}")["ETag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = call("GET", f"/things/{thing.id}", If_None_Match=header)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
        assert "Content-Type" not in response
    Thing.objects.update(seen=1)
    assert call("GET", f"/things/{thing.id}")["ETag"] == tag, "a field outside of the row's meaning changed its tag"
    Thing.objects.update(rank=1)
    assert call("GET", f"/things/{thing.id}", If_None_Match=tag).status_code == 200


@pytest.mark.django_db
def test_a_stale_or_malformed_if_match_writes_nothing(call: Caller, thing: Thing) -> None:
    tag = call("GET", f"/things/{thing.id}")["ETag"]
    for header in ('"other"', "nonsense", f"W/{tag}", '"' + "a" * 5000 + '"'):
        assert call("PATCH", f"/things/{thing.id}", {"title": "b"}, If_Match=header).status_code == 412
    for header in (tag, f'"other", {tag}'):
        assert call("PATCH", f"/things/{thing.id}", {"title": "A thing"}, If_Match=header).status_code == 200
    assert call("PATCH", f"/things/{thing.id}", {"title": "c"}, If_Match="*").status_code == 200
