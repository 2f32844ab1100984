"""When two addresses are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts import rules


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace@Example.ORG ", "ada.lovelace@example.org"),
        ("ada@bücher.example.org", "ada@xn--bcher-kva.example.org"),
        ("ada@XN--BCHER-KVA.example.org", "ada@xn--bcher-kva.example.org"),
        ("\u212aelvin@example.org", "kelvin@example.org"),
        ("\uff41\uff44\uff41@example.org", "ada@example.org"),
        ('"a@b"@example.org', '"a@b"@example.org'),
    ],
)
def test_all_spellings_of_an_address_have_one_key(address: str, key: str) -> None:
    assert rules.email_key(address) == key


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example..org",
        "ada@-example.org",
        "a da@example.org",
        "ada\u0000@example.org",
        "ada\u200b@example.org",
        "ada\u202e@example.org",
        "ada@example.org\r\nBcc: x@example.org",
        "ada@" + "x" * 64 + ".org",
    ],
)
def test_what_is_no_address_has_none(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rules.email_key(address)


@given(st.text(max_size=60))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    try:
        key = rules.email_key(f"{text}@example.org")
    except ValueError:
        return
    assert rules.email_key(key) == key


def test_the_last_superuser_is_one_with_nobody_beside() -> None:
    assert rules.is_last_superuser(True, 0)
    assert not rules.is_last_superuser(True, 1)
    assert not rules.is_last_superuser(False, 0)
