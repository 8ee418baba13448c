"""General commands: V.250 basic ones, who the modem is, the class it is in."""

from __future__ import annotations

from modem.simulator.answers import Answer
from modem.simulator.command_line import Request
from modem.simulator.voice.chips import Chip
from modem.simulator.voice.commands.table import Command, done, fixed, kept
from modem.simulator.voice.hardware import Hardware
from modem.simulator.voice.replies import Reply
from modem.simulator.voice.settings import REGISTER_START

VOICE_CLASS = 8
_FLAGS = "EVQ"  # 0 or 1, nothing else


def _basic(hardware: Hardware, request: Request, now_s: float) -> Reply:
    number = int(request.text or 0)
    if request.name in _FLAGS and number > 1:
        raise ValueError(request.text)
    hardware.settings.basic[request.name] = number
    return Answer()


def _register_set(hardware: Hardware, request: Request, now_s: float) -> Reply:
    number = int(request.text or 0)
    if not 0 <= number <= 255:
        raise ValueError(request.text)
    hardware.settings.registers[int(request.name[1:])] = number
    return Answer()


def _register_read(hardware: Hardware, request: Request, now_s: float) -> Reply:
    return Answer((f"{hardware.settings.registers[int(request.name[1:])]:03d}",))


def _reset(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """ATZ: on hook, class 0, what AT&W saved. AT&F: the factory's settings, and nothing else happens."""
    if request.name == "&F":
        hardware.settings.factory()
        return Answer()
    hardware.hang_up(now_s)
    hardware.settings.restore()
    hardware.fclass = 0
    hardware.mode = hardware.chip.modes[0]
    return Answer(first_s=0.1)


def _save(hardware: Hardware, request: Request, now_s: float) -> Reply:
    hardware.settings.save()
    return Answer()


def _view(hardware: Hardware, request: Request, now_s: float) -> Reply:
    settings = hardware.settings
    basic = " ".join(f"{name}{value}" for name, value in settings.basic.items())
    registers = " ".join(f"S{number:02d}:{value:03d}" for number, value in settings.registers.items())
    return Answer(("ACTIVE PROFILE:", basic, registers))


def _identify(hardware: Hardware, request: Request, now_s: float) -> Reply:
    chip = hardware.chip
    told = {0: chip.product, 1: "000", 3: f"{chip.maker} {chip.model} V1.0", 4: chip.model, 6: chip.model}
    number = int(request.text or 0)
    if number not in told:
        raise ValueError(request.text)
    return Answer((told[number],))


def _of_chip(field: str) -> Command:
    def read(hardware: Hardware, request: Request, now_s: float) -> Reply:
        return Answer((str(getattr(hardware.chip, field)),))

    return Command(run=read, read=read, test=done)


def _class_set(hardware: Hardware, request: Request, now_s: float) -> Reply:
    wanted = (request.string(0) or "").strip()
    if wanted not in hardware.chip.classes.split(","):
        raise ValueError(wanted)
    hardware.fclass = int(wanted.partition(".")[0])
    return Answer(first_s=0.02)


def _class_read(hardware: Hardware, request: Request, now_s: float) -> Reply:
    return Answer((str(hardware.fclass),))


def _is_conexant(chip: Chip) -> bool:
    return chip.sees_after_ste


COMMANDS: dict[str, Command] = {
    **{name: Command(run=_basic) for name in (*"EVQXMLNBTPW", *(f"&{letter}" for letter in "CDKSABHRMG"))},
    **{f"S{number}": Command(run=done, set=_register_set, read=_register_read) for number in REGISTER_START},
    "Z": Command(run=_reset),
    "&F": Command(run=_reset),
    "&W": Command(run=_save),
    "&V": Command(run=_view),
    "I": Command(run=_identify),
    "+GMI": _of_chip("maker"),
    "+GMM": _of_chip("model"),
    "+FMI": _of_chip("maker"),
    "+FMM": _of_chip("model"),
    "+GMR": Command(run=fixed("V1.0"), read=fixed("V1.0"), test=done),
    "+GCAP": Command(run=fixed("+GCAP: +FCLASS,+V"), test=done),
    "+FCLASS": Command(set=_class_set, read=_class_read, test=_of_chip("classes").run),
    "+GCI": kept("+GCI"),
    "+IFC": kept("+IFC"),
    "-STE": kept("-STE", has=_is_conexant),
    "-SCID": kept("-SCID", has=_is_conexant),
    "-PV": Command(run=fixed("PATCH 1"), has=_is_conexant),
}
