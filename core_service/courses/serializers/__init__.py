"""The shapes of what authors write, in and out."""

from __future__ import annotations

from core_service.courses.serializers.courses import CatalogueQuery, CourseSerializer, CoursesQuery
from core_service.courses.serializers.lessons import LessonSerializer, LessonsQuery
from core_service.courses.serializers.media import LessonMediaSerializer, MediaQuery, MediaUploadSerializer
from core_service.courses.serializers.modules import CourseModuleSerializer, ModulesQuery
from core_service.courses.serializers.outline import OrderSerializer, OutlineSerializer
from core_service.courses.serializers.questions import (
    OptionsQuery,
    QuestionOptionSerializer,
    QuestionsQuery,
    TestQuestionSerializer,
)
from core_service.courses.serializers.tests import TestSerializer, TestsQuery

__all__ = [
    "CatalogueQuery",
    "CourseModuleSerializer",
    "CourseSerializer",
    "CoursesQuery",
    "LessonMediaSerializer",
    "LessonSerializer",
    "LessonsQuery",
    "MediaQuery",
    "MediaUploadSerializer",
    "ModulesQuery",
    "OptionsQuery",
    "OrderSerializer",
    "OutlineSerializer",
    "QuestionOptionSerializer",
    "QuestionsQuery",
    "TestQuestionSerializer",
    "TestSerializer",
    "TestsQuery",
]
