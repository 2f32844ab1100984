"""What a process keeps on disk for its next start: a JSON document, replaced as a whole."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def read(file: Path) -> Any:
    """The document; raises OSError or ValueError."""
    return json.loads(file.read_bytes())


def write(file: Path, document: Any) -> None:
    """Replace the document: a reader sees the one before or this one. Raises OSError."""
    text = json.dumps(document)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(descriptor, "w") as target:
            target.write(text)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)  # a disk that is full would fill up with them
        raise
