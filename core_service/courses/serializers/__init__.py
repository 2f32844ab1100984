"""The shapes of what authors write, in and out."""

from __future__ import annotations

from core_service.courses.serializers.courses import CourseSerializer
from core_service.courses.serializers.lessons import LessonSerializer
from core_service.courses.serializers.media import LessonMediaSerializer, MediaUploadSerializer
from core_service.courses.serializers.modules import CourseModuleSerializer
from core_service.courses.serializers.outline import OrderSerializer, OutlineSerializer
from core_service.courses.serializers.questions import QuestionOptionSerializer, TestQuestionSerializer
from core_service.courses.serializers.tests import TestSerializer

__all__ = [
    "CourseModuleSerializer",
    "CourseSerializer",
    "LessonMediaSerializer",
    "LessonSerializer",
    "MediaUploadSerializer",
    "OrderSerializer",
    "OutlineSerializer",
    "QuestionOptionSerializer",
    "TestQuestionSerializer",
    "TestSerializer",
]
