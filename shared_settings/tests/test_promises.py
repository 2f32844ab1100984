"""What is promised in numbers that no test counts up to, or in seconds, which a busy machine cannot measure."""

from __future__ import annotations

from shared_settings.http import pagination, revocations


def test_core_hears_within_ten_seconds_what_auth_takes_back() -> None:
    assert revocations.POLL_SECONDS + revocations.TIMEOUT_SECONDS < 10


def test_a_list_counts_up_to_ten_thousand() -> None:
    assert pagination.MOST_COUNTED == 10_000
