"""An empty database, made once in a process: to build the schema anew in each of thousands of tests takes minutes."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from db.store import Store


def put(path: Path) -> Path:
    """Where there is none yet, an empty one with the whole schema, as the program makes it itself."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory(prefix="hotline-empty-") as folder:
        path = Path(folder) / "hotline.db"
        Store(path).close()
        return path.read_bytes()
