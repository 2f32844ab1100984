"""Answer keys: the form of each question type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_service.courses import answer_keys
from core_service.courses.models import QuestionType
from shared_settings.problems import Invalid

TEXT = {"answers": [{"text": "Paris"}]}
NUMBER = {"answers": [{"value": "9.81"}]}

RIGHT = [
    ("numeric", NUMBER),
    (
        "numeric",
        {
            "answers": [
                {"value": "9.81", "tolerance": "0.01", "tolerance_kind": "absolute", "fraction": "1"},
                {"value": "-6.02e23", "tolerance": "5", "tolerance_kind": "relative", "fraction": "0.5"},
                {"low": "5", "high": "7", "low_open": False, "high_open": True},
                {"low": ".5", "high": "0.50", "fraction": "0"},
            ]
        },
    ),
    ("numeric", {"answers": [{"value": "0", "tolerance": "0.5", "tolerance_kind": "absolute"}]}),
    ("short_text", TEXT),
    (
        "short_text",
        {
            "answers": [
                {"text": "Paris", "match": "exact", "fraction": "1"},
                {"text": r"\(?par[iy]s\)?", "match": "regex"},
            ],
            "case_sensitive": False,
            "strip_accents": True,
        },
    ),
    ("short_text", {"answers": [{"text": r"an escaped \(?= is no look-ahead", "match": "regex"}]}),
    (
        "fill_blanks",
        {"blanks": {"1": {"type": "short_text", "strip_accents": True, **TEXT}, "b-2": {"type": "numeric", **NUMBER}}},
    ),
    ("matching", {"pairs": [{"left": "dog", "right": "mammal"}, {"left": "cat", "right": "mammal"}]}),
    ("matching", {"pairs": [{"left": "a", "right": "1"}], "distractors": ["2", "3"]}),
    ("ordering", {"items": ["first", "second"]}),
]

PAIR = {"left": "a", "right": "1"}
NO_PATTERNS = ["(", "*", "a" * 201, r"(a)\1", "(?=a)", "(?<!a)b", "(?P<n>a)(?P=n)", "a{1000}", r"\\(?!a)", "[z-a]"]
WITHOUT_KEY = ["single_choice", "multiple_choice", "true_false", "long_text", "file", "survey"]

WRONG: list[tuple[str, Any, dict[str, str]]] = [
    ("numeric", [], {"/key": "invalid_object"}),
    ("numeric", {}, {"/key/answers": "required"}),
    ("numeric", {"answers": []}, {"/key/answers": "invalid_list"}),
    ("numeric", {"answers": [{}]}, {"/key/answers/0/value": "required"}),
    ("numeric", {"answers": [{"value": 9.81}]}, {"/key/answers/0/value": "invalid_number"}),
    ("numeric", {"answers": [{"value": "NaN"}]}, {"/key/answers/0/value": "invalid_number"}),
    ("numeric", {"answers": [{"value": "1" * 51}]}, {"/key/answers/0/value": "invalid_number"}),
    ("numeric", {"answers": [{"value": "1e999"}]}, {"/key/answers/0/value": "invalid_number"}),
    ("numeric", {"answers": [{"value": "1", "fraction": "1.01"}]}, {"/key/answers/0/fraction": "out_of_range"}),
    ("numeric", {"answers": [{"value": "1", "tolerance": "-1"}]}, {"/key/answers/0/tolerance": "out_of_range"}),
    (
        "numeric",
        {"answers": [{"value": "0.0", "tolerance": "1", "tolerance_kind": "relative"}]},
        {"/key/answers/0/tolerance_kind": "relative_to_zero"},
    ),
    ("numeric", {"answers": [{"low": "1"}]}, {"/key/answers/0/high": "required"}),
    ("numeric", {"answers": [{"low": "2", "high": "1"}]}, {"/key/answers/0/high": "empty_range"}),
    ("numeric", {"answers": [{"low": "2", "high": "2", "low_open": True}]}, {"/key/answers/0/high": "empty_range"}),
    ("numeric", {"answers": [{"low": "1", "high": "2", "low_open": 1}]}, {"/key/answers/0/low_open": "invalid_flag"}),
    ("numeric", {"answers": [{"value": "1", "low": "1"}]}, {"/key/answers/0/low": "unknown_field"}),
    ("numeric", {"answers": [{"value": "1", "a/b~c": 1}]}, {"/key/answers/0/a~1b~0c": "unknown_field"}),
    ("short_text", {"answers": [{"text": " "}]}, {"/key/answers/0/text": "invalid_text"}),
    ("short_text", {"answers": [{"text": "a\0"}]}, {"/key/answers/0/text": "invalid_text"}),
    ("short_text", {"answers": [{"text": "a\ud800"}]}, {"/key/answers/0/text": "invalid_text"}),
    ("short_text", {"answers": [{"text": "a", "match": []}]}, {"/key/answers/0/match": "invalid_choice"}),
    ("short_text", TEXT | {"case_sensitive": "no"}, {"/key/case_sensitive": "invalid_flag"}),
    *(
        ("short_text", {"answers": [{"text": pattern, "match": "regex"}]}, {"/key/answers/0/text": "invalid_regex"})
        for pattern in NO_PATTERNS
    ),
    ("fill_blanks", {"blanks": {}}, {"/key/blanks": "invalid_object"}),
    ("fill_blanks", {"blanks": {"a b": {"type": "numeric", **NUMBER}}}, {"/key/blanks/a b": "invalid_name"}),
    ("fill_blanks", {"blanks": {"1": TEXT}}, {"/key/blanks/1/type": "required"}),
    (
        "fill_blanks",
        {"blanks": {"1": {"type": "numeric", **TEXT}}},
        {"/key/blanks/1/answers/0/value": "required", "/key/blanks/1/answers/0/text": "unknown_field"},
    ),
    ("fill_blanks", {"blanks": {"1": {"type": "matching", **TEXT}}}, {"/key/blanks/1/type": "invalid_choice"}),
    ("matching", {"pairs": [{"left": "a"}]}, {"/key/pairs/0/right": "required"}),
    ("matching", {"pairs": [PAIR, {"left": "a ", "right": "2"}]}, {"/key/pairs/1/left": "repeated"}),
    ("matching", {"pairs": [PAIR], "distractors": ["1"]}, {"/key/distractors/0": "repeated"}),
    ("matching", {"pairs": [PAIR], "distractors": ["2", "2"]}, {"/key/distractors/1": "repeated"}),
    ("ordering", {"items": ["one"]}, {"/key/items": "invalid_list"}),
    ("ordering", {"items": ["one"] * 51}, {"/key/items": "invalid_list"}),
    ("ordering", {"items": ["one", "two", "one"]}, {"/key/items/2": "repeated"}),
    ("ordering", {"items": ["one", 2]}, {"/key/items/1": "invalid_text"}),
    *((question_type, {}, {"/key": "key_not_taken"}) for question_type in WITHOUT_KEY),
]


def _errors(question_type: str, key: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        answer_keys.checked(question_type, key)
    return {error.pointer: error.code for error in refused.value.errors}


@pytest.mark.parametrize(("question_type", "key"), RIGHT)
def test_a_right_key_is_stored_as_it_was_written(question_type: str, key: Any) -> None:
    assert answer_keys.checked(question_type, key) == key


@pytest.mark.parametrize(("question_type", "key", "errors"), WRONG)
def test_a_wrong_key_is_refused_where_it_is_wrong(question_type: str, key: Any, errors: dict[str, str]) -> None:
    assert _errors(question_type, key) == errors


def test_all_that_is_wrong_is_said_at_once() -> None:
    key = {"answers": [{"text": ""}, {"text": "a", "fraction": "2"}, 7], "colour": "red"}
    assert _errors("short_text", key) == {
        "/key/answers/0/text": "invalid_text",
        "/key/answers/1/fraction": "out_of_range",
        "/key/answers/2": "invalid_object",
        "/key/colour": "unknown_field",
    }


def test_texts_are_trimmed() -> None:
    assert answer_keys.checked("ordering", {"items": [" one ", "two\n"]}) == {"items": ["one", "two"]}


@pytest.mark.parametrize("question_type", QuestionType.values)
def test_a_key_may_be_yet_to_be_written(question_type: str) -> None:
    assert answer_keys.checked(question_type, None) is None


_NAMES = st.sampled_from(
    [
        *("answers", "value", "low", "high", "tolerance", "tolerance_kind", "fraction", "text", "match"),
        *("blanks", "type", "1", "pairs", "left", "right", "distractors", "items"),
    ]
)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["1", "0", "regex", "numeric"])
)
_ANYTHING = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=12
)


@given(question_type=st.sampled_from(QuestionType.values), key=_ANYTHING)
def test_whatever_comes_is_stored_or_refused_and_what_is_stored_is_stored_again(question_type: str, key: Any) -> None:
    try:
        stored = answer_keys.checked(question_type, key)
    except Invalid as refused:
        errors = refused.errors
    else:
        assert answer_keys.checked(question_type, stored) == stored
        return
    assert errors
    assert all(error.pointer.startswith("/key") for error in errors)


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_every_decimal_is_a_value(value: Decimal) -> None:
    key = {"answers": [{"value": f"{value:f}"}]}
    assert answer_keys.checked("numeric", key) == key
