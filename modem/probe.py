"""A port outside the service, for a technician: one AT command, or a whole measurement of a landline modem."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import serial

from modem.asking import Watch, within
from modem.at_words import final_of
from modem.open_serial import as_os_error, open_serial
from modem.voice_measure import LEAVE_S, MOST_S, STREAMS, Measuring, Outcome
from modem.voice_measure_steps import LIFTED_WITHIN_S

ANSWER_WITHIN_S = 5.0
OPEN_WITHIN_S = 5.0  # some ports hang in open() for ever
LOOK_S = 0.01  # how often a measurement looks up: sound comes all the time


class ProbeFailed(Exception):
    """The port can't be asked; the sentence says what to do."""


def ask_once(device: str, command: str, baudrate: int) -> list[str]:
    """Send one AT command and return the lines of its answer, final result included. Raises ProbeFailed."""
    if not command.isascii() or not command.isprintable():
        raise ProbeFailed("An AT command is plain ASCII on one line.")
    if command.strip().upper().endswith(STREAMS):
        raise ProbeFailed(
            f"{command} begins a stream of sound. To see what the modem does: hotline modem probe {device}"
        )
    return _within(OPEN_WITHIN_S + ANSWER_WITHIN_S, device, lambda: _try(device, command, baudrate))


def measure(device: str, baudrate: int, clock: Watch, *, with_telephone: bool = False) -> Outcome:
    """What the landline modem at this port really does; takes half a minute at most. Raises ProbeFailed.

    `with_telephone`: somebody lifts the telephone beside it within 20 s, and only what that shows is found out.
    """
    most_s = OPEN_WITHIN_S + MOST_S + LEAVE_S + (LIFTED_WITHIN_S if with_telephone else 0.0)
    return _within(most_s, device, lambda: _measure(device, baudrate, clock, Measuring(with_telephone=with_telephone)))


Answer = TypeVar("Answer")


def _within(seconds: float, device: str, work: Callable[[], Answer | Exception]) -> Answer:
    answer = within(seconds, work, "probe")
    if answer is None:
        raise ProbeFailed(f"{device} can be opened by nobody: it hangs. Unplug the module, count to ten, plug it in.")
    if isinstance(answer, Exception):
        raise ProbeFailed(_in_plain_words(device, answer)) from answer
    return answer


def _measure(device: str, baudrate: int, clock: Watch, measuring: Measuring) -> Outcome | Exception:
    try:
        with as_os_error(), open_serial(device, baudrate, timeout_s=LOOK_S, write_timeout_s=2) as port:
            measuring.start(clock.monotonic_s())
            while measuring.outcome is None:
                port.write(measuring.data_to_send())
                data = port.read(max(1, port.in_waiting))
                measuring.receive(data, clock.monotonic_s())
                measuring.tick(clock.monotonic_s())
            port.write(measuring.data_to_send())
            port.flush()
    except (OSError, ValueError) as trouble:
        return trouble
    return measuring.outcome


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
