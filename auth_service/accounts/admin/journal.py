"""What happened: events and their deliveries, audit entries; only to look at."""

from __future__ import annotations

from django.contrib import admin

from auth_service.accounts.site import site
from auth_service.journal.models import AuditEntry, Delivery, Event
from shared_settings.admin.journal import AuditEntryScreen, DeliveryScreen, EventScreen


@admin.register(Event, site=site)
class EventAdmin(EventScreen):
    list_filter = ["name", "created_at"]


@admin.register(Delivery, site=site)
class DeliveryAdmin(DeliveryScreen):
    list_filter = ["state", "subscriber", "updated_at"]


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(AuditEntryScreen):
    list_filter = ["kind", "action", "at"]
