"""The form by which an admin signs in."""

from __future__ import annotations

from typing import Any

from django import forms

from auth_service.accounts import passwords


class SignInForm(forms.Form):
    email = forms.CharField(
        max_length=320, widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    password = forms.CharField(
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
