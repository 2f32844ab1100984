"""How long a token may live at most, and how far apart clocks may be."""

from __future__ import annotations

LEEWAY_SECONDS = 5
LONGEST_LIFE_SECONDS = 24 * 3600
