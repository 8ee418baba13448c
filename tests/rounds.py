"""How often a reliability test repeats itself: a few hundred times here, for hours with `./install.sh soak`."""

from __future__ import annotations

import os


def is_soak() -> bool:
    return os.environ.get("HOTLINE_SOAK") == "1"


def count(normal: int, *, soak: int) -> int:
    """The number of rounds for this run."""
    return soak if is_soak() else normal
