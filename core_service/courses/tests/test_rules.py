"""Decisions on plain values."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from core_service.courses.rules import Outline, outline_errors

_ids = st.integers(0, 6).map(lambda number: uuid.UUID(int=number))
_outlines = st.lists(st.tuples(_ids, st.lists(_ids, max_size=4)), max_size=4)


@given(wanted=_outlines, modules=st.frozensets(_ids), lessons=st.frozensets(_ids))
def test_an_order_is_right_when_it_names_everything_once(
    wanted: Outline, modules: frozenset[uuid.UUID], lessons: frozenset[uuid.UUID]
) -> None:
    named_modules = [module for module, _ in wanted]
    named_lessons = [lesson for _, inside in wanted for lesson in inside]
    is_right = sorted(named_modules) == sorted(modules) and sorted(named_lessons) == sorted(lessons)
    assert (outline_errors(wanted, modules=modules, lessons=lessons) == []) == is_right
