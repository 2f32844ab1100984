"""Answer keys: the form that each question type has, checked to the last member, with a pointer to all that is wrong.

A key is stored as it was written, but for the space around texts. Numbers are text, so that they stay exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from shared_settings.problems import FieldError, Invalid, there_is_no

MOST_ANSWERS = 100
MOST_ITEMS = 50
MOST_UNKNOWN = 100  # members that are named as unknown
TEXT_LENGTH = 1000
NUMBER_LENGTH = 50
REGEX_LENGTH = 200
NAME_LENGTH = 200  # of a member in a pointer

Errors = list[FieldError]
Shape = Callable[[Any, str, Errors], Any]  # (value, pointer, errors to add to) -> the value as it is stored


def checked(question_type: str, key: Any) -> Any:
    """The key as it is to be stored; raises `Invalid` with pointers under `/key`. None: not written yet."""
    if key is None:
        return None
    shape = SHAPES.get(question_type)
    if shape is None:
        raise Invalid.field("key", "key_not_taken", f"A {question_type} question has no key.")
    errors: Errors = []
    stored = shape(key, "/key", errors)
    if errors:
        raise Invalid(errors=errors)
    return stored


def _member(pointer: str, name: str) -> str:
    """The pointer to a member of what another points at (RFC 6901)."""
    return f"{pointer}/{name[:NAME_LENGTH].replace('~', '~0').replace('/', '~1')}"


# Shapes of single values.

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")


def _text(value: Any, pointer: str, errors: Errors) -> Any:
    stored = value.strip() if isinstance(value, str) else ""
    if not stored or len(stored) > TEXT_LENGTH or _UNSTORABLE.search(stored):
        errors.append(FieldError(pointer, "invalid_text", f"A text of 1 to {TEXT_LENGTH:,} characters is needed."))
    return stored


def _flag(value: Any, pointer: str, errors: Errors) -> Any:
    if not isinstance(value, bool):
        errors.append(FieldError(pointer, "invalid_flag", "true or false is needed."))
    return value


def _number(low: Decimal | None = None, high: Decimal | None = None) -> Shape:
    bounds = " and ".join(f"at {word} {end}" for word, end in (("least", low), ("most", high)) if end is not None)

    def shape(value: Any, pointer: str, errors: Errors) -> Any:
        stored = value.strip() if isinstance(value, str) else ""
        if len(stored) > NUMBER_LENGTH or not _NUMBER.fullmatch(stored):
            detail = f'A number as text is needed, such as "9.81", of at most {NUMBER_LENGTH} characters.'
            errors.append(FieldError(pointer, "invalid_number", detail))
        elif (low is not None and Decimal(stored) < low) or (high is not None and Decimal(stored) > high):
            errors.append(FieldError(pointer, "out_of_range", f"It is {bounds}."))
        return stored

    return shape


def _one_of(*choices: str) -> Shape:
    def shape(value: Any, pointer: str, errors: Errors) -> Any:
        if not isinstance(value, str) or value not in choices:
            errors.append(FieldError(pointer, "invalid_choice", f"One of these is needed: {', '.join(choices)}."))
        return value

    return shape


# Shapes made of others.


def _record(required: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Shape:
    shapes = {**required, **optional}

    def shape(value: Any, pointer: str, errors: Errors) -> Any:
        if not isinstance(value, dict):
            errors.append(FieldError(pointer, "invalid_object", "An object is needed."))
            return None
        errors += [FieldError(_member(pointer, name), "required", "It is missing.") for name in required.keys() - value]
        errors += [
            FieldError(_member(pointer, name), "unknown_field", there_is_no("field", shapes))
            for name in islice(value.keys() - shapes, MOST_UNKNOWN)
        ]
        return {
            name: shapes[name](inner, _member(pointer, name), errors) for name, inner in value.items() if name in shapes
        }

    return shape


def _list(of: Shape, *, least: int, most: int) -> Shape:
    def shape(value: Any, pointer: str, errors: Errors) -> Any:
        if not isinstance(value, list) or not least <= len(value) <= most:
            errors.append(FieldError(pointer, "invalid_list", f"A list of {least} to {most} is needed."))
            return None
        return [of(inner, _member(pointer, str(place)), errors) for place, inner in enumerate(value)]

    return shape


def _with(shape: Shape, also: Callable[[Any, str, Errors], None]) -> Shape:
    """The shape, and what must hold of its parts together once each is right by itself."""

    def both(value: Any, pointer: str, errors: Errors) -> Any:
        before = len(errors)
        stored = shape(value, pointer, errors)
        if len(errors) == before:
            also(stored, pointer, errors)
        return stored

    return both


def _no_repetition(values: list[str], pointer: str, errors: Errors) -> None:
    for place, value in enumerate(values):
        if value in values[:place]:
            errors.append(FieldError(_member(pointer, str(place)), "repeated", "It is there before."))


# numeric

_FRACTION = _number(Decimal(0), Decimal(1))


def _relative_to_something(answer: Any, pointer: str, errors: Errors) -> None:
    if answer.get("tolerance_kind") == "relative" and Decimal(answer["value"]) == 0:
        detail = "A share of 0 is 0: use an absolute tolerance."
        errors.append(FieldError(_member(pointer, "tolerance_kind"), "relative_to_zero", detail))


def _holds_something(answer: Any, pointer: str, errors: Errors) -> None:
    low, high = Decimal(answer["low"]), Decimal(answer["high"])
    is_open = answer.get("low_open") or answer.get("high_open")
    if low > high or (low == high and is_open):
        errors.append(FieldError(_member(pointer, "high"), "empty_range", "No number lies in this range."))


_VALUE = _with(
    _record(
        {"value": _number()},
        {"tolerance": _number(Decimal(0)), "tolerance_kind": _one_of("absolute", "relative"), "fraction": _FRACTION},
    ),
    _relative_to_something,
)
_RANGE = _with(
    _record({"low": _number(), "high": _number()}, {"low_open": _flag, "high_open": _flag, "fraction": _FRACTION}),
    _holds_something,
)


def _value_or_range(value: Any, pointer: str, errors: Errors) -> Any:
    is_range = isinstance(value, dict) and "value" not in value and ("low" in value or "high" in value)
    return (_RANGE if is_range else _VALUE)(value, pointer, errors)


_NUMERIC = {"answers": _list(_value_or_range, least=1, most=MOST_ANSWERS)}

# short_text

# Escapes are read in pairs, so that an escaped bracket begins no group.
_SPECIAL = re.compile(
    r"(?P<not_linear>\\[1-9]|\(\?(?:=|!|<=|<!|>|\(|P=))|\\.|(?P<much>\{[0-9]*,?[0-9]{4,}\})", re.DOTALL
)


def _runs_in_linear_time(answer: Any, pointer: str, errors: Errors) -> None:
    """A pattern that compiles, and has nothing that needs backtracking: no back-reference, no look-around."""
    pattern = answer["text"]
    if answer.get("match") != "regex":
        return
    found = list(_SPECIAL.finditer(pattern))
    if len(pattern) > REGEX_LENGTH:
        detail = f"A regular expression has at most {REGEX_LENGTH} characters."
    elif any(match["not_linear"] for match in found):
        detail = "Back-references, look-around and conditions are not taken."
    elif any(match["much"] for match in found):
        detail = "It repeats something more than 999 times."
    else:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            detail = f"It is no regular expression: {error}."[:300]
        else:
            return
    errors.append(FieldError(_member(pointer, "text"), "invalid_regex", detail))


_ACCEPTED = _with(
    _record({"text": _text}, {"match": _one_of("exact", "regex"), "fraction": _FRACTION}), _runs_in_linear_time
)
_SHORT_TEXT = {"answers": _list(_ACCEPTED, least=1, most=MOST_ANSWERS)}
_SHORT_TEXT_OPTIONS = {"case_sensitive": _flag, "strip_accents": _flag}

# fill_blanks

_BLANK_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
_NUMERIC_BLANK = _record({"type": _one_of("numeric"), **_NUMERIC}, {})
_TEXT_BLANK = _record({"type": _one_of("short_text", "numeric"), **_SHORT_TEXT}, _SHORT_TEXT_OPTIONS)


def _blank(value: Any, pointer: str, errors: Errors) -> Any:
    is_numeric = isinstance(value, dict) and value.get("type") == "numeric"
    return (_NUMERIC_BLANK if is_numeric else _TEXT_BLANK)(value, pointer, errors)


def _blanks(value: Any, pointer: str, errors: Errors) -> Any:
    if not isinstance(value, dict) or not 1 <= len(value) <= MOST_ITEMS:
        errors.append(FieldError(pointer, "invalid_object", f"An object of 1 to {MOST_ITEMS} blanks is needed."))
        return None
    errors += [
        FieldError(_member(pointer, name), "invalid_name", "A blank is named by 1 to 20 letters, digits, `-` and `_`.")
        for name in value
        if not _BLANK_NAME.fullmatch(name)
    ]
    return {name: _blank(inner, _member(pointer, name), errors) for name, inner in value.items()}


# matching


def _one_answer_each(key: Any, pointer: str, errors: Errors) -> None:
    lefts = [pair["left"] for pair in key["pairs"]]
    for place, left in enumerate(lefts):
        if left in lefts[:place]:
            errors.append(FieldError(f"{pointer}/pairs/{place}/left", "repeated", "It is there before."))
    rights = {pair["right"] for pair in key["pairs"]}
    for place, distractor in enumerate(key.get("distractors", [])):
        if distractor in rights:
            errors.append(FieldError(f"{pointer}/distractors/{place}", "repeated", "It is the right answer of a pair."))


_PAIRS = _list(_record({"left": _text, "right": _text}, {}), least=1, most=MOST_ITEMS)
_DISTRACTORS = _with(_list(_text, least=0, most=MOST_ITEMS), _no_repetition)

SHAPES: Mapping[str, Shape] = {
    "numeric": _record(_NUMERIC, {}),
    "short_text": _record(_SHORT_TEXT, _SHORT_TEXT_OPTIONS),
    "fill_blanks": _record({"blanks": _blanks}, {}),
    "matching": _with(_record({"pairs": _PAIRS}, {"distractors": _DISTRACTORS}), _one_answer_each),
    "ordering": _record({"items": _with(_list(_text, least=2, most=MOST_ITEMS), _no_repetition)}, {}),
}
