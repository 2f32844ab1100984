"""Questions, their keys and their options."""

from __future__ import annotations

from typing import Any

import pytest

from core_service.courses.models import QuestionOption, TestQuestion
from core_service.courses.tests.desk import Desk, url

pytestmark = pytest.mark.django_db

KEY = {"answers": [{"value": "9.81", "tolerance": "0.01", "tolerance_kind": "absolute", "fraction": "1"}]}


def _question(desk: Desk, question_type: str, **body: Any) -> dict[str, Any]:
    return desk.add("questions", test_id=desk.test["id"], question_text="Why?", question_type=question_type, **body)


def test_a_key_comes_back_as_it_was_written(desk: Desk) -> None:
    row = _question(desk, "numeric", key=KEY, explanation="Gravity", credit="halves")
    read = desk.author.get(url("questions", row["id"]))
    assert read.json() == row
    assert (row["key"], row["explanation"], row["credit"]) == (KEY, "Gravity", "halves")
    put = desk.author.put(url("questions", row["id"]), row)
    assert (put.status_code, put.json(), put["ETag"]) == (200, row, read["ETag"])


def test_a_wrong_key_is_pointed_at_beside_all_else_that_is_wrong(desk: Desk) -> None:
    body = {
        "test_id": desk.test["id"],
        "question_text": "",
        "question_type": "numeric",
        "key": {"answers": [{"value": "much"}], "unit": "m"},
    }
    answer = desk.author.post(url("questions"), body)
    assert answer.status_code == 400
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == {
        "/question_text": "blank",
        "/key/answers/0/value": "invalid_number",
        "/key/unit": "unknown_field",
    }


def test_a_blank_is_pointed_at_by_the_name_it_has(desk: Desk) -> None:
    """However it is named: badly, and wrong inside as well; like a key of DRF's; longer than anybody reads."""
    blank = {"type": "numeric", "answers": [{"value": "x"}]}
    names = ("a b", "non_field_errors", "x" * 5000)
    body = {
        "test_id": desk.test["id"],
        "question_text": "Why?",
        "question_type": "fill_blanks",
        "key": {"blanks": dict.fromkeys(names, blank)},
    }
    question = desk.question["id"]
    for answer in (desk.author.post(url("questions"), body), desk.author.patch(url("questions", question), body)):
        assert answer.status_code == 400
        told = {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
        assert {
            ("/key/blanks/a b", "invalid_name"),
            ("/key/blanks/a b/answers/0/value", "invalid_number"),
            ("/key/blanks/non_field_errors/answers/0/value", "invalid_number"),
            (f"/key/blanks/{'x' * 200}", "invalid_name"),
            (f"/key/blanks/{'x' * 200}/answers/0/value", "invalid_number"),
        } <= told


@pytest.mark.parametrize("question_type", ["bogus", [], None])
def test_a_key_of_no_type_is_no_second_error(question_type: Any, desk: Desk) -> None:
    body = {"test_id": desk.test["id"], "question_text": "Why?", "question_type": question_type, "key": KEY}
    answer = desk.author.post(url("questions"), body)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/question_type"]


def test_another_type_needs_another_key(desk: Desk) -> None:
    address = url("questions", _question(desk, "numeric", key=KEY)["id"])
    refused = desk.author.patch(address, {"question_type": "short_text"})
    assert refused.status_code == 400
    assert all(error["pointer"].startswith("/key") for error in refused.json()["errors"])
    key = {"answers": [{"text": "because"}]}
    changed = desk.author.patch(address, {"question_type": "short_text", "key": key})
    assert (changed.status_code, changed.json()["key"]) == (200, key)
    cleared = desk.author.patch(address, {"question_type": "survey", "key": None})
    assert (cleared.status_code, cleared.json()["key"]) == (200, None)
    assert TestQuestion.objects.get(key__isnull=True, question_type="survey")


@pytest.mark.parametrize(
    ("points", "shown"),
    [("2.50", "2.5"), (2.5, "2.5"), (3, "3"), ("0", "0"), ("1000", "1000"), (".25", "0.25"), (" 1e1 ", "10")],
)
def test_points_are_exact(points: Any, shown: str, desk: Desk) -> None:
    assert _question(desk, "survey", points=points)["points"] == shown


@pytest.mark.parametrize(("question_type", "most"), [("true_false", 2), ("single_choice", 50), ("multiple_choice", 50)])
def test_a_question_has_only_so_many_options(question_type: str, most: int, desk: Desk) -> None:
    question_id = _question(desk, question_type)["id"]
    QuestionOption.objects.bulk_create(
        QuestionOption(question_id=question_id, option_text=str(n)) for n in range(most - 1)
    )
    desk.add("options", question_id=question_id, option_text="The last")
    refused = desk.author.post(url("options"), {"question_id": question_id, "option_text": "One more"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_options")
    listed = desk.author.get(url("options"), {"question_id": question_id, "page_size": 100}).json()["results"]
    assert [row["option_text"] for row in listed] == [*(str(n) for n in range(most - 1)), "The last"]


def test_only_questions_of_choice_take_options(desk: Desk) -> None:
    question_id = _question(desk, "ordering")["id"]
    refused = desk.author.post(url("options"), {"question_id": question_id, "option_text": "One"})
    assert (refused.status_code, refused.json()["code"]) == (409, "options_not_taken")


def test_a_type_that_takes_fewer_options_waits_until_they_are_deleted(desk: Desk) -> None:
    address = url("questions", desk.question["id"])
    for _ in range(2):
        desk.add("options", question_id=desk.question["id"], option_text="More")
    for question_type, code in (("true_false", "too_many_options"), ("survey", "options_not_taken")):
        refused = desk.author.patch(address, {"question_type": question_type})
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    desk.author.delete(url("options", desk.option["id"]))
    assert desk.author.patch(address, {"question_type": "true_false"}).status_code == 200


def test_a_lesson_has_one_test(desk: Desk) -> None:
    refused = desk.author.post(url("tests"), {"lesson_id": desk.lesson["id"], "title": "Another"})
    assert (refused.status_code, refused.json()["code"]) == (409, "test_exists")
    desk.author.delete(url("tests", desk.test["id"]))
    desk.add("tests", lesson_id=desk.lesson["id"], title="Another")


@pytest.mark.parametrize(
    ("score", "shown"),
    [(0, 0), (100, 100), ("72.50", 72.5), (66.67, 66.67), (None, None), (66.667, None), (True, None), ("1_0", None)],
)
def test_a_passing_score_is_a_percentage_of_at_most_two_decimals(score: Any, shown: Any, desk: Desk) -> None:
    answer = desk.author.patch(url("tests", desk.test["id"]), {"passing_score": score})
    if shown is None:
        assert answer.status_code == 400
    else:
        assert answer.json()["passing_score"] == shown


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "https://example.org/a?b=c#d", "http://localhost:9000/x", "https://bücher.example/"],
)
def test_a_link_leads_to_the_web(address: str, desk: Desk) -> None:
    row = desk.add("media", lesson_id=desk.lesson["id"], media_url=address)
    assert (row["media_url"], row["media_type"]) == (address, "link")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//example.org", "http://", "example.org"],
)
def test_a_link_leads_nowhere_else(address: str, desk: Desk) -> None:
    answer = desk.author.post(url("media"), {"lesson_id": desk.lesson["id"], "media_url": address})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/media_url"]
