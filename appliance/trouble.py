"""How a bug is named in the log: where it is, never the values it tripped over, which may be somebody's words."""

from __future__ import annotations

import traceback

CALLERS = 4


def where(bug: BaseException) -> str:
    """ "ZeroDivisionError at sms_in.py:83 < desk.py:70": the line it happened in, and who called it."""
    frames = traceback.extract_tb(bug.__traceback__)[-1 - CALLERS :]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames)]
    return f"{type(bug).__name__} at {' < '.join(places) or '?'}"
