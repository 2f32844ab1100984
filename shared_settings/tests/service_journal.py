"""What the tables of every service's journal must do; each service collects it in a module of its own."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from shared_settings import deliveries, journal, subscriptions, tasks, timers
from shared_settings.append_only import ProtectAgain
from shared_settings.journal import journal_model

ROW = uuid.UUID(int=7)


@pytest.mark.django_db(transaction=True)
def test_delivers_what_an_action_records(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[subscriptions.Event] = []
    for registry in ("_subscribers", "_subscriptions"):
        monkeypatch.setattr(subscriptions, registry, {})
    subscriptions.on("row.changed")(heard.append)
    with transaction.atomic():
        event_id = journal.record("row.changed", row_id=ROW)
    assert deliveries.deliver_due() == 1
    assert [(event.id, event.name, event.payload) for event in heard] == [
        (event_id, "row.changed", {"row_id": str(ROW)})
    ]
    assert journal_model("Delivery").objects.get().state == "done"


@pytest.mark.django_db
def test_audits_under_the_actor() -> None:
    journal.audit("row.changed", actor_id=ROW, kind="row", object_id=ROW)
    assert journal_model("AuditEntry").objects.get().actor_id == ROW


@pytest.mark.django_db
def test_purges_itself_hourly() -> None:
    timers.prepare()
    assert journal_model("Timer").objects.filter(name="shared_settings.tasks.purge_journal").exists()
    long_ago = timezone.now() - 2 * tasks.DELIVERED_EVENTS_KEPT
    journal_model("Event").objects.create(name="row.changed", created_at=long_ago)
    journal_model("IdempotencyKey").objects.create(caller="a", path="/", key="a", body_mac="", created_at=long_ago)
    tasks.purge_journal()
    assert not journal_model("Event").objects.exists()
    assert not journal_model("IdempotencyKey").objects.exists()


REST = "actor_id, action, kind, object_id, details, request_id, at"
WITH_NEW_ID = f"SELECT rowid, lower(hex(randomblob(16))), {REST} FROM {{0}} WHERE true"
BY_ROW_NUMBER = [
    f"INSERT OR REPLACE INTO {{0}} ({name}, id, {REST}) {WITH_NEW_ID}" for name in ("rowid", "_rowid_", "oid")
]
STATEMENTS = ["UPDATE {} SET action = 'nothing'", "DELETE FROM {}"] + {
    "postgresql": [
        *("TRUNCATE {}", "TRUNCATE {} CASCADE"),
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
        "WITH gone AS (DELETE FROM {} RETURNING id) SELECT * FROM gone",
    ],
    "sqlite": [
        "REPLACE INTO {0} SELECT id, actor_id, 'nothing', kind, object_id, details, request_id, at FROM {0}",
        "INSERT INTO {0} SELECT * FROM {0} WHERE true ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
        "UPDATE OR REPLACE {} SET action = 'nothing'",
        *BY_ROW_NUMBER,
        f"INSERT INTO {{0}} (rowid, id, {REST}) {WITH_NEW_ID} ON CONFLICT DO UPDATE SET action = 'nothing'",
    ],
}[connection.vendor]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_itself_refuses_to_change_the_audit(statement: str) -> None:
    with transaction.atomic():
        journal.audit("row.changed", actor_id=ROW, kind="row", object_id=ROW)
    with pytest.raises(DatabaseError, match="only ever added to"), connection.cursor() as cursor:
        cursor.execute(statement.format(journal_model("AuditEntry")._meta.db_table))
    with pytest.raises(DatabaseError, match="only ever added to"):
        journal_model("AuditEntry").objects.all().delete()
    with pytest.raises(DatabaseError, match="only ever added to"):
        journal_model("AuditEntry").objects.update(action="nothing")
    assert journal_model("AuditEntry").objects.get().action == "row.changed"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has row numbers")
@pytest.mark.django_db(transaction=True)
def test_a_table_that_was_protected_by_id_alone_is_protected_again() -> None:
    audit = journal_model("AuditEntry")
    table, label = audit._meta.db_table, audit._meta.app_label
    overwrite = BY_ROW_NUMBER[0].format(table)
    state = MigrationLoader(connection).project_state()
    with transaction.atomic():
        journal.audit("row.changed", actor_id=ROW, kind="row", object_id=ROW)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{table}_no_INSERT"')
        cursor.execute(
            f"""CREATE TRIGGER "{table}_no_INSERT" BEFORE INSERT ON "{table}"
            WHEN EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'there already'); END"""
        )
        cursor.execute(overwrite)
        again = ProtectAgain("AuditEntry")
        for run in (again.database_forwards, again.database_backwards):
            with connection.schema_editor() as editor:
                run(label, editor, state, state)
            with pytest.raises(DatabaseError, match="only ever added to"):
                cursor.execute(overwrite)
    with transaction.atomic():
        journal.audit("row.changed", actor_id=ROW, kind="row", object_id=ROW)
    assert audit.objects.count() == 2
