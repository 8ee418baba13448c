"""Call forwarding: what the network does with calls that nobody takes here (AT+CCFC, 27.007 7.11).

The network is asked again after every change; what is told is what it says then. Its answers take long, so nothing
of this begins while there is a call.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from modem.at import Ask, Done
from modem.at_words import Final, FinalKind, fields_of, number_in
from modem.commands import AskForwarding, SetForwarding
from modem.events import CommandRefused, ForwardingTold, ForwardReason, ForwardRule
from modem.gsm_clcc import INTERNATIONAL_TYPE, number_of

NETWORK_TIMEOUT_S = 30.0
REASONS = {
    ForwardReason.ALWAYS: 0,
    ForwardReason.BUSY: 1,
    ForwardReason.NO_REPLY: 2,
    ForwardReason.UNREACHABLE: 3,
}
ASK, REGISTER, ERASE = 2, 3, 4  # <mode>
NATIONAL_TYPE = 129
VOICE = 1  # bit of <class>
EVERY_CLASS = 7  # where the answer names none
NUMBER_TO_FORWARD_TO = re.compile(r"\+?[0-9]{3,20}")
REFUSALS: dict[tuple[FinalKind, int | None], str] = {
    (FinalKind.CME, 3): "the module or the network does not allow it",
    (FinalKind.CME, 4): "the module cannot set call forwarding",
    (FinalKind.CME, 30): "there is no network",
    (FinalKind.CME, 31): "the network did not answer in time",
}
NO_ANSWER = (FinalKind.TIMEOUT, FinalKind.BROKEN_OFF)
Told = ForwardingTold | CommandRefused


@dataclass(slots=True)
class _Job:
    command: SetForwarding | AskForwarding
    questions: deque[tuple[ForwardReason, str]]  # what the command still needs
    rules: list[ForwardRule] = field(default_factory=list)
    refusal: str = ""


class Forwarding:
    """A queue of wishes; the first is being seen to."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._jobs: deque[_Job] = deque()

    def add(self, command: SetForwarding | AskForwarding) -> list[Told]:
        if isinstance(command, AskForwarding):
            self._jobs.append(_Job(command, deque((reason, _text(reason, ASK)) for reason in REASONS)))
            return []
        if command.number and not NUMBER_TO_FORWARD_TO.fullmatch(command.number):
            return [CommandRefused(self._line, command, "this is no number to forward calls to")]
        change = _register(command.reason, command.number) if command.number else _text(command.reason, ERASE)
        steps = [(command.reason, change), (command.reason, _text(command.reason, ASK))]
        self._jobs.append(_Job(command, deque(steps)))
        return []

    def next_ask(self) -> Ask | None:
        return Ask(self._jobs[0].questions[0][1], NETWORK_TIMEOUT_S, ("+CCFC",)) if self._jobs else None

    def done(self, done: Done, _now_s: float) -> list[Told]:
        job = self._jobs[0]
        reason, text = job.questions.popleft()
        is_change = text != _text(reason, ASK)
        if done.final.is_ok:
            if not is_change:
                job.rules.append(_rule(reason, done.lines))
        else:
            job.refusal = _why(done.final)
            if isinstance(job.command, SetForwarding) and not is_change:  # changed, but it does not say so
                job.rules.append(ForwardRule(reason, bool(job.command.number), job.command.number))
            if is_change or done.final.kind in NO_ANSWER:
                job.questions.clear()
        return [] if job.questions else self._finished()

    def drop(self, reason: str) -> list[Told]:
        jobs, self._jobs = self._jobs, deque()
        return [CommandRefused(self._line, job.command, reason) for job in jobs]

    def _finished(self) -> list[Told]:
        """A network that does not tell of one reason may tell of the others."""
        job = self._jobs.popleft()
        if job.rules:
            return [ForwardingTold(self._line, job.command.ref, tuple(job.rules))]
        return [CommandRefused(self._line, job.command, job.refusal)]


def _text(reason: ForwardReason, mode: int) -> str:
    return f"AT+CCFC={REASONS[reason]},{mode}"


def _register(reason: ForwardReason, number: str) -> str:
    kind = INTERNATIONAL_TYPE if number.startswith("+") else NATIONAL_TYPE
    return f'{_text(reason, REGISTER)},"{number}",{kind}'


def _rule(reason: ForwardReason, lines: tuple[str, ...]) -> ForwardRule:
    """+CCFC: status, class[, number, type ...], a line for each class; only voice is ours."""
    for line in lines:
        fields = fields_of(line)
        classes = number_in(fields, 1)
        if number_in(fields, 0) == 1 and (EVERY_CLASS if classes is None else classes) & VOICE:
            return ForwardRule(reason, True, number_of(fields[2:]) or "")
    return ForwardRule(reason, False)


def _why(final: Final) -> str:
    if final.kind in NO_ANSWER:
        return "the network did not answer; ask again how it stands"
    return REFUSALS.get((final.kind, final.code), f"the network refused: {final.text}")
