"""What happens to progress: the names of events, and of what the audit says was done."""

from __future__ import annotations

LESSON_COMPLETED = "lesson.completed"  # with `user_id`, `course_id`, `lesson_id`, `completed_at`: once a row

# Of this there is no event: nobody has to hear of it.
DELETED = "progress.deleted"
