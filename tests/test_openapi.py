"""What a client's developer expects of both documents: names, examples, problems and who may call."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

FOLDER = Path(__file__).resolve().parent.parent / "openapi"
DOCUMENTS: dict[str, dict[str, Any]] = {
    service: yaml.load((FOLDER / f"{service}.yaml").read_text(), Loader=yaml.CSafeLoader)
    for service in ("auth", "core")
}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
both = pytest.mark.parametrize("service", DOCUMENTS)


def operations(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENTS[service]["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def bodies(service: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, operation in operations(service):
        for media_type, body in operation.get("requestBody", {}).get("content", {}).items():
            yield name, media_type, body


@both
def test_an_operation_has_one_clean_id_a_summary_and_a_tag(service: str) -> None:
    counts = Counter(operation["operationId"] for _, operation in operations(service))
    assert set(counts.values()) == {1}
    assert [name for name in counts if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    described = {tag["name"] for tag in DOCUMENTS[service]["tags"]}
    for name, operation in operations(service):
        assert operation["summary"], name
        assert set(operation["tags"]) <= described, name


@both
def test_every_error_is_a_problem_and_every_call_says_who_may_call(service: str) -> None:
    errors = DOCUMENTS[service]["components"]["responses"]
    for name, operation in operations(service):
        assert "security" in operation, name
        answers = operation["responses"]
        assert {"400", "default"} <= set(answers), name
        for status, answer in answers.items():
            if status == "default" or status >= "400":
                (content,) = errors[answer["$ref"].rpartition("/")[2]]["content"].items()
                assert (content[0], content[1]["schema"]) == ("application/problem+json", PROBLEM), f"{name} {status}"


@both
def test_every_error_shows_the_problems_that_it_may_be(service: str) -> None:
    components = DOCUMENTS[service]["components"]
    for name, answer in components["responses"].items():
        status, *codes = name.split("-")
        examples = answer["content"]["application/problem+json"]["examples"]
        assert list(examples) == codes
        for code, example in examples.items():
            problem = example["value"]
            assert problem["code"] == code
            assert status in (str(problem["status"]), "default")
            assert f"`{code}`: {problem['title']}" in answer["description"] or status == "default"
            jsonschema.validate(problem, components["schemas"]["Problem"] | {"components": components})


@both
def test_an_answer_names_the_headers_that_say_more(service: str) -> None:
    wanted = {"201": "Location", "206": "Content-Range", "401": "WWW-Authenticate", "503": "Retry-After"}
    for name, operation in operations(service):
        for status, answer in operation["responses"].items():
            if "$ref" in answer:
                answer = DOCUMENTS[service]["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            headers = set(answer.get("headers", ()))
            assert status not in wanted or wanted[status] in headers, f"{name} {status}"
            assert status != "304" or headers == {"ETag"}, name


def test_signing_in_asks_for_no_token() -> None:
    for call in ("register", "login", "refresh", "logout", "forgot-password", "reset-password", "verify-email"):
        assert DOCUMENTS["auth"]["paths"][f"/api/v1/auth/{call}"]["post"]["security"] == [], call


@both
def test_every_body_has_an_example_that_fits(service: str) -> None:
    components = DOCUMENTS[service]["components"]
    for name, media_type, body in bodies(service):
        if media_type != "application/json":
            continue  # the tool writes down none of a form
        assert body.get("examples"), f"{name} has no example"
        for example in body["examples"].values():
            jsonschema.validate(example["value"], body["schema"] | {"components": components})


@both
def test_enumerations_have_names_of_ours(service: str) -> None:
    assert [name for name in DOCUMENTS[service]["components"]["schemas"] if name.endswith("Enum")] == []
