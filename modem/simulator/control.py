"""Client of the simulator's control socket: one JSON object a line, one answer a line."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

LONGEST_LINE = 16 * 1024 * 1024  # octets of one message or answer


# Words that people type, and what their arguments are called.
SHORT_WORDS: dict[str, tuple[str, ...]] = {
    "ring": ("number",),
    "sms": ("number", "text"),
    "dtmf": ("digits",),
    "hangup": (),
    "pickup": (),
    "refuse": (),
    "say": ("wav",),
    "tone": ("hz",),
    "heard": (),
    "record": ("wav",),
    "spoken": ("wav",),
    "lift": (),
    "put_down": (),
    "near_say": ("wav",),
    "phones": (),
    "calls": (),
    "state": (),
}
# The simulator has another working directory; and a frequency is no text.
_READ: dict[str, Callable[[str], Any]] = {"wav": lambda path: str(Path(path).absolute()), "hz": float}


def default_path() -> Path:
    """The control socket of a simulator that was started without naming one."""
    return Path(tempfile.gettempdir()) / f"hotline-simulator-{os.getuid()}.sock"


def message(word: str, arguments: Sequence[str]) -> dict[str, Any]:
    """The message for a word as typed: `ring 13900001111`. Raises ValueError with the usage."""
    names = SHORT_WORDS.get(word)
    if names is None or len(names) != len(arguments):
        usages = [" ".join([each, *map(str.upper, SHORT_WORDS[each])]) for each in SHORT_WORDS]
        raise ValueError(f"one of these is wanted: {', '.join(usages)}")
    values = {name: _READ.get(name, str)(value) for name, value in zip(names, arguments, strict=True)}
    return {"do": word, **values}


class SimulatorSilent(OSError):
    """Nobody answers on the control socket."""


def ask(path: str | Path, message: Mapping[str, Any], timeout_s: float = 5.0) -> dict[str, Any]:
    """Send one control word and return its answer; raises SimulatorSilent if there is none in time."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout_s)
            connection.connect(str(path))
            connection.sendall(json.dumps(message).encode() + b"\n")
            line = _line(connection)
    except OSError as error:
        raise SimulatorSilent(f"{path}: no simulator answers there ({error})") from error
    answer = json.loads(line)
    if not isinstance(answer, dict):
        raise SimulatorSilent(f"{path}: this is no simulator")
    return answer


def _line(connection: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n"):
        data = connection.recv(65536)
        if not data or len(received) > LONGEST_LINE:
            raise OSError("the answer was cut off")
        received += data
    return bytes(received)
