"""What this app refuses."""

from __future__ import annotations

from shared_settings.problems import Forbidden, Problem


class AuthorNotYours(Forbidden):
    code = "author_not_yours"
    detail = "A course is its author's: only an admin may name somebody else."


class TestExists(Problem):
    status = 409
    code = "test_exists"
    title = "The lesson has a test."
    detail = "A lesson has one test. Change that one, or delete it first."


class OptionsNotTaken(Problem):
    status = 409
    code = "options_not_taken"
    title = "This question has no options."
    detail = "Only single_choice, multiple_choice and true_false offer options; the other types have a `key`."


class TooManyOptions(Problem):
    status = 409
    code = "too_many_options"
    title = "These are more options than the question may have."


class TooManySiblings(Problem):
    status = 409
    code = "too_many_siblings"
    title = "There are as many rows beside it as there may be."


class OutlineMismatch(Problem):
    """A new order that does not name exactly what is in the course; `errors` says what is wrong with it."""

    status = 400
    code = "outline_mismatch"
    title = "The order does not name exactly what is in the course."
    detail = "Name every module and every lesson of the course once. Read `with-modules` again, then repeat it."
