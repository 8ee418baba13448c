"""One AT command to a port outside the service, typed by a technician."""

from __future__ import annotations

import serial

from modem.asking import within
from modem.at_words import final_of
from modem.open_serial import open_serial

ANSWER_WITHIN_S = 5.0
OPEN_WITHIN_S = 5.0  # some ports hang in open() for ever


class ProbeFailed(Exception):
    """The port can't be asked; the sentence says what to do."""


def ask_once(device: str, command: str, baudrate: int) -> list[str]:
    """Send one AT command and return the lines of its answer, final result included. Raises ProbeFailed."""
    if not command.isascii() or not command.isprintable():
        raise ProbeFailed("An AT command is plain ASCII on one line.")
    answer = within(OPEN_WITHIN_S + ANSWER_WITHIN_S, lambda: _try(device, command, baudrate), "probe")
    if answer is None:
        raise ProbeFailed(f"{device} can be opened by nobody: it hangs. Unplug the module, count to ten, plug it in.")
    if isinstance(answer, Exception):
        raise ProbeFailed(_in_plain_words(device, answer)) from answer
    return answer


def _try(device: str, command: str, baudrate: int) -> list[str] | Exception:
    try:
        with open_serial(device, baudrate, timeout_s=0.2, write_timeout_s=2) as port:
            port.write(command.encode("ascii") + b"\r")
            return _lines(port, command)
    except (OSError, ValueError) as trouble:
        return trouble


def _lines(port: serial.Serial, command: str) -> list[str]:
    lines: list[str] = []
    for _ in range(int(ANSWER_WITHIN_S / 0.2)):
        for raw in port.readlines():
            line = raw.decode("latin-1").strip()
            if line and line != command:
                lines.append(line)
            if final_of(line, of_call=True):
                return lines
    raise OSError(f"no final answer within {ANSWER_WITHIN_S:.0f} s; so far: {', '.join(lines) or 'nothing'}")


def _in_plain_words(device: str, trouble: Exception) -> str:
    text = str(trouble)
    if "exclusively lock" in text or "Resource temporarily unavailable" in text:
        return f"{device} is in use: stop the service (systemctl stop hotline) or the other program first."
    if "No such file" in text:
        return f"{device} isn't there. See: hotline modem list"
    if "Permission denied" in text:
        return f"{device} may not be opened by this user. Use root, or join the group dialout."
    return f"{device}: {text}"
