"""What happens to courses: the names of events, and of what the audit says was done.

Every payload of an event has `course_id` and `author_id`.
"""

from __future__ import annotations

PUBLISHED = "course.published"
DELETED = "course.deleted"  # nobody is shown the course any more

# Of these there is no event: nobody has to hear of them. What lies in a course is `module.added`, `lesson.changed`,
# `media.removed` and so on: its kind and what happened to it.
CREATED = "course.created"
CHANGED = "course.changed"
ORDERED = "course.ordered"
