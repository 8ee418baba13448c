"""Log lines: past tense, ids, masked numbers; never the text of a message, whoever forgets it."""

from __future__ import annotations

import logging
import re
import sys

# Not inside an ASCII word, nor behind a decimal point: ids, hexadecimal and fractions stay readable.
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z_])(?<!\d\.)\+?\d{8,}(?![0-9A-Za-z_])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LOCAL_DIGITS = 9  # so long are numbers without an area code at most: less of them is shown


class MaskingFormatter(logging.Formatter):
    """Masks every run of digits long enough to be a telephone number, and keeps each record on one line.

    Only the trace of a bug, behind the line, has lines of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        return _LONG_NUMBER.sub(_masked, super().format(record)).replace("\r", "\\r")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        return _CONTROL.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))


def _masked(found: re.Match[str]) -> str:
    number = found[0]
    if len(number) <= LOCAL_DIGITS:
        return f"{number[:2]}****{number[-2:]}"
    first = 4 if number.startswith("+") else 3
    return f"{number[:first]}****{number[-4:]}"


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
