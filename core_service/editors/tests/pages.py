"""Reads and fills in the admin's pages as a browser would."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse


class FormReader(HTMLParser):
    """The values of all fields of a page's main form, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._is_inside = False
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._is_inside = (given.get("id") or "").endswith("_form")
        if not self._is_inside or (not name and tag != "option"):
            return
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.fields[name] = given.get("value") or "on"
        elif tag == "input" and given.get("type") not in ("submit", "file"):
            self.fields[name] = given.get("value") or ""
        elif tag == "textarea":
            self._textarea, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
            self.fields[name] = ""
        elif tag == "option" and self._select and "selected" in given:
            self.fields[self._select] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "form":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea] += data


def url_of(row: Any, page: str = "change") -> str:
    """The address of a row's page; of a model's page when it is a class."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name) if isinstance(row, type) else reverse(name, args=[row.pk])


def fields_of(answer: Any) -> dict[str, str]:
    """What the form of this page holds."""
    assert answer.status_code == 200, answer.headers.get("Location", answer.content)
    reader = FormReader()
    reader.feed(answer.content.decode())
    # A text area begins with a line break that is not part of its text.
    return {name: value.removeprefix("\r\n").removeprefix("\n") for name, value in reader.fields.items()}


def send(browser: Client, url: str, changes: Mapping[str, Any]) -> Any:
    """Open a form, change some of it, and save."""
    return browser.post(url, fields_of(browser.get(url)) | dict(changes))


def errors_of(answer: Any) -> str:
    """The text of all that is wrong on a page that was shown again."""
    assert answer.status_code == 200, answer.headers.get("Location")
    context = answer.context_data
    return " ".join(str(error) for error in context["errors"])
