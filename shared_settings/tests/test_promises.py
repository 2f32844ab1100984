"""What is promised in seconds, which a busy machine cannot measure, follows from the intervals."""

from __future__ import annotations

from shared_settings.http import revocations


def test_core_hears_within_ten_seconds_what_auth_takes_back() -> None:
    assert revocations.POLL_SECONDS + revocations.TIMEOUT_SECONDS < 10
