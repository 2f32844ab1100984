"""The story of the demo: people register, the author writes and publishes the course, a learner begins it."""

import mimetypes
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

from demo.api import Api, Json
from demo.course import Course, Lesson, Question, Test
from demo.people import Person
from demo.problems import DemoError, RefusedError

UNFINISHED = "This draft is being loaded. If it stays like this, load the demo again: it is then deleted and made anew."
LOADED_ROLES = ("author", "ada", "grace")
BEGUN_LESSONS = 2


@dataclass
class Account:
    """Somebody who is signed in."""

    user: Json
    auth: Api
    core: Api


@dataclass
class Loader:
    """Finds out what is missing (`look`), then does it step by step (`steps`).

    While the course is being made, its description is `UNFINISHED`. So a later run can tell what an interrupted one
    left behind, which it deletes, from a draft that somebody works on, which it leaves alone and does not publish.
    """

    auth: Api
    core: Api
    people: dict[str, Person]
    course: Course
    accounts: dict[str, Account] = field(default_factory=dict)
    found: Json | None = None
    leftovers: list[Json] = field(default_factory=list)

    def look(self) -> bool:
        """True when everything is there already."""
        author = self._sign_in("author")
        if not author:
            return False
        self.accounts["author"] = author
        rows = author.core.get("/courses/", mine="true", search=self.course.title, page_size=100)["results"]
        rows = [row for row in rows if row["title"] == self.course.title]
        self.leftovers = [row for row in rows if (row["status"], row["description"]) == ("draft", UNFINISHED)]
        made = (row for row in rows if row["status"] != "draft" or row["description"] == self.course.description)
        self.found = next(made, None)
        if self.found is None or self.leftovers:
            return False
        begun: int = author.core.get("/progress/", course_id=self.found["id"], page_size=1)["count"]
        return begun >= BEGUN_LESSONS or bool(self.found["status"] == "archived")

    @property
    def total(self) -> int:
        """How many steps there are."""
        around = len(LOADED_ROLES) + len(self.leftovers) + 1 + BEGUN_LESSONS  # 1: publishing
        if self.found:
            return around
        lessons = self.course.lessons
        tests = [lesson.test for lesson in lessons if lesson.test]
        media = sum(len(lesson.media) for lesson in lessons)
        questions = sum(len(test.questions) for test in tests)
        return around + len(self.course.modules) + len(lessons) + media + len(tests) + questions

    def steps(self) -> Iterator[str]:
        """Does what is missing; yields what was done, `total` times."""
        for role in LOADED_ROLES:
            self.accounts[role] = self._account(role)
            yield f"{self.people[role].full_name} is signed in"
        for row in self.leftovers:
            self._author.delete(f"/courses/{row['id']}")
            yield "deleted an unfinished draft"
        if self.found is None:
            self.found = yield from self._make_course()
        yield from self._begin_course(self.found)

    @property
    def _author(self) -> Api:
        return self.accounts["author"].core

    def _sign_in(self, role: str) -> Account | None:
        """None when Auth does not know this address with this password."""
        person = self.people[role]
        try:
            answer = self.auth.post("/auth/login", {"email": person.email, "password": person.password})
        except RefusedError as refused:
            if refused.code == "invalid_credentials":
                return None
            raise
        token = answer["access"]
        return Account(answer["user"], self.auth.signed_in(token), self.core.signed_in(token))

    def _account(self, role: str) -> Account:
        """Signed in with a verified address; registers and verifies as needed."""
        person = self.people[role]
        account = self.accounts.get(role) or self._sign_in(role)
        if account is None:
            self._register(person)
            account = self._sign_in(role)
        if account is None:
            raise _wrong_password(person)
        if account.user["is_verified"]:
            return account
        self._admin().patch(f"/users/{account.user['id']}", {"is_verified": True})
        return self._sign_in(role) or account  # a new token, since a token says whether the address is verified

    def _register(self, person: Person) -> None:
        body = {"email": person.email, "password": person.password, "full_name": person.full_name}
        try:
            self.auth.post("/auth/register", body)
        except RefusedError as refused:
            if refused.code == "email_taken":
                raise _wrong_password(person) from refused
            raise

    def _admin(self) -> Api:
        account = self.accounts.get("admin") or self._sign_in("admin")
        if account is None:
            raise DemoError(
                f"Auth refuses the sign-in of the admin {self.people['admin'].email}: make that admin with "
                "`manage_auth.py createsuperuser`, or give the right DEMO_ADMIN_EMAIL and DEMO_ADMIN_PASSWORD."
            )
        self.accounts["admin"] = account
        return account.auth

    def _make_course(self) -> Generator[str, None, Json]:
        course = self._author.post("/courses/", {"title": self.course.title, "description": UNFINISHED})
        for module in self.course.modules:
            module_id = self._author.post("/modules/", {"course_id": course["id"], "title": module.title})["id"]
            yield f"module: {module.title}"
            for lesson in module.lessons:
                yield from self._make_lesson(module_id, lesson)
        return self._author.patch(f"/courses/{course['id']}", {"description": self.course.description})

    def _make_lesson(self, module_id: str, lesson: Lesson) -> Iterator[str]:
        """The text comes after the media, whose ids it names."""
        body = {"module_id": module_id, "title": lesson.title, "lesson_type": lesson.lesson_type}
        row = self._author.post("/lessons/", body)
        media_ids: dict[str, str] = {}
        for path in lesson.media:
            media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            file = (path.name, path.read_bytes(), media_type)
            media_ids[path.name] = self._author.upload("/media/", {"lesson_id": row["id"]}, file)["id"]
            yield f"file: {path.name}"
        self._author.patch(f"/lessons/{row['id']}", {"content": lesson.content_with(media_ids)})
        yield f"lesson: {lesson.title}"
        if lesson.test:
            yield from self._make_test(row["id"], lesson.test)

    def _make_test(self, lesson_id: str, test: Test) -> Iterator[str]:
        body = {"lesson_id": lesson_id, "title": test.title, "passing_score": test.passing_score}
        test_id = self._author.post("/tests/", body)["id"]
        yield f"test: {test.title}"
        for number, question in enumerate(test.questions, start=1):
            self._make_question(test_id, question)
            yield f"test: {test.title}, question {number}"

    def _make_question(self, test_id: str, question: Question) -> None:
        question_id = self._author.post("/questions/", {"test_id": test_id, **question.fields})["id"]
        for option in question.options:
            self._author.post("/options/", {"question_id": question_id, **option})

    def _begin_course(self, course: Json) -> Iterator[str]:
        """Publishing and marking a lesson may both be repeated without harm."""
        course_id = course["id"]
        if course["status"] == "draft":
            self._author.post(f"/courses/{course_id}/publish")
        yield "published the course"
        ada = self.accounts["ada"].core
        outline = ada.get(f"/courses/{course_id}/with-modules")
        lessons = [lesson for module in outline["modules"] for lesson in module["lessons"]]
        for lesson in [lesson for lesson in lessons if lesson["lesson_type"] != "test"][:BEGUN_LESSONS]:
            ada.post("/progress/", {"lesson_id": lesson["id"], "completed": True})
            yield f"{self.people['ada'].full_name} has read: {lesson['title']}"


def with_admin(people: dict[str, Person], email: str | None, password: str | None) -> dict[str, Person]:
    """The people with another admin's sign-in where one is given."""
    admin = people["admin"]
    return people | {"admin": replace(admin, email=email or admin.email, password=password or admin.password)}


def _wrong_password(person: Person) -> DemoError:
    return DemoError(
        f"{person.email} is registered with another password than demo.json says: "
        "bring that file back, or start with empty data (`make reset`)."
    )
