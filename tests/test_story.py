"""The whole story over HTTP: somebody teaches, somebody learns, and Auth may go away meanwhile."""

from __future__ import annotations

import io

import httpx
import pytest

from tests.services import PASSWORD, Platform


def made(response: httpx.Response, status: int = 201) -> dict:
    assert response.status_code == status, f"{response.request.method} {response.request.url}: {response.text}"
    return response.json() if response.content else {}


@pytest.fixture(scope="module")
def story(platform: Platform) -> dict:
    """A published course of one author, made as any client makes one."""
    author = platform.register("author.of.story@example.org")
    with platform.core.client(author["access"]) as core:
        course = made(core.post("/courses/", json={"title": "Knots", "description": "Six that hold."}))
        module = made(core.post("/modules/", json={"course_id": course["id"], "title": "At sea"}))
        lesson = made(core.post("/lessons/", json={"module_id": module["id"], "title": "Bowline", "content": "# Loop"}))
        exam = made(core.post("/lessons/", json={"module_id": module["id"], "title": "Test", "lesson_type": "test"}))
        picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
        media = made(
            core.post("/media/", data={"lesson_id": lesson["id"]}, files={"file": ("a.png", picture, "image/png")})
        )
        test = made(core.post("/tests/", json={"lesson_id": exam["id"], "title": "Knots", "passing_score": 70}))
        question = made(
            core.post("/questions/", json={"test_id": test["id"], "question_text": "Which one holds?", "points": "2"})
        )
        for text, is_correct in (("Bowline", True), ("Granny", False)):
            made(
                core.post(
                    "/options/",
                    json={"question_id": question["id"], "option_text": text, "is_correct": is_correct},
                )
            )
        course = made(core.post(f"/courses/{course['id']}/publish"), 200)
        assert course["status"] == "published"
    return {"author": author, "course": course, "lesson": lesson, "media": media, "question": question, "test": test}


@pytest.fixture(scope="module")
def learner(platform: Platform) -> dict:
    return platform.register("learner.of.story@example.org")


def test_a_second_person_reads_marks_progress_and_signs_out(platform: Platform, story: dict, learner: dict) -> None:
    course, lesson = story["course"], story["lesson"]
    with platform.core.client(learner["access"]) as core:
        assert course["id"] in {row["id"] for row in made(core.get("/courses/?search=knots"), 200)["results"]}
        outline = made(core.get(f"/courses/{course['id']}/with-modules"), 200)
        assert [row["title"] for row in outline["modules"][0]["lessons"]] == ["Bowline", "Test"]
        assert outline["modules"][0]["lessons"][1]["test"]["question_count"] == 1
        assert made(core.get(f"/lessons/{lesson['id']}"), 200)["content"] == "# Loop"
        content = core.get(story["media"]["media_url"], follow_redirects=True)
        assert (content.status_code, content.content[:4]) == (200, b"\x89PNG")
        assert core.get(f"/questions/{story['question']['id']}").status_code in (403, 404)
        assert "is_correct" not in core.get(f"/courses/{course['id']}/with-modules").text
        row = made(core.post("/progress/", json={"lesson_id": lesson["id"], "completed": True}))
        assert row["user_id"] == learner["user"]["id"]
        assert made(core.get("/progress/"), 200)["count"] == 1
    with platform.auth.client(learner["access"]) as auth:
        assert auth.post("/auth/logout", json={"refresh": learner["refresh"]}).status_code == 204
        assert auth.post("/auth/refresh", json={"refresh": learner["refresh"]}).status_code == 401
        assert auth.get("/users/me").status_code == 401


def test_core_goes_on_while_auth_is_down_also_over_a_restart(platform: Platform, story: dict) -> None:
    reader = platform.register("reader.of.story@example.org")
    leaver = platform.sign_in(reader["user"]["email"])
    with platform.auth.client() as auth:
        assert auth.post("/auth/logout", json={"refresh": leaver["refresh"]}).status_code == 204
    platform.wait_until_core_refuses(leaver)
    platform.auth.stop()
    try:
        assert platform.core_statuses(reader["access"]) == {200}
        platform.core.stop()
        platform.core.start()
        assert platform.core_statuses(leaver["access"]) == {401}
        assert platform.core_statuses(reader["access"]) == {200}
        with platform.core.client(reader["access"]) as core:
            assert made(core.get(f"/lessons/{story['lesson']['id']}"), 200)["title"] == "Bowline"
            made(core.post("/progress/", json={"lesson_id": story["lesson"]["id"], "completed": True}))
    finally:
        platform.auth.start()
    with platform.auth.client() as auth:
        made(auth.post("/auth/refresh", json={"refresh": reader["refresh"]}), 200)


def test_deleting_a_course_deletes_nobodys_progress(platform: Platform, story: dict, learner: dict) -> None:
    learner = platform.sign_in(learner["user"]["email"])
    with platform.core.client(story["author"]["access"]) as core:
        course = made(core.post("/courses/", json={"title": "Soon gone"}))
        module = made(core.post("/modules/", json={"course_id": course["id"], "title": "One"}))
        lesson = made(core.post("/lessons/", json={"module_id": module["id"], "title": "One"}))
        made(core.post(f"/courses/{course['id']}/publish"), 200)
        with platform.core.client(learner["access"]) as learning:
            row = made(learning.post("/progress/", json={"lesson_id": lesson["id"], "completed": True}))
            assert core.delete(f"/courses/{course['id']}").status_code == 204
            assert learning.get(f"/courses/{course['id']}").status_code == 404
            assert made(learning.get(f"/progress/{row['id']}"), 200) == row


@pytest.mark.asvs("16.2.5")
def test_logs_hold_no_secret(platform: Platform, story: dict) -> None:
    logs = platform.auth.log.read_text() + platform.core.log.read_text()
    assert '"request_id"' in logs
    for secret in (PASSWORD, story["author"]["access"], story["author"]["refresh"], platform.auth.env["SECRET_KEY"]):
        assert secret not in logs
