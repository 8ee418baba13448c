"""What a row of a command table is, and the rows that are mere settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from modem.simulator.answers import Answer, Reply, cms
from modem.simulator.command_line import Kind, Request
from modem.simulator.equipment import Equipment
from modem.simulator.make import Make
from modem.simulator.settings import SETTINGS

Handler = Callable[[Equipment, Request, float], Reply]


@dataclass(frozen=True, slots=True)
class Command:
    """One AT command. A form that is None answers ERROR; `test` may be the text of its only line, "" for a bare OK."""

    run: Handler | None = None
    set: Handler | None = None
    read: Handler | None = None
    test: Handler | str | None = None
    vendor: bool = False  # only makes that name it have it
    sim: str = ""  # "" | "cme" | "cms": refused with such an error while there is no open SIM

    def handler(self, kind: Kind) -> Handler | None:
        chosen: Handler | str | None = {
            Kind.RUN: self.run,
            Kind.SET: self.set,
            Kind.READ: self.read,
            Kind.TEST: self.test,
        }[kind]
        if isinstance(chosen, str):
            return fixed(chosen) if chosen else done
        if chosen is None or not self.sim or kind is Kind.TEST:
            return chosen
        return _with_sim(chosen, for_messages=self.sim == "cms")


def has(make: Make, name: str, command: Command) -> bool:
    """Whether modules of this make know the command."""
    return name in make.commands if command.vendor else name not in make.unknown


def _with_sim(handler: Handler, *, for_messages: bool) -> Handler:
    def guarded(equipment: Equipment, request: Request, now_s: float) -> Reply:
        equipment.need_sim(for_messages=for_messages)
        return handler(equipment, request, now_s)

    return guarded


def done(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """OK and nothing else: for commands whose effect nobody can see here."""
    return Answer()


def fixed(*items: str) -> Handler:
    """Always the same lines."""

    def handler(equipment: Equipment, request: Request, now_s: float) -> Reply:
        return Answer(items)

    return handler


def kept_settings() -> dict[str, Command]:
    """One Command per row of SETTINGS."""
    return {name: _kept(name) for name in SETTINGS}


def change_setting(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """AT+NAME=values for a row of SETTINGS."""
    refusal = cms(303) if request.name == "+CNMI" else None
    equipment.settings.change(request.name, request.values() if request.text else [], refusal)
    return Answer()


def test_setting(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """AT+NAME=? for a row of SETTINGS."""
    return Answer((equipment.settings.test_text(request.name),))


def _kept(name: str) -> Command:
    setting = SETTINGS[name]

    def read(equipment: Equipment, request: Request, now_s: float) -> Reply:
        numbers = [*equipment.settings.numbers[name], *setting.read_only]
        return Answer((f"{name}: {','.join(map(str, numbers))}",))

    return Command(set=change_setting, read=read, test=test_setting, vendor=setting.vendor)
