"""Keyset pages and strict parameters."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_settings.http import pagination
from shared_settings.tests.conftest import Caller
from shared_settings.tests.things.models import Thing

pytestmark = pytest.mark.django_db


def titles(call: Caller, query: str) -> list[str]:
    found: list[str] = []
    path = f"/things/?{query}"
    while path:
        body = call("GET", path).json()
        found += [row["title"] for row in body["results"]]
        path = body["next"] and "/things/?" + urlsplit(body["next"]).query
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.integers(-2, 2)), max_size=12),
    ordering=st.permutations(["title", "rank"]).flatmap(
        lambda names: st.tuples(*(st.sampled_from([name, "-" + name]) for name in names))
    ),
    size=st.integers(1, 5),
)
def test_pages_there_and_back_are_the_sorted_rows(rows: list[Any], ordering: tuple[str, ...], size: int) -> None:
    Thing.objects.all().delete()
    Thing.objects.bulk_create(Thing(title=title, rank=rank) for title, rank in rows)
    wanted = list(Thing.objects.order_by(*ordering, "id"))
    pages, cursor = [], None
    while True:
        page = pagination.page_of(Thing.objects.all(), ordering, size, cursor)
        pages.append(list(page.rows))
        assert (page.count, page.count_is_exact) == (len(rows), True)
        if page.next is None:
            break
        cursor = page.next
    assert [row for rows_of_page in pages for row in rows_of_page] == wanted
    back = []
    while page.previous is not None:
        page = pagination.page_of(Thing.objects.all(), ordering, size, page.previous)
        back.append(list(page.rows))
    assert back[::-1] == pages[:-1]


def test_rows_that_come_and_go_move_no_other_row(call: Caller) -> None:
    Thing.objects.bulk_create(Thing(title=f"{number:02}") for number in range(0, 20, 2))
    first = call("GET", "/things/?ordering=title&page_size=4").json()
    Thing.objects.create(title="01")
    Thing.objects.create(title="09")
    Thing.objects.filter(title="06").delete()
    rest = titles(call, urlsplit(first["next"]).query)
    assert rest == ["08", "09", "10", "12", "14", "16", "18"]


def test_a_page_costs_two_queries_and_a_whole_list_one(call: Caller, django_assert_num_queries: Any) -> None:
    for rows in (1, 29):
        Thing.objects.bulk_create(Thing(title="a") for _ in range(rows))
        with django_assert_num_queries(1):
            call("GET", "/things/?page_size=100&search=a")
    for size in (1, 29):
        with django_assert_num_queries(2):
            call("GET", f"/things/?page_size={size}&search=a")


def test_the_count_stops_at_its_bound(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MOST_COUNTED", 3)
    Thing.objects.bulk_create(Thing(title="a") for _ in range(3))
    assert [call("GET", "/things/?page_size=1").json()[name] for name in ("count", "count_is_exact")] == [3, True]
    Thing.objects.create(title="a")
    assert [call("GET", "/things/?page_size=1").json()[name] for name in ("count", "count_is_exact")] == [3, False]


def test_search_wants_every_word_and_takes_no_patterns(call: Caller) -> None:
    Thing.objects.bulk_create(Thing(title=title) for title in ("Red apple", "Red pear", "100% pure", "a_b"))
    assert titles(call, "search=RED+pear") == ["Red pear"]
    assert titles(call, "search=%25") == ["100% pure"]
    assert titles(call, "search=_") == ["a_b"]
    assert titles(call, "search=red" + "+pear" * 20) == ["Red pear"]
    assert titles(call, "search=") == titles(call, "search=+") == titles(call, "")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("bogus=1", "?bogus"), ("format=api&format=json", "?format"),
        ("page_size=0", "?page_size"), ("page_size=101", "?page_size"),
        ("page_size=", "?page_size"),
        ("page_size=1&page_size=2", "?page_size"), ("is_new=maybe", "?is_new"), ("search=%00", "?search"),
        ("search=a+b+c+d+e+f+g+h+i+j+k", "?search"),
        ("ordering=password", "?ordering"), ("ordering=title,-title", "?ordering"), ("ordering=", "?ordering"),
        ("cursor=x", "?cursor"), ("cursor=%00", "?cursor"), ("cursor=W10", "?cursor"),
        ("cursor=" + "A" * 3000, "?cursor"),
        ("cursor=WyJuIiwiIiwieCJd", "?cursor"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_400_with_its_name(call: Caller, query: str, pointer: str) -> None:
    response = call("GET", f"/things/?{query}")
    assert response.status_code == 400
    assert pointer in {error["pointer"] for error in response.json()["errors"]}


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("created_at", "0001-01-01T00:00:00+23:59"), ("created_at", "9999-12-31T23:59:59-23:59"),
        ("created_at", "2026-13-01"), ("created_at", ""), ("created_at", 7), ("created_at", None),
        ("title", "\ud800"), ("title", "a\0b"), ("title", ["a"]), ("rank", "1.5"), ("rank", "9" * 5000),
    ],
)  # fmt: skip
def test_a_cursor_that_somebody_made_up_is_400(call: Caller, order: str, value: Any) -> None:
    text = json.dumps(["n", f"{order},id", [value, "01936f5c-0000-7000-8000-000000000001"]])
    cursor = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    for path in (f"/things/?ordering={order}&cursor={cursor}", f"/things/?ordering={order}&cursor={cursor[:-2]}"):
        response = call("GET", path)
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "?cursor")


@pytest.mark.parametrize("value", ["9" * 30, "-" + "9" * 30, "2147483648"])
def test_a_cursor_beyond_all_rows_finds_an_end(call: Caller, value: str) -> None:
    Thing.objects.create(title="a")
    text = json.dumps(["n", "rank,id", [value, "01936f5c-0000-7000-8000-000000000001"]])
    cursor = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    assert call("GET", f"/things/?ordering=rank&cursor={cursor}").status_code == 200


def test_a_cursor_serves_no_other_order(call: Caller) -> None:
    Thing.objects.bulk_create(Thing(title="a") for _ in range(3))
    following = urlsplit(call("GET", "/things/?page_size=1&ordering=title").json()["next"]).query
    assert call("GET", f"/things/?{following.replace('ordering=title', 'ordering=rank')}").status_code == 400


def test_parameters_are_strict_on_writes_too(call: Caller, thing: Thing) -> None:
    assert call("PATCH", f"/things/{thing.id}?dry=1", {}).status_code == 400
    assert call("POST", "/things/?page_size=3", {"title": "a"}).status_code == 400
