"""Refusals about files."""

from __future__ import annotations

from shared_settings.problems import FieldError, Problem, Unavailable


class EmptyFile(Problem):
    status = 400
    code = "empty_file"
    title = "The file is empty."
    detail = "It has 0 bytes. Was it written to the end before it was sent?"

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/file", self.code, self.detail)])


class FileTooLarge(Problem):
    status = 413
    code = "body_too_large"
    title = "The file is too large."


class RangeNotSatisfiable(Problem):
    status = 416
    code = "range_not_satisfiable"
    title = "The file has no such bytes."

    def __init__(self, size: int) -> None:
        super().__init__(f"It has {size:,} bytes.", headers={"Content-Range": f"bytes */{size}"})

    @classmethod
    def example(cls) -> RangeNotSatisfiable:
        return cls(48_213)


class FileLost(Problem):
    """As a signed link answers, too, when the bucket does not have the bytes."""

    status = 404
    code = "file_lost"
    title = "The file is lost."
    detail = "Its bytes are not in the storage any more. Whoever may edit the lesson can upload it again."


class StorageUnavailable(Unavailable):
    detail = "The storage of files does not answer. Try again in a few seconds."
