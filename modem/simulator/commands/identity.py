"""Who the module and its SIM are."""

from __future__ import annotations

from collections.abc import Callable

from modem.simulator.answers import Answer, Reply
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command, Handler, fixed
from modem.simulator.equipment import Equipment
from modem.simulator.text_mode import address_type


def _says(text: Callable[[Equipment], str]) -> Handler:
    def handler(equipment: Equipment, request: Request, now_s: float) -> Reply:
        return Answer((text(equipment),))

    return handler


def _own_number(equipment: Equipment, request: Request, now_s: float) -> Reply:
    number = equipment.identity.number
    return Answer((f'+CNUM: ,"{equipment.shown(number)}",{address_type(number)}',))


def _information(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """ATI is a summary; ATI1..9 are maker specific and unknown here."""
    if request.text not in ("", "0"):
        raise ValueError(request.text)
    make = equipment.profile.make
    return Answer((f"{make.maker}\r\n{make.model}\r\nRevision: {make.firmware}",))


MAKER = Command(run=_says(lambda equipment: equipment.profile.make.maker), test="")
MODEL = Command(run=_says(lambda equipment: equipment.profile.make.model), test="")
FIRMWARE = Command(run=_says(lambda equipment: equipment.profile.make.firmware), test="")
SERIAL = Command(run=_says(lambda equipment: equipment.identity.imei), test="")

COMMANDS: dict[str, Command] = {
    "I": Command(run=_information),
    "+CGMI": MAKER,
    "+GMI": MAKER,
    "+CGMM": MODEL,
    "+GMM": MODEL,
    "+CGMR": FIRMWARE,
    "+GMR": FIRMWARE,
    "+CGSN": SERIAL,
    "+GSN": SERIAL,
    "+CIMI": Command(run=_says(lambda equipment: equipment.identity.imsi), test="", sim="cme"),
    "+CCID": Command(
        run=_says(lambda equipment: f"+CCID: {equipment.identity.iccid}"),
        read=_says(lambda equipment: f"+CCID: {equipment.identity.iccid}"),
        test="",
        sim="cme",
    ),
    "+CNUM": Command(run=_own_number, test="", sim="cme"),
    "+GCAP": Command(run=fixed("+GCAP: +CGSM"), test=""),
}
