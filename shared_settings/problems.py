"""A refusal as a value: raised anywhere below the views, written as an RFC 9457 problem by `http.errors`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

MOST_NAMES = 20


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong with the request; `pointer` is a JSON Pointer into the body or `?name` of a parameter."""

    pointer: str
    code: str
    detail: str


def there_is_no(noun: str, known: Iterable[str]) -> str:
    """That a name means nothing here, and which do."""
    names = list(known)
    if not names:
        return f"There is no such {noun}."
    more = ", …" if len(names) > MOST_NAMES else ""
    return f"There is no such {noun}. Take one of these: {', '.join(names[:MOST_NAMES])}{more}."


class Problem(Exception):
    """A refusal. Subclasses say the fact in their name and set `status`, `code`, `title` and, mostly, `detail`."""

    status = 400
    code = "bad_request"
    title = "The request cannot be done."
    detail = ""

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = self.detail if detail is None else detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail or self.title)

    @classmethod
    def example(cls) -> Self:
        """One for the documentation."""
        return cls()


class Invalid(Problem):
    """Something in the body or the query is wrong; `errors` says all that is."""

    status = 400
    code = "invalid"
    title = "The request is not valid."
    detail = "See `errors` for all that is wrong."

    @classmethod
    def field(cls, name: str, code: str, detail: str) -> Self:
        """One wrong field of the body."""
        return cls(errors=[FieldError(f"/{name}", code, detail)])

    @classmethod
    def example(cls) -> Self:
        return cls(errors=[FieldError("/title", "required", "It is missing.")])


class NotFound(Problem):
    status = 404
    code = "not_found"
    title = "Nothing is there."
    detail = "There is nothing under this address, or you may not know of it."


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "You may not do this."
    detail = "You are signed in, but this is for others: admins, or whoever the row belongs to."


class PreconditionFailed(Problem):
    status = 412
    code = "precondition_failed"
    title = "The row has changed."
    detail = "It is no longer what `If-Match` names. Read it again, then repeat your change."


class Unavailable(Problem):
    """Something that this service needs does not answer; the same request may succeed soon."""

    status = 503
    code = "unavailable"
    title = "The service cannot answer now."
    detail = "Try again in a few seconds."

    def __init__(self, detail: str | None = None, *, retry_after: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
