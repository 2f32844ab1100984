"""What authors write: a course, and all that lies in it."""

from __future__ import annotations

from core_service.courses.models.content import Content, OrderedContent
from core_service.courses.models.courses import Course, CourseStatus
from core_service.courses.models.lessons import Lesson, LessonType
from core_service.courses.models.media import LessonMedia, MediaType
from core_service.courses.models.modules import CourseModule
from core_service.courses.models.questions import QuestionCredit, QuestionOption, QuestionType, TestQuestion
from core_service.courses.models.tests import Test

__all__ = [
    "Content",
    "Course",
    "CourseModule",
    "CourseStatus",
    "Lesson",
    "LessonMedia",
    "LessonType",
    "MediaType",
    "OrderedContent",
    "QuestionCredit",
    "QuestionOption",
    "QuestionType",
    "Test",
    "TestQuestion",
]
