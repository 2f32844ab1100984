"""Signing in with a recovery code, and making new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auth_service.accounts.tests.factors import login, turn_on
from auth_service.tests.cast import PASSWORD, Member

pytestmark = pytest.mark.django_db


@pytest.mark.asvs("6.5.1")
def test_a_recovery_code_works_once_and_is_told(ada: Member, deliver: Callable[[], list[Any]]) -> None:
    _, codes = turn_on(ada)
    deliver()
    assert login(codes[3]).status_code == 200
    assert login(codes[3]).status_code == 401
    assert ada.client.get("/auth/mfa").json()["recovery_codes_left"] == 9
    (mail,) = deliver()
    assert mail.subject == "A recovery code was used"
    assert "Codes that are left: 9." in mail.body


def test_new_recovery_codes_void_those_before(ada: Member) -> None:
    _, before = turn_on(ada)
    answer = ada.client.post("/auth/mfa/recovery-codes", {"password": PASSWORD})
    after = answer.json()["recovery_codes"]
    assert len(after) == 10
    assert login(before[0]).status_code == 401
    assert login(after[0]).status_code == 200


def test_a_recovery_code_is_of_one_person(ada: Member, stranger: Member) -> None:
    _, codes = turn_on(stranger)
    turn_on(ada)
    assert login(codes[0]).status_code == 401


def test_there_are_no_recovery_codes_without_a_factor(ada: Member) -> None:
    answer = ada.client.post("/auth/mfa/recovery-codes", {"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_second_factor")
