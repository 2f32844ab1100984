"""What a body may be: strict JSON objects of bounded size and depth, with known fields of the right type."""

from __future__ import annotations

import contextlib
import json
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from shared_settings.http import wsgi
from shared_settings.http.parsers import is_too_deep, read_json
from shared_settings.http.serializers import ListField, StrictSerializer, TextField
from shared_settings.problems import there_is_no
from shared_settings.tests.conftest import Caller
from shared_settings.tests.things.models import Thing

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(json_values)
def test_depth_is_counted_as_a_parser_would(value: Any) -> None:
    body = json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")
    depth = depth_of(value)
    assert not is_too_deep(body, depth)
    assert depth == 0 or is_too_deep(body, depth - 1)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(ParseError):
        read_json(body)


@pytest.mark.parametrize("body", [b"[]" * 65 + b'"\\' * 500_000, (b"[" * 64 + b"}" * 64) * 8_000])
def test_a_megabyte_of_open_quotes_or_brackets_is_scanned_in_linear_time(body: bytes) -> None:
    assert not is_too_deep(body, 64)
    assert is_too_deep(b"[" * 65 + body, 64)


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 65 + b"]" * 65,
        b'{"title": NaN}',
        b'{"points": 1e400}',
        b'{"points": ' + b"9" * 10_000 + b"}",
        b'{"title": "\xff"}',
        b'{"title": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"title": "a",}',
        b'{"title": "a", "kind": "small", "title": "b"}',
        b'\xff\xfe{\x00"',
    ],
)
@pytest.mark.django_db
def test_a_body_that_cannot_be_read_is_400(call: Caller, body: bytes) -> None:
    response = call("POST", "/things/", body)
    assert response.status_code == 400
    assert response.json()["code"] == "parse_error"
    assert not Thing.objects.exists()


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"x"', b""])
@pytest.mark.django_db
def test_a_body_that_is_no_object_is_400(call: Caller, body: bytes) -> None:
    assert call("POST", "/things/", body).status_code == 400


@pytest.mark.django_db
def test_another_media_type_is_415_and_the_answer_names_those_that_are_read(call: Caller) -> None:
    response = call("POST", "/things/", b"a", Content_Type="text/plain")
    assert response.status_code == 415
    assert "`application/json`" in response.json()["detail"]


@pytest.mark.django_db
def test_json_over_one_mebibyte_is_413_and_a_larger_form_is_not(call: Caller) -> None:
    assert call("POST", "/things/", {"title": "x" * 1024 * 1024}).status_code == 413
    form = b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n' + b"x" * 1024 * 1024 + b"\r\n--b--\r\n"
    response = call("POST", "/things/", form, Content_Type="multipart/form-data; boundary=b")
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/title"


@pytest.mark.django_db
def test_a_body_without_a_length_is_411(call: Caller, thing: Thing) -> None:
    response = call("PATCH", f"/things/{thing.id}", {"title": "b"}, Transfer_Encoding="chunked")
    assert response.status_code == 411


@pytest.mark.django_db
def test_a_packed_body_is_415(call: Caller) -> None:
    for packing in ("gzip", "br", "gzip, identity"):
        response = call("POST", "/things/", {"title": "a"}, Content_Encoding=packing)
        assert (response.status_code, response["Accept-Encoding"]) == (415, "identity")
    assert not Thing.objects.exists()
    assert call("POST", "/things/", {"title": "a"}, Content_Encoding="identity").status_code == 201


@pytest.mark.parametrize("charset", ["hex", "undefined", "punycode", "utf-16", "nonsense"])
def test_a_charset_changes_nothing(charset: str) -> None:
    """JSON has none, and to decode an address by whatever codec somebody names fails for some of them."""
    environ = {"QUERY_STRING": "search=red", "CONTENT_TYPE": f"application/json; charset={charset}"}
    setup_testing_defaults(environ)
    request = wsgi.Application.request_class(environ)
    assert (request.GET.dict(), request.content_type, request.encoding) == ({"search": "red"}, "application/json", None)


@pytest.mark.asvs("2.2.1", "15.3.5")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 1), ("title", True), ("title", []), ("title", ""), ("title", "  "), ("title", "a\0b"),
        ("title", "\u200b"), ("title", "\u200d\ufeff \x07"),
        ("title", "x" * 201), ("kind", "huge"), ("kind", 1), ("kind", []), ("points", "NaN"), ("points", True),
        ("points", "1e400"), ("points", "1.234"), ("points", "1_0"), ("points", "1 0"),
        ("points", "\uff11\uff12"), ("rank", "1.5"), ("rank", 1.5), ("rank", True), ("rank", 10**30),
        ("rank", "1"),
        ("is_new", 1), ("is_new", "maybe"), ("is_new", "true"), ("is_new", []),
        ("owner_id", "x"), ("owner_id", 7), ("owner_id", "0" * 32),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_value_of_another_type_is_refused_with_its_pointer(call: Caller, field: str, value: Any) -> None:
    response = call("POST", "/things/", {"title": "a", field: value})
    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == [f"/{field}"]
    assert not Thing.objects.exists()


