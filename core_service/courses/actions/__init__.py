"""What can be done with courses and what lies in them; each is one transaction under the lock of the course."""

from __future__ import annotations

from core_service.courses.actions.content import add_content, change_content, remove_content
from core_service.courses.actions.courses import change_course, create_course, delete_course, publish_course
from core_service.courses.actions.media import discard_upload, store_upload
from core_service.courses.actions.order import order_course

__all__ = [
    "add_content",
    "change_content",
    "change_course",
    "create_course",
    "delete_course",
    "discard_upload",
    "order_course",
    "publish_course",
    "remove_content",
    "store_upload",
]
