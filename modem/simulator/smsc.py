"""The service centre: keeps messages until the SIM takes them, takes messages from the box, sends status reports.

It stands for a machine far away: nothing that happens to the module or its client makes it forget a message.
A message is handed over one TPDU at a time, in order; a refusal (SIM full) stops the queue until there is room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Protocol

from modem.simulator.network_pdu import Submit, encode_deliver, encode_report
from modem.simulator.phones import Phones
from modem.simulator.switches import Switches
from modem.simulator.timers import Timers

STILL_TRYING = 0x30  # TP-Status: service centre still tries (23.040 9.2.3.15)


class MessageTaker(Protocol):
    """The module, as the service centre sees it."""

    def can_be_reached(self) -> bool: ...

    def take_message(self, tpdu: bytes, now_s: float) -> bool:
        """True = acknowledged; False = memory capacity exceeded."""
        ...

    def take_report(self, tpdu: bytes, now_s: float) -> bool: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """One TPDU on its way to the SIM."""

    id: int  # of the citizen's message
    tpdu: bytes
    again: bool = False  # handed over before, the acknowledgement got lost


class ServiceCentre:
    """Queue towards the SIM and mailman towards the town."""

    def __init__(
        self, switches: Switches, timers: Timers, phones: Phones, wall: Callable[[float], datetime], random: Random
    ) -> None:
        self._switches = switches
        self._timers = timers
        self._phones = phones
        self._wall = wall
        self._random = random
        self.taker: MessageTaker | None = None
        self.messages: deque[Waiting] = deque()
        self.reports: deque[Waiting] = deque()
        self._message_id = 0
        self._concatenation = random.randrange(256)
        self._free_at_s = 0.0  # the air is taken until then
        self._alarm_s: float | None = None
        self.handed_over = 0  # TPDUs of citizens' messages that the module took, repeats not counted
        self.duplicated = 0
        self.refused = 0
        self.sent = 0  # TPDUs that the box sent
        self.reports_handed_over = 0
        self.first_handover_at_s: float | None = None
        self.last_handover_at_s: float | None = None

    # towards the SIM

    def post(self, sender: str, text: str, now_s: float, *, message_class: int | None = None) -> tuple[int, int]:
        """A citizen texts the box. Returns (id, parts)."""
        wide = self._switches.wide_references
        self._concatenation = (self._concatenation + 1) & (0xFFFF if wide else 0xFF)
        tpdus = list(
            encode_deliver(
                sender,
                text,
                sent_at=self._wall(now_s),
                reference=self._concatenation,
                wide=wide,
                message_class=message_class,
            )
        )
        if self._switches.shuffle_parts:
            self._random.shuffle(tpdus)
        return self.post_tpdus(tpdus, now_s), len(tpdus)

    def post_tpdus(self, tpdus: list[bytes], now_s: float) -> int:
        """Queue TPDUs as they are, good or broken."""
        self._message_id += 1
        self.messages.extend(Waiting(self._message_id, tpdu) for tpdu in tpdus)
        self.hand_over(now_s)
        return self._message_id

    def hand_over(self, now_s: float) -> None:
        """Give the SIM whatever it takes just now. Called at every change that may let it take more."""
        taker = self.taker
        if taker is None:
            return
        while self.reports and taker.can_be_reached():
            if not taker.take_report(self.reports[0].tpdu, now_s):
                break
            self.reports.popleft()
            self.reports_handed_over += 1
        while self.messages and not self._switches.hold_messages and taker.can_be_reached():
            if now_s < self._free_at_s:
                self._call_again(self._free_at_s)
                return
            waiting = self.messages[0]
            if not taker.take_message(waiting.tpdu, now_s):
                self.refused += 1
                self._call_again(now_s + self._switches.retry_s)
                return
            self.messages.popleft()
            self._handed_over(waiting, now_s)

    def _handed_over(self, waiting: Waiting, now_s: float) -> None:
        switches = self._switches
        self._free_at_s = now_s + switches.handover_s
        self.last_handover_at_s = now_s
        if self.first_handover_at_s is None:
            self.first_handover_at_s = now_s
        if waiting.again:
            self.duplicated += 1
            return
        self.handed_over += 1
        if switches.redeliver_percent and self._random.uniform(0, 100) < switches.redeliver_percent:
            repeat = Waiting(waiting.id, waiting.tpdu, again=True)
            self._timers.at(now_s + switches.redeliver_after_s, lambda due_s: self._queue_again(repeat, due_s))

    def _queue_again(self, repeat: Waiting, now_s: float) -> None:
        self.messages.append(repeat)
        self.hand_over(now_s)

    def give_back(self, tpdu: bytes) -> None:
        """The module took this one and lost it before its client had it: it is next again."""
        self.messages.appendleft(Waiting(0, tpdu, again=True))

    def _call_again(self, due_s: float) -> None:
        """One alarm at a time; an earlier one replaces a later one."""
        if self._alarm_s is not None and self._alarm_s <= due_s:
            return
        self._alarm_s = due_s

        def alarm(at_s: float) -> None:
            if self._alarm_s == at_s:
                self._alarm_s = None
                self.hand_over(at_s)

        self._timers.at(due_s, alarm)

    # towards the town

    def submit(self, sender: str, submit: Submit, reference: int, now_s: float) -> None:
        """The box sends one part; `reference` is the TP-MR that its module gave it."""
        self.sent += 1
        sent_at = self._wall(now_s)
        self._phones.receive(sender, submit, reference, _utc_text(sent_at))
        switches = self._switches
        if not submit.want_report or not switches.report_copies:
            return
        statuses = [STILL_TRYING, switches.report_status] if switches.report_trying else [switches.report_status]
        for step, status in enumerate(statuses, start=1):
            self._timers.at(
                now_s + step * switches.report_delay_s, self._reporter(submit.to, reference, sent_at, status)
            )

    def _reporter(self, number: str, reference: int, sent_at: datetime, status: int) -> Callable[[float], None]:
        copies = self._switches.report_copies  # as it was when the message went, like the other switches

        def report(due_s: float) -> None:
            tpdu = encode_report(reference, number, sent_at=sent_at, done_at=self._wall(due_s), status=status)
            self.reports.extend(Waiting(0, tpdu) for _ in range(copies))
            self._phones.mark(number, reference, _report_word(status))
            self.hand_over(due_s)

        return report


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _report_word(status: int) -> str:
    if status < 0x20:
        return "delivered"
    return "trying" if status < 0x40 else "failed"
