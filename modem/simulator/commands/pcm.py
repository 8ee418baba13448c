"""The switches of the PCM port, each maker's own."""

from __future__ import annotations

from modem.simulator.answers import Answer, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command, done, fixed
from modem.simulator.equipment import Equipment
from modem.simulator.exchange import CallState


def _switch(equipment: Equipment, request: Request, now_s: float) -> Reply:
    sound = equipment.sound
    assert sound.habit is not None, "only makes with a habit name these commands"
    value = ",".join(each or "" for each in request.values())
    is_on = value in sound.habit.on
    if not is_on and value != sound.habit.off and value not in sound.habit.elsewhere:
        raise cme(50)
    if is_on and sound.habit.needs_call and equipment.network.exchange.standing(CallState.ACTIVE) is None:
        raise cme(3)
    sound.switch(value, on=is_on)
    return Answer()


def _read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"{request.name}: {equipment.sound.setting}",))


def _frame_rate(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+CPCMFRM=1 would mean 16 kHz, which nobody here speaks."""
    if request.number(0) != 0:
        raise cme(50)
    return Answer()


COMMANDS: dict[str, Command] = {
    "+QPCMV": Command(set=_switch, read=_read, test="+QPCMV: (0,1),(0-2)", vendor=True),
    "+CPCMREG": Command(set=_switch, read=_read, test="+CPCMREG: (0,1)", vendor=True),
    "+CPCMFRM": Command(set=_frame_rate, read=fixed("+CPCMFRM: 0"), test="+CPCMFRM: (0,1)", vendor=True),
    "^DDSETEX": Command(set=_switch, test="^DDSETEX: (0-2)", vendor=True),
    # 0 = voice is there; then the sampling rate, bits and milliseconds of a frame
    "^CVOICE": Command(set=done, read=fixed("^CVOICE: 0,8000,16,20"), test="^CVOICE: (0)", vendor=True),
}
