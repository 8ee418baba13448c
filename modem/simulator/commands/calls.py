"""Calls: dialling, answering, hanging up, and what the supplementary services say (27.007 6 and 7)."""

from __future__ import annotations

from modem.simulator.answers import Answer, Later, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command, done
from modem.simulator.equipment import Equipment
from modem.simulator.exchange import CallState

_KEYS = "0123456789*#ABCD"


def _dial(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """ATD<number>; answers OK as soon as the call is on its way; without ";" it would be a data call."""
    number = request.text.removesuffix(";").upper().removeprefix("T").removeprefix("P").replace(" ", "")
    number = number.rstrip("IG")  # caller id and closed user group of this call
    if not request.text.endswith(";"):
        return Answer(final="NO CARRIER")
    if not number.removeprefix("+") or any(digit not in _KEYS + "+,W" for digit in number):
        return Answer(final="NO CARRIER")
    equipment.need_sim(for_messages=False)
    if not equipment.attached:
        return Answer(final="NO CARRIER")
    active = equipment.network.exchange.standing(CallState.ACTIVE)
    if active is not None:
        active.state = CallState.HELD
    return Later(equipment.profile.pace.dial_s, lambda due_s: _dialled(equipment, number, due_s))


def _dialled(equipment: Equipment, number: str, now_s: float) -> Reply:
    equipment.network.exchange.dial(number, now_s)
    return Answer(first_s=0.0)


def _answer(equipment: Equipment, request: Request, now_s: float) -> Reply:
    call = equipment.network.exchange.standing(CallState.INCOMING)
    if call is None:
        return Answer(final="NO CARRIER")
    equipment.network.exchange.answer(call, now_s)
    return Answer()


def _hang_up(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """ATH and +CHUP end every call but one that waits. +CVHU=1 makes ATH do nothing but say OK (27.007 6.20)."""
    if request.name == "H" and equipment.settings["+CVHU"] == 1:
        return Answer()
    exchange = equipment.network.exchange
    for call in [call for call in exchange.living() if call.state is not CallState.WAITING]:
        exchange.hang_up(call, now_s)
    return Answer()


def _hold(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+CHLD: 0 refuse the waiting or drop the held call, 1 drop the active and take the other, 2 swap."""
    exchange = equipment.network.exchange
    what = request.string(0) or ""
    active = exchange.standing(CallState.ACTIVE)
    waiting = exchange.standing(CallState.WAITING, CallState.INCOMING)
    held = exchange.standing(CallState.HELD)
    if what == "0":
        doomed = waiting or held
        if doomed is None:
            raise cme(3)
        exchange.hang_up(doomed, now_s)
        return Answer()
    if what not in ("1", "2"):
        raise cme(4)
    if active is None and waiting is None and held is None:
        raise cme(3)
    if active is not None and what == "2":
        active.state = CallState.HELD
    if waiting is not None:
        exchange.answer(waiting, now_s)
    elif held is not None:
        held.state = CallState.ACTIVE
    if active is not None and what == "1":
        exchange.hang_up(active, now_s)
    return Answer()


def _list(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer(equipment.handset.listing())


def _tones(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+VTS: keys for the far party, one or many, as 5 or "5" or {5,100}."""
    call = equipment.network.exchange.standing(CallState.ACTIVE)
    if call is None:
        raise cme(3)
    keys = [value.strip("{}[]").upper() for value in request.values() if value]
    pressed = "".join(key for key in keys if all(letter in _KEYS for letter in key))
    if not pressed:
        raise cme(50)
    call.keys_heard += pressed
    return Answer()


def _tone_switch(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """The maker's switch for keys heard in a call."""
    wanted = request.values()[-1] if request.name == "^DDTMFCFG" else request.string(0)
    if request.name == "+DTMFDET" and wanted == "2":  # how sensitive: 2,1,<n>
        return Answer()
    equipment.handset.tones_reported = wanted == "1"
    return Answer()


def _tone_switch_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"{request.name}: {int(equipment.handset.tones_reported)}",))


def _waiting_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+CCWA=<n>[,<mode>]: n shows +CCWA, mode turns the network's service on, off, or asks."""
    shown, mode = request.number(0), request.number(1)
    if shown not in (None, 0, 1) or mode not in (None, 0, 1, 2):
        raise cme(50)
    if mode == 2:
        return Answer((f"+CCWA: {int(equipment.network.switches.call_waiting)},1",))
    if shown is not None:
        equipment.handset.waiting_shown = bool(shown)
    if mode is not None:
        equipment.network.switches.call_waiting = bool(mode)
    return Answer()


def _waiting_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"+CCWA: {int(equipment.handset.waiting_shown)}",))


def _huawei_tone(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """^DTMF=<call>,<key>"""
    call = next((each for each in equipment.network.exchange.living() if each.index == request.number(0)), None)
    key = (request.string(1) or "").upper()
    if call is None or call.state is not CallState.ACTIVE:
        raise cme(3)
    if len(key) != 1 or key not in _KEYS:
        raise cme(50)
    call.keys_heard += key
    return Answer()


TONES = Command(set=_tone_switch, read=_tone_switch_read, test="", vendor=True)
COMMANDS: dict[str, Command] = {
    "D": Command(run=_dial),
    "A": Command(run=_answer),
    "H": Command(run=_hang_up),
    "+CHUP": Command(run=_hang_up, test=""),
    "+CHLD": Command(set=_hold, test="+CHLD: (0,1,2)", sim="cme"),
    "+CLCC": Command(run=_list, test=""),
    "+VTS": Command(set=_tones, test="+VTS: (0-9,A-D,*,#)"),
    "+DDET": TONES,
    "+QTONEDET": TONES,
    "+DTMFDET": TONES,
    "^DDTMFCFG": TONES,
    "^DTMF": Command(set=_huawei_tone, test="", vendor=True),
    "+CCWA": Command(set=_waiting_set, read=_waiting_read, test="+CCWA: (0,1)", sim="cme"),
    "+CAOC": Command(set=done, test="+CAOC: (0)"),
}
