"""`manage_*.py events`: what waits and what failed."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from shared_settings import deliveries, journal
from shared_settings.tests.things.models import Delivery, Event


def events(*arguments: str) -> str:
    out = io.StringIO()
    call_command("events", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def failed(db: None) -> Delivery:
    journal.record("thing.lost", thing_id=uuid.UUID(int=7))
    deliveries.deliver_due()
    return Delivery.objects.get(state="failed")


def test_the_command_lists_deliveries_by_state_and_name(failed: Delivery) -> None:
    journal.record("thing.made", file="a")
    heading, first, second = events().splitlines()
    assert heading.split() == ["ID", "EVENT", "SUBSCRIBER", "STATE", "ATTEMPTS", "NEXT", "LAST", "ERROR"]
    assert "thing.made" in first
    assert second.split()[:5] == [
        str(failed.pk),
        "thing.lost",
        "shared_settings.tests.things.tasks.give_up",
        "failed",
        "1",
    ]
    assert second.endswith(" Nobody will ever find it.")
    assert "thing.made" not in events("--state", "failed")
    assert "thing.lost" not in events("--name", "thing.made")
    assert "more than these 1" in events("--limit", "1")
    assert events("--state", "running") == "No deliveries match.\n"


def test_the_command_shows_one_delivery(failed: Delivery) -> None:
    shown = events("show", str(failed.pk))
    assert str(uuid.UUID(int=7)) in shown
    assert str(Event.objects.get().pk) in shown
    with pytest.raises(CommandError, match="no delivery 999999"):
        events("show", "999999")


def test_the_command_retries_what_failed(failed: Delivery) -> None:
    assert events("retry", str(failed.pk)) == "1 due now.\n"
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("pending", 0)
    deliveries.deliver_due()
    assert events("retry", "--all-failed") == "1 due now.\n"
    assert Delivery.objects.get().state == "pending"


def test_the_command_does_not_retry_what_runs_or_is_done(failed: Delivery) -> None:
    for state, due_at in [("done", None), ("running", timezone.now())]:
        Delivery.objects.update(state=state, due_at=due_at)
        with pytest.raises(CommandError, match="The others"):
            events("retry", str(failed.pk))
        assert Delivery.objects.get().state == state
    for arguments in [(), (str(failed.pk), "--all-failed")]:
        with pytest.raises(CommandError, match="Name the deliveries"):
            events("retry", *arguments)


def test_the_command_drops_what_failed_and_nothing_else(failed: Delivery) -> None:
    journal.record("thing.made", file="a")
    pending = Delivery.objects.get(state="pending")
    with pytest.raises(CommandError, match="The others"):
        events("drop", str(failed.pk), str(pending.pk))
    assert Delivery.objects.get() == pending


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "١"])
def test_the_command_refuses_what_is_no_id(number: str) -> None:
    for arguments in [("show", number), ("retry", number), ("drop", number), ("--limit", number)]:
        with pytest.raises(CommandError):
            events(*arguments)
