"""How a bug is named in the log: where it is, never the values it tripped over, which may be somebody's words."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from collections.abc import Callable

from appliance.errors import OfficeError

CALLERS = 4


def where(bug: BaseException) -> str:
    """ "ZeroDivisionError at sms_in.py:83 < desk.py:70": the line it happened in, and who called it."""
    frames = traceback.extract_tb(bug.__traceback__)[-1 - CALLERS :]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames)]
    return f"{type(bug).__name__} at {' < '.join(places) or '?'}"


def guarded(log: logging.Logger, step: Callable[[], int]) -> int:
    """What can't be done now, or because of a bug, is tried again in a minute, and doesn't hold up the rest."""
    try:
        return step()
    except sqlite3.Error:
        raise
    except OfficeError as refused:
        log.warning("something due was refused: %s", type(refused).__name__)
        return 0
    except Exception as bug:
        log.error("something due could not be done: %s", where(bug))
        return 0
