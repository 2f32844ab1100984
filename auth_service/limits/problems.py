"""What one is told who has tried too often."""

from __future__ import annotations

import math
from datetime import timedelta

from shared_settings.problems import Problem


class TooManyAttempts(Problem):
    """Says how long to wait, and nothing of whether there is such an account."""

    status = 429
    code = "too_many_attempts"
    title = "There were too many attempts."

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(f"Try again in {_in_words(seconds)}.", headers={"Retry-After": str(seconds)})

    @classmethod
    def example(cls) -> TooManyAttempts:
        return cls(timedelta(minutes=5))


def _in_words(seconds: int) -> str:
    number, unit = (seconds, "second") if seconds <= 90 else (math.ceil(seconds / 60), "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"
