"""Python runs this in each process of Auth that tests start: no hash of a password takes a third of a second."""

from __future__ import annotations

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher

BCryptSHA256PasswordHasher.rounds = 4
