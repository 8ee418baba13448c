"""Tells systemd "ready", "alive" and "stopping" (sd_notify(3)); does nothing where systemd isn't the parent."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> bool:
    """Send one state line such as READY=1 to $NOTIFY_SOCKET; False if there is none."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        try:
            channel.sendto(state.encode(), address)
        except OSError:
            return False
    return True


def watchdog_interval_s() -> float | None:
    """Half of what systemd allows between two signs of life, or None if it doesn't watch."""
    usec = os.environ.get("WATCHDOG_USEC", "")
    return int(usec) / 2_000_000 if usec.isdecimal() and int(usec) else None
