"""What this app refuses."""

from __future__ import annotations

from shared_settings.problems import Problem


class AlreadyCompleted(Problem):
    status = 409
    code = "already_completed"
    title = "The lesson is completed."
    detail = "Completion stays. Delete the progress to begin the lesson anew."


class LessonClosed(Problem):
    status = 409
    code = "lesson_closed"
    title = "The lesson is closed."
    detail = "It was deleted, or its course is not open to you any more. What you had learnt in it stays yours."
