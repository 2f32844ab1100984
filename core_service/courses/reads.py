"""Composed answers: the outline of a course."""

from __future__ import annotations

from django.db.models import Count, Prefetch, prefetch_related_objects

from core_service.courses.models import Course, CourseModule, Lesson, LessonMedia, Test
from core_service.courses.rules import Person, reads_lessons
from shared_settings.etags import row_etag, tag_of


def outline_etag(course: Course, person: Person) -> str:
    """Differs when anything in the course does, and between those who see media and those who do not."""
    return tag_of(row_etag(course), course.content_version, reads_lessons(person))


def outline(course: Course, person: Person) -> Course:
    """The course with its modules, their lessons, and the media and test of each, in order, as prefetched rows.

    Four queries, whatever its size. Lessons come without their text, tests with `question_count`; media only for who
    may read the lessons.
    """
    media = LessonMedia.objects.order_by("order_index") if reads_lessons(person) else LessonMedia.objects.none()
    prefetch_related_objects(
        [course],
        Prefetch("modules", CourseModule.objects.order_by("order_index")),
        Prefetch("modules__lessons", Lesson.objects.defer("content").order_by("order_index")),
        Prefetch("modules__lessons__media", media),
        Prefetch("modules__lessons__tests", Test.objects.annotate(question_count=Count("questions"))),
    )
    return course
