"""Questions and their options over HTTP; only for who may edit the course."""

from __future__ import annotations

from core_service.courses.models import QuestionOption, TestQuestion
from core_service.courses.problems import OptionsNotTaken, TooManyOptions, TooManySiblings
from core_service.courses.serializers import (
    OptionsQuery,
    QuestionOptionSerializer,
    QuestionsQuery,
    TestQuestionSerializer,
)
from core_service.courses.views import docs
from core_service.courses.views.content import ContentListView, ContentView

OF_OPTIONS = (OptionsNotTaken, TooManyOptions)

_NEW_QUESTION = {
    "test_id": "01936f5c-0000-7000-8000-000000000004",
    "question_text": "Which command shows what the next commit will change?",
    "question_type": "short_text",
    "points": "1",
    "key": {"answers": [{"text": "git diff --staged", "match": "exact", "fraction": "1"}], "case_sensitive": True},
}


@docs.list_of("questions", "question", _NEW_QUESTION, parents=["test"])
class QuestionListView(ContentListView):
    problems = {"POST": (TooManySiblings,)}
    model = TestQuestion
    serializer_class = TestQuestionSerializer
    query_class = QuestionsQuery


@docs.one_of("questions", "question", {"points": "2.5"}, _NEW_QUESTION)
class QuestionView(ContentView):
    problems = {"PUT": OF_OPTIONS, "PATCH": OF_OPTIONS}
    model = TestQuestion
    serializer_class = TestQuestionSerializer


_NEW_OPTION = {
    "question_id": "01936f5c-0000-7000-8000-000000000005",
    "option_text": "Only the file that you added",
    "is_correct": True,
}


@docs.list_of("options", "option", _NEW_OPTION, parents=["question"])
class OptionListView(ContentListView):
    model = QuestionOption
    serializer_class = QuestionOptionSerializer
    query_class = OptionsQuery
    problems = {"POST": OF_OPTIONS}


@docs.one_of("options", "option", {"is_correct": False}, _NEW_OPTION)
class OptionView(ContentView):
    model = QuestionOption
    serializer_class = QuestionOptionSerializer
