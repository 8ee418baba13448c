"""Odds and ends that only some makers have."""

from __future__ import annotations

from modem.simulator.answers import Answer, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command
from modem.simulator.equipment import Equipment

# Quectel's stored configuration, as far as a driver may ask for it: VoLTE on, and a USB sound card among the functions.
_CONFIGURATION = {"ims": '"ims",1,1', "usbcfg": '"usbcfg",0x2C7C,0x0125,1,1,1,1,1,0,1'}


def _indication(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+QINDCFG="name"[,0|1]: which +QIND lines come; everything is off at first."""
    name, value = request.string(0), request.number(1)
    if name not in ("all", "csq", "smsfull", "ring", "act", "ccinfo") or value not in (None, 0, 1):
        raise cme(50)
    indications = equipment.settings.indications
    if value is None:
        return Answer((f'+QINDCFG: "{name}",{int(name in indications)}',))
    indications.discard(name)
    if value:
        indications.add(name)
    return Answer()


def _configuration(equipment: Equipment, request: Request, now_s: float) -> Reply:
    name = (request.string(0) or "").lower()
    if request.string(1) is not None:
        return Answer()
    if name not in _CONFIGURATION:
        raise cme(50)
    return Answer((f"+QCFG: {_CONFIGURATION[name]}",))


COMMANDS: dict[str, Command] = {
    "+QINDCFG": Command(set=_indication, test="", vendor=True),
    "+QCFG": Command(set=_configuration, test="", vendor=True),
}
