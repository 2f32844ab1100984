"""What happened: events and their deliveries, audit entries; only to look at."""

from __future__ import annotations

from django.contrib import admin

from auth_service.accounts.site import site
from auth_service.journal.models import AuditEntry, Delivery, Event
from shared_settings.admin.journal import AuditEntryScreen, DeliveryScreen, EventScreen

admin.register(Event, site=site)(EventScreen)
admin.register(Delivery, site=site)(DeliveryScreen)
admin.register(AuditEntry, site=site)(AuditEntryScreen)
