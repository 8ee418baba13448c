"""Client of the simulator's control socket: one JSON object a line, one answer a line."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LONGEST_LINE = 16 * 1024 * 1024  # octets of one message or answer


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
