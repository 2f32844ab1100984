"""What the loader sends, again and after an interruption."""

from collections import Counter

import httpx
import pytest

from demo.api import Api
from demo.course import read_course
from demo.loader import UNFINISHED, Loader
from demo.people import ROLES, Person
from demo.problems import DemoError
from demo.tests.stand_in import Row, StandIn

COURSE = read_course()
PEOPLE = {role: Person(email, name, f"secret-of-{role}") for role, (email, name) in ROLES.items()}


@pytest.fixture
def services() -> StandIn:
    services = StandIn()
    services.add_user("admin@example.org", "secret-of-admin", is_superuser=True, is_verified=True)
    return services


def loader_for(services: StandIn) -> Loader:
    transport = httpx.MockTransport(services)
    auth = Api.at("Auth", "http://auth.test", "/api/v1", transport)
    core = Api.at("Core", "http://core.test", "/api/v1", transport)
    return Loader(auth, core, PEOPLE, COURSE)


def load(services: StandIn) -> None:
    loader = loader_for(services)
    assert not loader.look()
    list(loader.steps())


def test_loads_the_whole_course_and_publishes_it(services: StandIn) -> None:
    load(services)
    counts = {noun: len(rows) for noun, rows in services.rows.items()}
    assert counts == {
        "courses": 1,
        "modules": 3,
        "lessons": 9,
        "media": 2,
        "tests": 3,
        "questions": 16,
        "options": sum(len(q.options) for lesson in COURSE.lessons if lesson.test for q in lesson.test.questions),
        "progress": 2,
    }
    (course,) = services.rows["courses"]
    assert course["status"] == "published"
    assert course["description"] == COURSE.description
    assert [row["title"] for row in services.rows["lessons"]] == [lesson.title for lesson in COURSE.lessons]


def test_the_picture_is_placed_by_the_id_that_the_upload_got(services: StandIn) -> None:
    load(services)
    picture = next(row for row in services.rows["media"] if "branches.png" in row["multipart"])
    assert any(f"](media:{picture['id']})" in lesson["content"] for lesson in services.rows["lessons"])


def test_the_three_people_are_verified_by_the_admin(services: StandIn) -> None:
    load(services)
    assert len(services.users) == 4
    assert all(user["is_verified"] for user in services.users.values())


def test_announces_as_many_steps_as_it_takes(services: StandIn) -> None:
    loader = loader_for(services)
    loader.look()
    total = loader.total
    assert len(list(loader.steps())) == total


def test_a_second_run_finds_everything_there_and_writes_nothing(services: StandIn) -> None:
    load(services)
    services.requests.clear()
    assert loader_for(services).look()
    assert services.writes == []
    assert len(services.requests) <= 3


@pytest.mark.parametrize("writes", [0, 1, 5, 8, 30, 70, -4, -3, -2, -1])
def test_the_run_after_an_interrupted_one_finishes(services: StandIn, writes: int) -> None:
    services.fail_after = writes if writes >= 0 else _writes_of_a_whole_run() + writes
    with pytest.raises(KeyboardInterrupt):
        load(services)
    services.fail_after = None
    load(services)
    (course,) = services.rows["courses"]
    assert (course["status"], course["description"]) == ("published", COURSE.description)
    modules = Counter(row["course_id"] for row in services.rows["modules"])
    assert modules[course["id"]] == 3
    assert loader_for(services).look()


def test_a_draft_of_the_same_title_that_somebody_works_on_stays_a_draft(services: StandIn) -> None:
    own: Row = {"id": "own", "title": COURSE.title, "description": "My translation", "status": "draft"}
    half_made = {"id": "half", "title": COURSE.title, "description": UNFINISHED, "status": "draft"}
    services.rows |= {"courses": [own.copy(), half_made], "modules": [], "lessons": []}
    author = PEOPLE["author"]
    services.add_user(author.email, author.password, is_verified=True)
    load(services)
    assert services.rows["courses"][0] == own
    assert [row["status"] for row in services.rows["courses"]] == ["draft", "published"]
    assert loader_for(services).look()


def test_every_post_has_an_idempotency_key_of_its_own(services: StandIn) -> None:
    load(services)
    keys = [request.headers["Idempotency-Key"] for request in services.requests if request.method == "POST"]
    assert len(set(keys)) == len(keys)


def test_a_broken_connection_is_tried_again_with_the_same_key_and_body() -> None:
    seen: list[tuple[str, bytes]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers["Idempotency-Key"], request.read()))
        if len(seen) == 1:
            raise httpx.RemoteProtocolError("gone", request=request)
        return httpx.Response(201, json={"id": "1"})

    core = Api.at("Core", "http://core.test", "/api/v1", httpx.MockTransport(answer))
    core.upload("/media/", {"lesson_id": "1"}, ("a.png", b"bytes", "image/png"))
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_a_wrong_admin_password_is_said_in_a_sentence(services: StandIn) -> None:
    services.users["admin@example.org"]["password"] = "another"
    with pytest.raises(DemoError, match=r"refuses the sign-in of the admin admin@example\.org"):
        load(services)


def test_an_address_registered_with_another_password_is_said_in_a_sentence(services: StandIn) -> None:
    services.add_user("ada@example.org", "another")
    with pytest.raises(DemoError, match=r"ada@example\.org is registered with another password"):
        load(services)


def test_a_refusal_names_the_call_and_what_is_wrong() -> None:
    body = {
        "title": "Bad input",
        "status": 400,
        "errors": [{"pointer": "/title", "code": "required", "detail": "Missing."}],
    }
    transport = httpx.MockTransport(lambda request: httpx.Response(400, json=body))
    core = Api.at("Core", "http://core.test", "/api/v1", transport)
    with pytest.raises(DemoError, match=r"^Core refused POST /api/v1/courses/ with 400: Bad input; /title Missing\.$"):
        core.post("/courses/", {})


def _writes_of_a_whole_run() -> int:
    services = StandIn()
    services.add_user("admin@example.org", "secret-of-admin", is_verified=True)
    load(services)
    return len(services.writes)
