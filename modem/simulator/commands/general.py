"""General commands: V.250 basic ones, power, clock, character set, and odds and ends that clients ask for."""

from __future__ import annotations

from modem.simulator.answers import Answer, Later, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command, change_setting, done, fixed, has
from modem.simulator.equipment import Equipment
from modem.simulator.settings import REGISTER_START

CHARSETS = ("GSM", "IRA", "UCS2", "8859-1")
USSD_AFTER_S = 0.3


def _basic(equipment: Equipment, request: Request, now_s: float) -> Reply:
    number = int(request.text or 0)
    if request.name in "EVQ" and number > 1:
        raise ValueError(request.text)
    equipment.settings.basic[request.name] = number
    return Answer()


def _restore(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """ATZ and AT&F: start values, without touching calls or the radio."""
    equipment.settings.restore()
    equipment.mail.reset()
    return Answer()


def _register_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    number = int(request.text or 0)
    if not 0 <= number <= 255:
        raise ValueError(request.text)
    equipment.settings.registers[int(request.name[1:])] = number
    return Answer()


def _register_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"{equipment.settings.registers[int(request.name[1:])]:03d}",))


def _functionality_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    wanted, restart = request.number_or(0, 1), request.number_or(1, 0)
    if wanted not in (0, 1, 4) or restart not in (0, 1):
        raise cme(50)
    if restart:
        equipment.timers.at(now_s + 0.1, equipment.restart)
        return Answer()
    equipment.functionality = wanted
    equipment.conditions_changed(now_s)
    return Answer()


def _functionality_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f"+CFUN: {equipment.functionality}",))


def _clock_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    moment = equipment.network.wall(now_s)
    offset = moment.utcoffset()
    quarters = round(offset.total_seconds() / 900) if offset else 0
    return Answer((f'+CCLK: "{moment:%y/%m/%d,%H:%M:%S}{quarters:+03d}"',))


def _charset_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    wanted = (request.string(0) or "").upper()
    if wanted not in CHARSETS:
        raise cme(50)
    equipment.settings.charset = wanted
    return Answer()


def _charset_read(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Answer((f'+CSCS: "{equipment.settings.charset}"',))


def _lock_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+CLCK: only asking is possible; SC stands for the SIM's PIN."""
    if request.number(1) != 2:
        raise cme(3)
    locked = request.string(0) == "SC" and bool(equipment.pin)
    return Answer((f"+CLCK: {int(locked)}",))


def _ussd(equipment: Equipment, request: Request, now_s: float) -> Reply:
    if request.string(1) is None:
        return change_setting(equipment, request, now_s)
    if not equipment.attached:
        raise cme(30)

    def reply(due_s: float) -> None:
        text = equipment.shown(equipment.network.switches.ussd_reply)
        equipment.say(f'+CUSD: 0,"{text}",15')

    equipment.timers.at(now_s + USSD_AFTER_S, reply)
    return Answer()


def _activity(equipment: Equipment, request: Request, now_s: float) -> Reply:
    living = equipment.network.exchange.living()
    ringing = any(call.state.name == "INCOMING" for call in living)
    return Answer((f"+CPAS: {3 if ringing else 4 if living else 0}",))


def _phonebook_set(equipment: Equipment, request: Request, now_s: float) -> Reply:
    if request.string(0) not in ("SM", "ME", "ON", "MC", "RC", "DC", "LD", "FD"):
        raise cme(4)
    return Answer()


def _phonebook_entry(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """Every phone book is empty: a single entry is "not found", a range of them is an empty list."""
    if request.number(1) is None:
        raise cme(22)
    return Answer()


def _no_access(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return Later(equipment.profile.pace.answer_s, _refuse_access)


def _refuse_access(now_s: float) -> Reply:
    raise cme(4)


COMMANDS: dict[str, Command] = {
    **{name: Command(run=_basic) for name in ("E", "V", "Q", "X", "L", "M", "&C", "&D", "&K", "&S", "\\Q")},
    **{name: Command(run=done) for name in ("&W", "T", "P", "O", "&V")},
    **{name: Command(run=_restore) for name in ("Z", "&F")},
    **{f"S{number}": Command(run=done, set=_register_set, read=_register_read) for number in REGISTER_START},
    "+CFUN": Command(set=_functionality_set, read=_functionality_read, test="+CFUN: (0,1,4),(0,1)"),
    "+CCLK": Command(set=done, read=_clock_read, test=""),
    "+CSCS": Command(
        set=_charset_set, read=_charset_read, test="+CSCS: (" + ",".join(f'"{name}"' for name in CHARSETS) + ")"
    ),
    "+CLCK": Command(set=_lock_set, test='+CLCK: ("SC")', sim="cme"),
    "+CUSD": Command(
        set=_ussd,
        read=lambda equipment, request, now_s: Answer((f"+CUSD: {equipment.settings['+CUSD']}",)),
        test="+CUSD: (0-2)",
        sim="cme",
    ),
    "+CPAS": Command(run=_activity, test="+CPAS: (0,3,4)"),
    "+CBC": Command(run=fixed("+CBC: 0,100,4100"), test="+CBC: (0),(0-100),(0-65535)"),
    "+CPBS": Command(
        set=_phonebook_set, read=fixed('+CPBS: "SM",0,250'), test='+CPBS: ("SM","ME","ON","MC","RC","DC")', sim="cme"
    ),
    "+CPBR": Command(set=_phonebook_entry, test="+CPBR: (1-250),40,14", sim="cme"),
    "+CSIM": Command(set=_no_access, test="", sim="cme"),
    "+CRSM": Command(set=_no_access, test="", sim="cme"),
    "+CEER": Command(run=fixed("+CEER: No cause information available"), test=""),
    "+WS46": Command(read=fixed("25"), test="(12,22,25,28)"),
}


def list_commands(commands: dict[str, Command]) -> None:
    """Add +CLAC, which names all that this make has (27.007 8.37)."""

    def answer(equipment: Equipment, request: Request, now_s: float) -> Reply:
        make = equipment.profile.make
        had = (name for name, command in commands.items() if name[0] in "+^" and has(make, name, command))
        return Answer(("\r\n".join(f"AT{name}" for name in sorted(had) if name != "+CLAC"),))

    commands["+CLAC"] = Command(run=answer, test="")
