"""What a row of a command table is, and the rows that are mere settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from modem.simulator.answers import Answer
from modem.simulator.command_line import Kind, Request
from modem.simulator.voice.chips import Chip
from modem.simulator.voice.hardware import Hardware
from modem.simulator.voice.replies import Reply
from modem.simulator.voice.settings import KEPT

Handler = Callable[[Hardware, Request, float], Reply]


@dataclass(frozen=True, slots=True)
class Command:
    """One AT command. A form that is None answers ERROR."""

    run: Handler | None = None
    set: Handler | None = None
    read: Handler | None = None
    test: Handler | None = None
    has: Callable[[Chip], bool] | None = None  # which chips know it; None: all

    def handler(self, kind: Kind) -> Handler | None:
        return {Kind.RUN: self.run, Kind.SET: self.set, Kind.READ: self.read, Kind.TEST: self.test}[kind]


def done(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """OK and nothing else: for commands whose effect nobody can see here."""
    return Answer()


def fixed(*items: str) -> Handler:
    """Always the same lines."""

    def handler(hardware: Hardware, request: Request, now_s: float) -> Reply:
        return Answer(items)

    return handler


def kept(name: str, *, has: Callable[[Chip], bool] | None = None) -> Command:
    """One row of KEPT."""

    def change(hardware: Hardware, request: Request, now_s: float) -> Reply:
        hardware.settings.change(name, request.values())
        return Answer()

    def read(hardware: Hardware, request: Request, now_s: float) -> Reply:
        return Answer((",".join(map(str, hardware.settings.numbers[name])),))

    return Command(set=change, read=read, test=fixed(KEPT[name].test), has=has)
