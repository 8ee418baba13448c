"""+CCFC: call forwarding, asked of and changed in the network (27.007 7.11)."""

from __future__ import annotations

from modem.simulator.answers import Answer, Later, Reply, cme
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command
from modem.simulator.equipment import Equipment
from modem.simulator.forwarding import (
    CLASSES,
    DEFAULT_CLASS,
    DEFAULT_SECONDS,
    NO_REPLY,
    REASONS,
    Forwarding,
    Rule,
)
from modem.simulator.text_mode import address_type, understand

DISABLE, ENABLE, QUERY, REGISTER, ERASE = range(5)
_NUMBER, _TYPE, _CLASS, _TIME = 2, 3, 4, 7  # places of the parameters


def _forward(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """<reason>,<mode>[,<number>[,<type>[,<class>[,<subaddr>[,<satype>[,<time>]]]]]]"""
    reason, mode = request.number_or(0, -1), request.number_or(1, -1)
    classes = request.number_or(_CLASS, DEFAULT_CLASS)
    if reason not in REASONS or mode not in range(5) or not 1 <= classes <= 255:
        raise cme(50)
    if mode == QUERY and reason not in range(4):
        raise cme(50)
    if not equipment.attached:
        raise cme(30)
    rule = _rule(equipment, request) if mode == REGISTER else None
    return Later(equipment.profile.pace.service_s, lambda due_s: _done(equipment, reason, mode, classes, rule))


def _rule(equipment: Equipment, request: Request) -> Rule:
    number = understand(request.string(_NUMBER) or "", equipment.settings.charset)
    if request.number(_TYPE) == 145 and not number.startswith("+"):
        number = f"+{number}"
    seconds = request.number_or(_TIME, DEFAULT_SECONDS)
    if not number.removeprefix("+").isdigit() or not 1 <= seconds <= 30:
        raise cme(50)
    return Rule(number, seconds)


def _done(equipment: Equipment, reason: int, mode: int, classes: int, rule: Rule | None) -> Reply:
    forwarding = equipment.network.exchange.forwarding
    if mode == QUERY:
        return Answer(_told(equipment, forwarding, reason, classes), first_s=0.0)
    if forwarding.refused:
        raise cme(3)
    if rule is not None:
        forwarding.register(reason, classes, rule)
    elif mode == ERASE:
        forwarding.erase(reason, classes)
    elif not forwarding.activate(reason, classes, is_active=mode == ENABLE) and mode == ENABLE:
        raise cme(3)
    return Answer(first_s=0.0)


def _told(equipment: Equipment, forwarding: Forwarding, reason: int, classes: int) -> tuple[str, ...]:
    """One line per class that was asked about; a single one if there is nothing at all."""
    asked = [(kind, forwarding.rule(reason, kind)) for kind in CLASSES if classes & kind]
    if not any(rule for _, rule in asked):
        return (f"+CCFC: 0,{classes}",)
    return tuple(_line(equipment, reason, kind, rule) for kind, rule in asked)


def _line(equipment: Equipment, reason: int, kind: int, rule: Rule | None) -> str:
    if rule is None:
        return f"+CCFC: 0,{kind}"
    time = f",,,{rule.seconds}" if reason == NO_REPLY else ""
    number = equipment.shown(rule.number)
    return f'+CCFC: {int(rule.is_active)},{kind},"{number}",{address_type(rule.number)}{time}'


COMMANDS: dict[str, Command] = {"+CCFC": Command(set=_forward, test="+CCFC: (0-5)", sim="cme")}
