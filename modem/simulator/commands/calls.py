"""Calls: dialling, answering, hanging up, and what the supplementary services say (27.007 6 and 7)."""

from __future__ import annotations

from modem.simulator.answers import Answer, Later, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command, done
from modem.simulator.equipment import Equipment
from modem.simulator.exchange import CallState
from modem.simulator.text_mode import address_type, understand

_KEYS = "0123456789*#ABCD"
_FORWARDINGS = range(4)  # <reason>: 0 always, 1 busy, 2 no answer, 3 not reachable


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


def _forward(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+CCFC=<reason>,<mode>[,<number>]: mode 0 off, 1 on, 2 ask, 3 register, 4 erase."""
    reason, mode = request.number_or(0, -1), request.number(1)
    if reason not in _FORWARDINGS or mode not in range(5):
        raise cme(50)
    forwarding = equipment.network.exchange.forwarding
    if mode == 2:
        number = forwarding.get(reason)
        where = f',"{equipment.shown(number)}",{address_type(number)}' if number else ""
        return Answer((f"+CCFC: {int(number is not None)},1{where}",))
    if mode in (0, 4):
        forwarding.pop(reason, None)
        return Answer()
    number = understand(request.string(2) or forwarding.get(reason, ""), equipment.settings.charset)
    if not number.removeprefix("+").isdigit():
        raise cme(50)
    forwarding[reason] = number
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
    "^DDTMFCFG": TONES,
    "+CCWA": Command(set=_waiting_set, read=_waiting_read, test="+CCWA: (0,1)", sim="cme"),
    "+CCFC": Command(set=_forward, test="+CCFC: (0-3)", sim="cme"),
    "+CAOC": Command(set=done, test="+CAOC: (0)"),
}
