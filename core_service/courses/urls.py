"""The routes of this app, as the contract writes them."""

from __future__ import annotations

from core_service.courses.views import courses, lessons, media, modules, questions, tests
from shared_settings.http.urls import path

urlpatterns = [
    path("courses/", courses.CourseListView.as_view()),
    path("courses/author/<uuid:author_id>", courses.AuthorCoursesView.as_view()),
    path("courses/<uuid:course_id>", courses.CourseView.as_view()),
    path("courses/<uuid:course_id>/with-modules", courses.WithModulesView.as_view()),
    path("courses/<uuid:course_id>/order", courses.OrderView.as_view()),
    path("courses/<uuid:course_id>/publish", courses.PublishView.as_view()),
    path("modules/", modules.ModuleListView.as_view()),
    path("modules/<uuid:id>", modules.ModuleView.as_view()),
    path("lessons/", lessons.LessonListView.as_view()),
    path("lessons/<uuid:id>", lessons.LessonView.as_view()),
    path("media/", media.MediaListView.as_view()),
    path("media/<uuid:id>", media.MediaView.as_view()),
    path("media/<uuid:id>/content", media.MediaContentView.as_view()),
    path("tests/", tests.TestListView.as_view()),
    path("tests/<uuid:id>", tests.TestView.as_view()),
    path("questions/", questions.QuestionListView.as_view()),
    path("questions/<uuid:id>", questions.QuestionView.as_view()),
    path("options/", questions.OptionListView.as_view()),
    path("options/<uuid:id>", questions.OptionView.as_view()),
]
