"""A course with one row of each kind in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from core_service.courses import actions
from core_service.courses.models import (
    Course,
    CourseModule,
    Lesson,
    LessonMedia,
    QuestionOption,
    Test,
    TestQuestion,
)
from core_service.people.models import Person


@dataclass
class Rows:
    author: Person
    course: Course
    module: CourseModule
    lesson: Lesson
    media: LessonMedia
    test: Test
    question: TestQuestion
    option: QuestionOption


def make_rows(title: str = "Git from the start") -> Rows:
    author = Person.of(uuid.uuid4(), [])
    course = actions.create_course(by=author, title=title)
    module = actions.add_content(CourseModule(course=course, title="Snapshots"), by=author)
    lesson = actions.add_content(Lesson(module=module, title="What Git remembers", content="Text."), by=author)
    media = actions.add_content(LessonMedia(lesson=lesson, media_url="https://example.org/book"), by=author)
    test = actions.add_content(Test(lesson=lesson, title="Check"), by=author)
    question = actions.add_content(TestQuestion(test=test, question_text="Which command?"), by=author)
    option = actions.add_content(QuestionOption(question=question, option_text="git commit"), by=author)
    return Rows(author, course, module, lesson, media, test, question, option)
