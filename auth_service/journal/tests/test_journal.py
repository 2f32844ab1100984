"""The tables of this service's journal; `shared_settings/tests` has the tests of the mechanism."""

from __future__ import annotations

import pytest

from shared_settings.tests.service_journal import *  # noqa: F403

pytestmark = pytest.mark.asvs("16.4.2")
