"""The form by which an admin signs in, and the base of those by which rows are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from shared_settings.etags import Expected, row_etag
from shared_settings.problems import PreconditionFailed, Problem

LONGEST_PASSWORD = 1024  # Auth takes none longer; a test of Auth compares both
CHANGED_MEANWHILE = (
    "Somebody else has changed this meanwhile, so nothing was saved. What you typed is still here: "
    "open the page once more in another tab to see what it is now."
)


def sentence_of(problem: Problem) -> str:
    return f"{problem.title} {problem.detail}".strip()


class SignInForm(forms.Form):
    """Email and password; the one-time code is asked for only once the password was right."""

    email = forms.CharField(
        max_length=320, widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    password = forms.CharField(
        max_length=LONGEST_PASSWORD, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    otp = forms.CharField(
        label="One-time code",
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_for_otp = bool(self.data.get("otp"))


@dataclass(frozen=True)
class Refusal:
    """What an action refused, and the prefix of the form whose row it was."""

    problem: Problem
    prefix: str | None


class RowForm(forms.ModelForm):
    """A row as it was when the page was made; a page that is shown again after a refusal is told it by `refusal`."""

    refusal: ClassVar[Refusal | None] = None

    etag = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["etag"] = row_etag(self.instance)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal is not None and self.refusal.prefix == self.prefix:
            self.add_refusal(self.refusal.problem)

    def add_refusal(self, problem: Problem) -> None:
        self.add_error(None, CHANGED_MEANWHILE if isinstance(problem, PreconditionFailed) else sentence_of(problem))

    @property
    def expected(self) -> Expected | None:
        """The row that the action may change, and no later one."""
        tag = self.cleaned_data.get("etag")
        return Expected.of([tag]) if tag else None
