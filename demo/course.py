"""Reads the demo course from the files in `content/`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).with_name("content")
MEDIA_PLACE = re.compile(r"(?<=\]\(media:)[\w.-]+(?=\))")


@dataclass(frozen=True)
class Question:
    """`fields` are those of the API's TestQuestion; `options` those of its QuestionOption."""

    fields: dict[str, Any]
    options: list[dict[str, Any]]


@dataclass(frozen=True)
class Test:
    """The test of one lesson."""

    title: str
    passing_score: int
    questions: list[Question]


@dataclass(frozen=True)
class Lesson:
    """One Markdown file; it places its media by file name, `![caption](media:picture.png)`."""

    title: str
    content: str
    lesson_type: str
    media: list[Path]
    test: Test | None

    def content_with(self, media_ids: Mapping[str, str]) -> str:
        """The text with ids in place of file names."""
        return MEDIA_PLACE.sub(lambda name: media_ids[name.group()], self.content)


@dataclass(frozen=True)
class Module:
    """A chapter of the course."""

    title: str
    lessons: list[Lesson]


@dataclass(frozen=True)
class Course:
    """The whole course, in order."""

    title: str
    description: str
    modules: list[Module]

    @property
    def lessons(self) -> list[Lesson]:
        return [lesson for module in self.modules for lesson in module.lessons]


def read_course(folder: Path = CONTENT) -> Course:
    """The course that `course.toml` in this folder describes."""
    outline = _toml(folder / "course.toml")
    modules = [
        Module(module["title"], [_lesson(folder, lesson) for lesson in module["lessons"]])
        for module in outline["modules"]
    ]
    return Course(outline["title"], outline["description"].strip(), modules)


def _lesson(folder: Path, entry: dict[str, Any]) -> Lesson:
    heading, _, content = (folder / entry["file"]).read_text(encoding="utf-8").partition("\n")
    return Lesson(
        title=heading.removeprefix("# ").strip(),
        content=content.strip(),
        lesson_type=entry["lesson_type"],
        media=[folder / "media" / name for name in entry.get("media", [])],
        test=_test(folder / entry["test"]) if "test" in entry else None,
    )


def _test(path: Path) -> Test:
    test = _toml(path)
    questions = [Question(fields, fields.pop("options", [])) for fields in test["questions"]]
    return Test(test["title"], test["passing_score"], questions)


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
