"""What happens to files: the names of events."""

from __future__ import annotations

REMOVED = "files.removed"  # with `names`: nothing needs the bytes under these names in the storage any more
