"""Network: signal, registration, operator."""

from __future__ import annotations

from modem.simulator.answers import Answer, Later, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command, change_setting, test_setting
from modem.simulator.equipment import Equipment

SEARCH_S = 2.0  # +COPS=? (minutes on a real module)


def _signal(equipment: Equipment, request: Request, now_s: float) -> Reply:
    switches = equipment.network.switches
    strength = switches.signal if equipment.functionality == 1 and switches.registered else 99
    return Answer((f"+CSQ: {strength},99",))


def _extended_signal(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer(("+CESQ: 99,99,255,255,20,60",))


def _registration(equipment: Equipment, request: Request, now_s: float) -> Reply:
    name = request.name
    return Answer((f"{name}: {equipment.settings[name]},{equipment.registration_text(name)}",))


def _operator_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    if not equipment.attached:
        return Answer((f"+COPS: {0 if equipment.operator_wanted else 2}",))
    switches, style = equipment.network.switches, equipment.operator_format
    name = switches.operator_code if style == 2 else equipment.shown(switches.operator)
    return Answer((f'+COPS: 0,{style},"{name}",{equipment.profile.make.technology}',))


def _operator_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    mode, style = request.number_or(0, 0), request.number(1)
    if mode not in (0, 1, 2, 3, 4) or style not in (None, 0, 1, 2):
        raise cme(50)
    if style is not None:
        equipment.operator_format = style
    if mode != 3:
        equipment.operator_wanted = mode != 2
        equipment.conditions_changed(now_s)
    return Answer()


def _operator_search(equipment: Equipment, request: Request, now_s: float) -> Reply:
    if not equipment.network.switches.registered:
        raise cme(30)
    name, code = equipment.network.switches.operator, equipment.network.switches.operator_code
    found = f'+COPS: (2,"{name}","{name}","{code}",{equipment.profile.make.technology}),,(0-4),(0-2)'
    return Later(SEARCH_S, lambda due_s: Answer((found,)))


def _packet_attached(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"+CGATT: {int(equipment.attached)}",))


def _registration_command() -> Command:
    return Command(set=change_setting, read=_registration, test=test_setting)


COMMANDS: dict[str, Command] = {
    "+CSQ": Command(run=_signal, test="+CSQ: (0-31,99),(0-7,99)"),
    "+CESQ": Command(
        run=_extended_signal, test="+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-34,255),(0-34,255),(0-97,255)"
    ),
    **{name: _registration_command() for name in ("+CREG", "+CGREG", "+CEREG")},
    "+COPS": Command(set=_operator_set, read=_operator_read, test=_operator_search, sim="cme"),
    "+CGATT": Command(set=lambda equipment, request, now_s: Answer(), read=_packet_attached, test="+CGATT: (0,1)"),
}
