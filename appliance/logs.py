"""Log lines: past tense, ids, masked numbers; never the text of a message, whoever forgets it."""

from __future__ import annotations

import logging
import re
import sys

_LONG_NUMBER = re.compile(r"(?<![\w.:-])(\+?\d{3})\d{3,}(\d{4})(?![\w])")


class MaskingFormatter(logging.Formatter):
    """Masks every run of digits long enough to be a telephone number, and keeps each record on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return _LONG_NUMBER.sub(r"\1****\2", super().format(record)).replace("\r", "\\r")


def set_up(level: str) -> None:
    """Log to stderr, where systemd's journal adds the time."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskingFormatter("%(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("huey", "huey.consumer", "waitress"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it counts held streams as a queue
