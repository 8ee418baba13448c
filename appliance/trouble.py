"""How a bug is named in the log: where it is, never the values it tripped over, which may be somebody's words."""

from __future__ import annotations

import traceback


def where(bug: BaseException) -> str:
    """ "ZeroDivisionError at sms_in.py:83"."""
    frames = traceback.extract_tb(bug.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(bug).__name__} at {place}"
