"""What happened: events and their deliveries, audit entries; only to look at."""

from __future__ import annotations

from django.contrib import admin

from core_service.editors.admin.base import ReadOnlyAdmin
from core_service.editors.admin.people import NamesPeople
from core_service.editors.site import site
from core_service.journal.models import AuditEntry, Delivery, Event


class DeliveryInline(admin.TabularInline):
    model = Delivery
    fields = ("subscriber", "state", "attempts", "due_at", "last_error", "updated_at")
    readonly_fields = fields
    can_delete = False
    extra = 0
    max_num = 0


@admin.register(Event, site=site)
class EventAdmin(ReadOnlyAdmin):
    inlines = (DeliveryInline,)
    list_display = ("name", "created_at", "request_id", "id")
    list_filter = ("created_at",)
    search_fields = ("name", "request_id", "id")
    ordering = ("-created_at", "-id")


@admin.register(Delivery, site=site)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("subscriber", "event", "state", "attempts", "due_at", "last_error", "updated_at")
    list_filter = ("state", "updated_at")
    list_select_related = ("event",)
    search_fields = ("subscriber", "last_error", "event__name", "event__id")
    ordering = ("-id",)


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(NamesPeople, ReadOnlyAdmin):
    person_field = "actor_id"
    list_display = ("action", "object_id", "person", "at")
    list_filter = ("at",)
    search_fields = ("action", "object_id", "actor_id", "request_id")
    ordering = ("-at", "-id")
