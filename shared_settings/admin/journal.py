"""What happened: events and their deliveries, audit entries; only to look at. A service registers them at its site."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from shared_settings.admin.lists import Actions, EventNames, Subscribers
from shared_settings.admin.screens import ReadOnlyScreen
from shared_settings.journal import journal_model


class DeliveryInline(admin.TabularInline):
    model = journal_model("Delivery")
    fields = ("subscriber", "state", "attempts", "due_at", "last_error", "updated_at")
    readonly_fields = fields
    can_delete = False
    extra = 0
    max_num = 0


class EventScreen(ReadOnlyScreen):
    inlines = (DeliveryInline,)
    list_display = ["name", "created_at", "request_id", "id"]
    list_filter = [("name", EventNames), "created_at"]
    search_fields = ("name", "request_id", "id")
    ordering = ("-created_at", "-id")


class DeliveryScreen(ReadOnlyScreen):
    list_display = ["task", "event_name", "state", "attempts", "due_at", "last_error"]
    list_filter = ["state", ("subscriber", Subscribers), "updated_at"]
    list_select_related = ("event",)
    search_fields = ("subscriber", "last_error", "event__name", "event__id")
    ordering = ("-id",)

    @admin.display(ordering="subscriber")
    def task(self, delivery: Any) -> str:
        """The last word of the subscriber's path."""
        return str(delivery.subscriber).rpartition(".")[2]

    @admin.display(description="event")
    def event_name(self, delivery: Any) -> str:
        return str(delivery.event.name)


class AuditEntryScreen(ReadOnlyScreen):
    list_display = ["action", "kind", "object_id", "actor_id", "at", "request_id"]
    list_filter = [("action", Actions), "at"]
    search_fields = ("action", "object_id", "actor_id", "request_id")
    ordering = ("-at", "-id")
