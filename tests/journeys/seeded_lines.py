"""Bugs in how a line deals with its device. See seeded_box.py."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from modem.events import LineState
from modem.serial_device import DeviceGone, SerialDevice

Put = Callable[[Any, str, Any], None]


def remember_the_node(put: Put) -> None:
    """The line knows its device by the number it had at first: ttyUSB0 and no other."""
    begin = SerialDevice.__init__
    nodes: dict[str, str] = {}

    def open_the_same(device: SerialDevice, path: str, baudrate: int) -> None:
        node = os.path.realpath(path)
        if nodes.setdefault(path, node) != node:
            raise DeviceGone(LineState.MISSING, f"{nodes[path]} is not there")
        begin(device, path, baudrate)

    put(SerialDevice, "__init__", open_the_same)


BUGS: dict[str, Callable[[Put], None]] = {"remember-the-node": remember_the_node}