@pytest.mark.django_db
def test_a_form_sends_numbers_and_flags_as_text(call: Caller) -> None:
    sent = {"title": "a", "rank": "7", "is_new": "true"}
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{sent[name]}\r\n' for name in sent)
    response = call("POST", "/things/", f"{parts}--b--\r\n".encode(), Content_Type="multipart/form-data; boundary=b")
    assert response.status_code == 201
    assert (response.json()["rank"], response.json()["is_new"]) == (7, True)


@pytest.mark.asvs("2.2.1", "15.3.3")
@pytest.mark.django_db
def test_all_that_is_wrong_is_said_at_once(call: Caller) -> None:
    response = call("POST", "/things/", {"titel": "a", "a/b~c": 1, "id": "x", "rank": "high"})
    errors = {error["pointer"]: error["code"] for error in response.json()["errors"]}
    assert errors == {
        "/title": "required",
        "/titel": "unknown_field",
        "/a~1b~0c": "unknown_field",
        "/id": "read_only",
        "/rank": "invalid",
    }


@pytest.mark.django_db
def test_an_unknown_field_is_pointed_at_by_the_name_it_has(call: Caller) -> None:
    names = {"non_field_errors": "/non_field_errors", "": "/", "~/" * 5000: "/" + "~0~1" * 100}
    for name, pointer in names.items():
        response = call("POST", "/things/", {name: 1, "title": "a"})
        errors = response.json()["errors"]
        assert [(error["pointer"], error["code"]) for error in errors] == [(pointer, "unknown_field")]
        assert len(response.content) < 2000
    assert call("GET", "/things/?non_field_errors=1").json()["errors"][0]["pointer"] == "?non_field_errors"


@pytest.mark.asvs("15.3.3")
@pytest.mark.django_db
def test_a_row_is_taken_back_as_it_was_read_and_not_with_a_changed_read_only_field(call: Caller, thing: Thing) -> None:
    read = call("GET", f"/things/{thing.id}").json()
    assert call("PATCH", f"/things/{thing.id}", read | {"title": "New"}).status_code == 200
    for name, value in {
        "id": str(thing.pk)[::-1],
        "created_at": "2001-01-01T00:00:00Z",
        "owner_id": read["id"],
    }.items():
        response = call("PATCH", f"/things/{thing.id}", {name: value})
        assert response.json()["errors"] == [
            {"pointer": f"/{name}", "code": "read_only", "detail": response.json()["errors"][0]["detail"]}
        ]


def test_an_unknown_parameter_is_told_which_there_are(call: Caller) -> None:
    (error,) = call("GET", "/things/?q=a").json()["errors"]
    assert (error["pointer"], error["code"]) == ("?q", "unknown_field")
    assert error["detail"].startswith("There is no such parameter. Take one of these: cursor, page_size")


@pytest.mark.parametrize("query", ["search=%ff", "%ff=a", "search=\xff"])
def test_a_query_that_is_no_utf_8_is_refused(call: Caller, query: str) -> None:
    response = call.client.get("/api/v1/things/", QUERY_STRING=query)
    assert [error["code"] for error in response.json()["errors"]] == ["invalid_utf8"]


def test_of_many_names_the_first_are_told() -> None:
    assert there_is_no("field", []) == "There is no such field."
    assert there_is_no("field", (f"n{number}" for number in range(5000))).endswith(", n18, n19, ….")


@pytest.mark.django_db
def test_many_unknown_fields_are_answered_with_a_bounded_list(call: Caller) -> None:
    response = call("POST", "/things/", {f"n{number}": 1 for number in range(5000)})
    assert response.status_code == 400
    assert len(response.json()["errors"]) == 100
    response = call("POST", "/things/", {f"{number}{'é' * 1000}": 1 for number in range(100)})
    assert len(response.content) < 25_000, "it may be kept for a retry"


def test_what_is_wrong_is_looked_for_no_further_than_it_is_told() -> None:
    class Names(StrictSerializer):
        names = ListField(child=TextField())

    names = Names(data={"names": [1] * 5000} | {f"n{number}": 1 for number in range(5000)})
    assert not names.is_valid()
    assert (len(names.errors), len(names.errors["names"])) == (101, 100)


@pytest.mark.django_db
def test_text_keeps_the_letters_that_join_others(call: Caller) -> None:
    for title in ("\U0001f469\u200d\U0001f4bb", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"):
        assert call("POST", "/things/", {"title": title}).json()["title"] == title


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"title": "a", "kind": "huge"}, "Take one of these: small, large."),
        ({"kind": "small"}, "It is missing."),
        ({"title": 1}, "A text is needed."),
        ({"title": "x" * 201}, "At most 200 characters."),
        ([], "A JSON object is needed."),
        (
            {"title": "a", "titel": "a"},
            "There is no such field. Take one of these: title, kind, points, rank, is_new, owner_id.",
        ),
    ],
)
@pytest.mark.django_db
def test_an_error_says_what_would_be_right(call: Caller, body: object, detail: str) -> None:
    assert [error["detail"] for error in call("POST", "/things/", body).json()["errors"]] == [detail]
