"""What the voice modem knows: one row per AT command, one file per theme."""

from __future__ import annotations

from modem.simulator.command_line import Kind, Request
from modem.simulator.voice.commands import calling, general, sound
from modem.simulator.voice.commands.table import Command, Handler
from modem.simulator.voice.hardware import Hardware

COMMANDS: dict[str, Command] = {**general.COMMANDS, **calling.COMMANDS, **sound.COMMANDS}


def handler_of(hardware: Hardware, request: Request) -> Handler | None:
    """None: this chip answers ERROR, in this class."""
    command = COMMANDS.get(request.name)
    if command is None or not _has(hardware, request.name, command):
        return None
    return command.handler(request.kind)


def _has(hardware: Hardware, name: str, command: Command) -> bool:
    chip = hardware.chip
    if name.startswith("+V") and not chip.has_voice and name != "+VCID":
        return False
    if name.startswith("+V") and chip.voice_needs_class and hardware.fclass != 8:
        return False
    return command.has is None or command.has(chip)


__all__ = ["COMMANDS", "Kind", "handler_of"]
