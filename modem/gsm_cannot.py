"""Commands that no GSM module carries out, and why: landlines do, or the thread that carries sound. Pure."""

from __future__ import annotations

from modem.commands import Command, HandOver, Join, Listen, Measure, Play, StopSound
from modem.events import CommandRefused

_NO_SOUND = "the sound of this line's calls does not come to the box"  # where it does, they go there: modem/fleet.py
_LANDLINE = "only a landline can do that"
_WHY: dict[type, str] = {Play: _NO_SOUND, Listen: _NO_SOUND, Join: _LANDLINE, HandOver: _LANDLINE, Measure: _LANDLINE}


def refused(line: str, command: Command) -> list[CommandRefused]:
    """What is told of such a command; nothing of a StopSound, which is done where there is no sound."""
    return [] if isinstance(command, StopSound) else [CommandRefused(line, command, _WHY[type(command)])]
