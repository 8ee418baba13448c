"""Settings of the message service: stores in use, indications, service centre (27.005 3.1 to 3.4)."""

from __future__ import annotations

from modem.simulator.answers import Answer, Reply, cms
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command, change_setting, test_setting
from modem.simulator.equipment import Equipment
from modem.simulator.mailroom import STORES
from modem.simulator.text_mode import address_type, understand

_MESSAGE_STORES = ("SM", "ME", "MT")


def _choices(equipment: Equipment) -> tuple[tuple[str, ...], ...]:
    """What each of the three memories of +CPMS may be."""
    return (STORES if equipment.profile.make.has_report_store else _MESSAGE_STORES, _MESSAGE_STORES, _MESSAGE_STORES)


def _stores_test(equipment: Equipment, request: Request, now_s: float) -> Reply:
    groups = ",".join("(" + ",".join(f'"{name}"' for name in choice) + ")" for choice in _choices(equipment))
    return Answer((f"+CPMS: {groups}",))


def _stores_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    parts = []
    for name in equipment.mail.memories:
        used, total = equipment.mail.size(name)
        parts.append(f'"{name}",{used},{total}')
    return Answer((f"+CPMS: {','.join(parts)}",))


def _stores_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    wanted = request.values()
    if not 1 <= len(wanted) <= 3 or wanted[0] is None:
        raise cms(302)
    memories = list(equipment.mail.memories)
    for place, name in enumerate(wanted):
        if name is None:
            continue
        if name.upper() not in _choices(equipment)[place]:
            raise cms(302)
        memories[place] = name.upper()
    equipment.mail.memories = memories
    numbers = []
    for name in memories:
        used, total = equipment.mail.size(name)
        numbers.append(f"{used},{total}")
    equipment.network.smsc.hand_over(now_s)  # the receiving store may have room where the old one had none
    return Answer((f"+CPMS: {','.join(numbers)}",))


def _indications_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    reply = change_setting(equipment, request, now_s)
    equipment.mail.indications_changed()
    return reply


def _indications_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"+CNMI: {','.join(map(str, equipment.settings.numbers['+CNMI']))}",))


def _centre_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    number = equipment.mail.service_centre
    return Answer((f'+CSCA: "{equipment.shown(number)}",{address_type(number)}',))


def _centre_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    number = understand(request.string(0) or "", equipment.settings.charset)
    if not number.removeprefix("+").isdigit():
        raise cms(305)
    if request.number(1) == 145 and not number.startswith("+"):
        number = "+" + number
    equipment.mail.service_centre = number
    return Answer()


def _service_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    service = request.number(0)
    if service not in (0, 1):
        raise cms(302)
    equipment.mail.service = service
    return Answer(("+CSMS: 1,1,1",))


def _service_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"+CSMS: {equipment.mail.service},1,1,1",))


def _acknowledge(equipment: Equipment, request: Request, now_s: float) -> Reply:
    kind = request.number_or(0, 0)
    if kind not in (0, 1, 2) or equipment.mail.service != 1:
        raise cms(340)
    equipment.mail.acknowledge(taken=kind != 2, now_s=now_s)
    return Answer()


COMMANDS: dict[str, Command] = {
    "+CPMS": Command(set=_stores_set, read=_stores_read, test=_stores_test, sim="cms"),
    "+CNMI": Command(set=_indications_set, read=_indications_read, test=test_setting),
    "+CSCA": Command(set=_centre_set, read=_centre_read, test="", sim="cms"),
    "+CSMS": Command(set=_service_set, read=_service_read, test="+CSMS: (0,1)"),
    "+CNMA": Command(run=_acknowledge, set=_acknowledge, test="+CNMA: (0-2)", sim="cms"),
    "+CSAS": Command(run=lambda equipment, request, now_s: Answer(), set=lambda equipment, request, now_s: Answer()),
    "+CRES": Command(run=lambda equipment, request, now_s: Answer(), set=lambda equipment, request, now_s: Answer()),
}
