"""What happens to files."""

from __future__ import annotations

from collections.abc import Sequence

from shared_settings import journal


def files_removed(names: Sequence[str]) -> None:
    """Nothing needs these files any more: the bytes under these names in the storage can go."""
    journal.record("files.removed", names=list(names))
