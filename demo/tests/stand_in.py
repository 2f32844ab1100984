"""Both services, in memory and without rules: just enough to see what the loader sends and in which order."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

Row = dict[str, Any]


@dataclass
class StandIn:
    """Answers as an `httpx` transport; `fail_after` writes it stops answering, as when somebody pressed Ctrl-C."""

    users: dict[str, Row] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    fail_after: int | None = None

    @property
    def writes(self) -> list[str]:
        calls = [f"{request.method} {request.url.path.removeprefix('/api/v1')}" for request in self.requests]
        return [call for call in calls if not call.startswith("GET") and call != "POST /auth/login"]

    def add_user(self, email: str, password: str, **values: Any) -> Row:
        user = {"id": str(uuid.uuid4()), "email": email, "password": password, "is_verified": False, **values}
        return self.users.setdefault(email, user)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.fail_after is not None and len(self.writes) > self.fail_after:
            raise KeyboardInterrupt
        path = request.url.path.removeprefix("/api/v1").strip("/").split("/")
        body = self._body(request)
        match request.method, *path:
            case "POST", "auth", "login":
                user = self.users.get(body["email"])
                if not user or user["password"] != body["password"]:
                    return problem(401, "invalid_credentials")
                return httpx.Response(200, json={"access": user["email"], "user": user})
            case "POST", "auth", "register":
                if body["email"] in self.users:
                    return problem(409, "email_taken")
                return httpx.Response(201, json=self.add_user(**body))
            case "PATCH", "users", user_id:
                assert request.headers["Authorization"] == "Bearer admin@example.org"
                user = next(user for user in self.users.values() if user["id"] == user_id)
                user.update(body)
                return httpx.Response(200, json=user)
        return self._core(request, path, body)

    def _core(self, request: httpx.Request, path: list[str], body: Row) -> httpx.Response:
        rows = self.rows.setdefault(path[0], [])
        match request.method, *path:
            case "GET", "courses", course_id, "with-modules":
                return httpx.Response(200, json={"modules": self._outline(course_id)})
            case "GET", _:
                return httpx.Response(200, json={"count": len(rows), "results": rows})
            case "POST", "courses", course_id, "publish":
                row = next(row for row in rows if row["id"] == course_id)
                row["status"] = "published"
                return httpx.Response(200, json=row)
            case "POST", noun:
                row = {"id": str(uuid.uuid4()), **({"status": "draft"} if noun == "courses" else {}), **body}
                rows.append(row)
                return httpx.Response(201, json=row)
            case "PATCH", _, row_id:
                row = next(row for row in rows if row["id"] == row_id)
                row.update(body)
                return httpx.Response(200, json=row)
            case "DELETE", _, row_id:
                self.rows[path[0]] = [row for row in rows if row["id"] != row_id]
                return httpx.Response(204)
        return problem(404, "not_found")

    def _outline(self, course_id: str) -> list[Row]:
        modules = [row for row in self.rows["modules"] if row["course_id"] == course_id]
        return [
            {**module, "lessons": [row for row in self.rows["lessons"] if row["module_id"] == module["id"]]}
            for module in modules
        ]

    @staticmethod
    def _body(request: httpx.Request) -> Row:
        content = request.read()
        is_json = request.headers.get("Content-Type") == "application/json"
        return json.loads(content) if is_json else {"multipart": content.decode("latin-1")} if content else {}


def problem(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"title": "No.", "status": status, "code": code, "detail": "Because."})
