"""What happened: events and their deliveries, audit entries; only to look at."""

from __future__ import annotations

from django.contrib import admin

from core_service.editors.admin.people import NamesPeople
from core_service.editors.site import site
from core_service.journal.models import AuditEntry, Delivery, Event
from shared_settings.admin.journal import AuditEntryScreen, DeliveryScreen, EventScreen

admin.register(Event, site=site)(EventScreen)
admin.register(Delivery, site=site)(DeliveryScreen)


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(NamesPeople, AuditEntryScreen):
    person_field = "actor_id"
    list_display = ["action", "kind", "object_id", "person", "at", "request_id"]
