"""The SIM's lock: +CPIN, and how many tries are left in each maker's words."""

from __future__ import annotations

from modem.simulator.answers import Answer, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command
from modem.simulator.equipment import PIN_TRIES, PUK_TRIES, Equipment


def _read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"+CPIN: {equipment.sim_word()}",))


def _enter(equipment: Equipment, request: Request, now_s: float) -> Reply:
    equipment.sim_word()
    equipment.try_pin(request.string(0) or "", request.string(1), now_s)
    return Answer()


def _standard(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+CPINR[=<code>]: 27.007 8.65."""
    rows = {
        "SIM PIN": f"+CPINR: SIM PIN,{equipment.pin_tries},{PIN_TRIES}",
        "SIM PUK": f"+CPINR: SIM PUK,{equipment.puk_tries},{PUK_TRIES}",
    }
    wanted = (request.string(0) or "").rstrip("*")
    return Answer(tuple(row for name, row in rows.items() if name.startswith(wanted)))


def _quectel(equipment: Equipment, request: Request, now_s: float) -> Reply:
    rows = {
        "SC": f'+QPINC: "SC",{equipment.pin_tries},{equipment.puk_tries}',
        "P2": f'+QPINC: "P2",{PIN_TRIES},{PUK_TRIES}',
    }
    wanted = request.string(0)
    if wanted is None:
        return Answer(tuple(rows.values()))
    if wanted not in rows:
        raise cme(50)
    return Answer((rows[wanted],))


def _simcom(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"+SPIC: {equipment.pin_tries},{equipment.puk_tries},{PIN_TRIES},{PUK_TRIES}",))


def _huawei(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """What is wanted, its tries, then those of PUK, PIN, PUK2 and PIN2."""
    word = equipment.sim_word()
    tries = {"SIM PIN": str(equipment.pin_tries), "SIM PUK": str(equipment.puk_tries)}.get(word, "")
    return Answer((f"^CPIN: {word},{tries},{equipment.puk_tries},{equipment.pin_tries},{PUK_TRIES},{PIN_TRIES}",))


COMMANDS: dict[str, Command] = {
    "+CPIN": Command(set=_enter, read=_read, test=""),
    "+CPINR": Command(run=_standard, set=_standard, test="", vendor=True),
    "+QPINC": Command(run=_quectel, set=_quectel, read=_quectel, test="", vendor=True),
    "+SPIC": Command(run=_simcom, vendor=True),
    "^CPIN": Command(read=_huawei, vendor=True),
}
