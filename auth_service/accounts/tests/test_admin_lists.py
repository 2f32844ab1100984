"""Lists of the admin narrow by what their pages offer: no column that is hidden can be guessed by a filter."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import cycle
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth_service.accounts.models import User
from auth_service.accounts.site import site
from auth_service.accounts.tests.signing_in import sign_in
from auth_service.journal.models import AuditEntry
from auth_service.login_sessions.models import Session, SigningKey
from auth_service.tests.cast import Member
from shared_settings import journal
from shared_settings.ids import uuid7

pytestmark = pytest.mark.django_db

LISTS = {model: f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in site._registry}
NO_SUCH_FILTER = "There is no such filter. All rows are shown."


@pytest.fixture
def pages(admin: Member, ada: Member) -> Client:
    client, _ = sign_in("admin@example.org")
    client.raise_request_exception = False
    return client


def refusals(pages: Client, answers: list[Any]) -> set[str]:
    """What stands above the whole list, to which each of these answers leads."""
    (place,) = {answer.headers["Location"] for answer in answers}
    page = pages.get(place)
    assert (page.status_code, page.request["QUERY_STRING"]) == (200, "")
    return {str(message) for message in page.context["messages"]}


class Links(HTMLParser):
    """The queries of all links of a page that lead back to it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.queries: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith("?"):
            self.queries.add(href)


@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize(
    ("model", "column"),
    [
        (User, "password"),
        (Session, "refresh_token"),
        (Session, "previous_refresh_token"),
        (Session, "user__password"),
        (SigningKey, "private_key"),
    ],
)
def test_no_filter_tells_of_a_secret(pages: Client, model: type[Any], column: str) -> None:
    (value,) = model.objects.values_list(column, flat=True)[:1]
    lookups = ("", "__exact", "__startswith", "__regex", "__gt", "__isnull", "__in")
    answers = [pages.get(LISTS[model], {column + name: given}) for name in lookups for given in (value[:8], "nothing")]
    assert refusals(pages, answers) == {NO_SUCH_FILTER}


@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize("model", LISTS, ids=str)
def test_a_list_takes_no_filter_that_its_page_does_not_offer(pages: Client, model: type[Any]) -> None:
    lookups = cycle(("contains", "startswith", "regex", "year"))
    names = [f"{field.name}__{next(lookups)}" for field in model._meta.concrete_fields]
    assert refusals(pages, [pages.get(LISTS[model], {name: "1"}) for name in names]) == {NO_SUCH_FILTER}
    assert refusals(pages, [pages.get(LISTS[model], {"_to_field": "password"})])


@pytest.mark.parametrize("model", LISTS, ids=str)
def test_every_link_that_a_list_offers_works(pages: Client, model: type[Any]) -> None:
    queries = Links(pages.get(LISTS[model]).content.decode()).queries
    assert {query: pages.get(LISTS[model] + query).status_code for query in queries} == dict.fromkeys(queries, 200)
    assert {name for query in queries for name in parse_qs(query.removeprefix("?"))} - {"o"}, "its filters"


def test_filters_narrow(pages: Client, admin: Member, ada: Member) -> None:
    def found(**query: str) -> set[str]:
        return {user.email for user in pages.get(LISTS[User], query).context["cl"].result_list}

    assert found(is_superuser__exact="1") == {"admin@example.org"}
    assert found(is_superuser__exact="0", q="ada") == {"ada@example.org"}
    assert found(created_at__gte="2000-01-01 00:00:00+00:00", is_active__exact="0") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"last_used_at__gte": "x"},
        {"last_used_at__gte": "0001-01-01 00:00:00+14:00"},
        {"last_used_at__lt": "9999-12-31 23:59:59-14:00"},
        {"e": "1", "last_used_at__gte": "99999-01-01"},
        {"state": ["live", "over"]},
        {"ip": "x"},
        {"p": "9"},
        {"q": "a " * 1_000},
    ],
    ids=str,
)
def test_a_value_that_a_filter_cannot_have(pages: Client, query: dict[str, Any]) -> None:
    answer = pages.get(LISTS[Session], query)
    if "q" in query:
        assert "at most 200 characters" in answer.content.decode()
    elif answer.status_code != 200:  # PostgreSQL knows years before 1 and after 9999
        assert refusals(pages, [answer])


def test_the_audit_offers_the_actions_that_there_are(pages: Client) -> None:
    with transaction.atomic():
        for action in ("user.erased", "user.erased", "user.changed"):
            journal.audit(action, actor_id=None, kind="user", object_id=uuid7())
    with CaptureQueriesContext(connection) as asked:
        page = pages.get(LISTS[AuditEntry]).content.decode()
    offered = {value for query in Links(page).queries for value in parse_qs(query[1:]).get("action", ())}
    assert offered == set(AuditEntry.objects.values_list("action", flat=True))
    assert not [query["sql"] for query in asked if "DISTINCT" in query["sql"]]
