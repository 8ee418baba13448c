"""A whole office in fake time: our conversation, desk and SQLite, and a simulated module with its town on the wire.

No pty, no thread, no process, but everything else is the real thing: a day of telephone takes seconds, and whatever
is measured by the one clock is exact. The port around the conversation is told over here in a few lines;
test_faults_in_real_time.py has the true one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from appliance.config import ModemSettings
from appliance.desk import IDLE_S
from modem.commands import Command
from modem.events import Event, LineChanged, LineState
from modem.gsm import GsmConversation
from modem.inbox import Inbox
from modem.port import FIRST_BACK_OFF_S, LOOK_EVERY_S
from modem.simulator.control_words import ControlWords
from modem.simulator.identity import Identity
from modem.simulator.main import build_line
from modem.simulator.network_pdu import encode_report
from tests.appliance.small_office import GSM, MORNING, SmallOffice

MINUTE_S = 60.0
MOST_EXCHANGES = 100_000
LONGEST_REST_S = 8.0  # of a port whose module is silent
START_UP_S = 30.0


class FastOffice:
    """`town.ask(...)` speaks the simulator's control words; `small` has the office's people, rows and services."""

    def __init__(
        self,
        folder: Path,
        *,
        modem: ModemSettings = GSM,
        now: Any = MORNING,
        profile: str = "real",
        baud: int = 115200,
        desk_s: float = 0.0,
        look_every_s: float = IDLE_S,
        poll_stores_s: float = 30.0,
        **identity: Any,
    ) -> None:
        """`profile` and `baud` are the simulator's.

        `desk_s` is what the card takes to write one event down: so long a message is told and not yet kept.
        `look_every_s`, `poll_stores_s`: how often the desk looks up and the stores are listed; seldom where days pass.
        """
        self.small = SmallOffice(folder, modem, now=now, are_ready=False)
        self.small.on_command = self._carry
        self.clock, self.name = self.small.clock, modem.name
        self._line = build_line(self.clock, baud=baud, profile_name=profile, identity=Identity(**identity))
        self._cable = _Cable(self)
        self._words = ControlWords(self._line, self._cable)
        self._conversation = GsmConversation(modem.name, poll_stores_s=poll_stores_s)
        self._inbox = Inbox()
        self._is_open = False
        self._open_at_s: float | None = self.now_s
        self._back_off_s = FIRST_BACK_OFF_S
        self._desk_s, self._in_hand = desk_s, None
        self._done_at_s = self._stalled_until_s = 0.0
        self._look_every_s, self._look_at_s = look_every_s, 0.0
        self._minute_at_s = 0.0
        self._ambush: tuple[bytes, float, dict[str, Any]] | None = None
        self._sprung: list[tuple[float, dict[str, Any]]] = []
        self.faults_at_s: list[float] = []  # when an ambush was sprung
        self.states: list[tuple[float, LineState]] = []  # every change, and when
        self.later(START_UP_S)

    _in_hand: Event | None

    @property
    def now_s(self) -> float:
        return self.clock.monotonic_s()

    @property
    def state(self) -> LineState:
        return self.states[-1][1]

    # -- the town and the time

    def ask(self, word: str, **fields: Any) -> dict[str, Any]:
        """A control word that must succeed; what comes of it at once is heard at once."""
        answer = self._words.answer({"do": word, **fields}, self.now_s)
        assert answer["ok"], f"{word} {fields}: {answer}"
        self._turn()
        return answer

    def later(self, seconds: float) -> None:
        """Let time pass from deadline to deadline."""
        until_s = self.now_s + seconds
        while (due_s := self._next_deadline()) <= until_s:
            self._move_to(due_s)
            self._turn()
        self._move_to(until_s)
        self._turn()

    def ambush(self, when: bytes, delay_s: float, **fault: Any) -> None:
        """A fault that strikes so long after our side writes `when` the next time."""
        self._ambush = (when, delay_s, fault)

    def report_early(self, number: str, status: int = 0) -> None:
        """The report on the part that is sent next comes directly, before the module's own answer."""
        module, now = self._line.module, self.clock.now()
        tpdu = encode_report(module.equipment.mail.reference, number, sent_at=now, done_at=now, status=status)
        self.ambush(b"\x1a", 1.0, say_line=f"+CDS: {len(tpdu)}\r\n00{tpdu.hex().upper()}")

    def stall(self, seconds: float) -> None:
        """The card takes so long over the event in hand, as cards do now and then."""
        self._done_at_s = self.now_s + seconds
        self._stalled_until_s = self._done_at_s

    @property
    def lies_in_wait(self) -> bool:
        return self._ambush is not None or bool(self._sprung)

    def settle(self, most_s: float) -> None:
        """Let time pass until nothing waits anywhere: not in the network, not in the module, not in the queue."""
        until_s = self.now_s + most_s
        while not self.is_still():
            assert self.now_s < until_s, f"still busy after {most_s} s: {self._busy_with()}"
            self.later(10)

    def is_still(self) -> bool:
        return not any(self._busy_with().values())

    def _busy_with(self) -> dict[str, int]:
        state = self.ask("state")
        return {
            "not ready": int(self.state is not LineState.READY),
            "in the network": state["waiting"] + state["waiting_reports"],
            "in the module": state["on_sim"],
            "at the desk": len(self._inbox) + (self._in_hand is not None),
            "in the queue": self.small.count("outbox WHERE state IN ('queued', 'sending')"),
        }

    # -- what there is to count

    def kept(self) -> list[dict[str, Any]]:
        """What the office has of what came: number and text."""
        return _dicts(self.small.store.rows("SELECT sender AS number, text FROM sms_words ORDER BY sms_id"))

    def sent(self) -> list[dict[str, Any]]:
        """What the office says of what went: number, text, purpose and state, in the order they were queued."""
        return _dicts(
            self.small.store.rows(
                "SELECT w.number, w.text, o.purpose, o.state, o.id FROM outbox o"
                " JOIN outbox_words w ON w.outbox_id = o.id ORDER BY o.id"
            )
        )

    def shown(self) -> list[dict[str, Any]]:
        """What the citizens' telephones show, in the order it came."""
        messages: list[dict[str, Any]] = self.ask("phones")["messages"]
        return messages

    def recovery_s(self, since_s: float) -> float:
        """From then until the line was ready again."""
        ready = [at_s for at_s, state in self.states if state is LineState.READY and at_s >= since_s]
        assert ready, f"not ready again: {self.states[-3:]}"
        return ready[0] - since_s

    # -- inside: time

    def _move_to(self, at_s: float) -> None:
        """Not before it: the clock counts in microseconds, and a step that is rounded off would be no step."""
        self.clock.advance(math.ceil(max(0.0, at_s - self.now_s) * 1e6) / 1e6)

    def _next_deadline(self) -> float:
        times = [self._look_at_s, self._minute_at_s, self._line.next_deadline(), self._open_at_s]
        times += [at_s for at_s, _ in self._sprung]
        if self._is_open:
            times.append(self._conversation.next_deadline())
        if self._in_hand is not None:
            times.append(self._done_at_s)
        return max(self.now_s, min(time_s for time_s in times if time_s is not None))

    def _turn(self) -> None:
        """Everything that is due now."""
        for at_s, fault in [each for each in self._sprung if each[0] <= self.now_s]:
            self._sprung.remove((at_s, fault))
            self.faults_at_s.append(self.now_s)
            self._words.answer({"do": "fault", **fault}, self.now_s)
        for _ in range(MOST_EXCHANGES):
            if not (self._carry_bytes() | self._desk_round()):
                break
        else:
            raise AssertionError("they never stop talking")
        desk = self.small.desk
        if self.now_s >= self._look_at_s:
            self._look_at_s = self.now_s + self._look_every_s
            desk.post(desk.tick())
            self._carry_bytes()
        if self.now_s >= self._minute_at_s:
            self._minute_at_s = self.now_s + MINUTE_S
            for task in self.small.services.every_minute.values():
                task()

    # -- inside: the port

    def _carry_bytes(self) -> bool:
        """Both ways, once; whether there were any."""
        self._look_after_port()
        heard = self._line.read(self.now_s)
        if not self._is_open:
            self._line.tick(self.now_s)
            return False  # what is said while nobody listens is lost
        self._tell(self._conversation.tick(self.now_s))
        if heard:
            self._tell(self._conversation.receive(heard, self.now_s))
        written = self._conversation.data_to_send()
        self._line.write(written, self.now_s)
        if written and self._ambush is not None and self._ambush[0] in written:
            (_, delay_s, fault), self._ambush = self._ambush, None
            self._sprung.append((self.now_s + delay_s, fault))
        return bool(heard or written)

    def _look_after_port(self) -> None:
        """Open, give up, rest and look for the device as modem/port.py does."""
        if self._is_open and not self._cable.is_in:
            self._lose(LineState.MISSING, "the device was unplugged", LOOK_EVERY_S)
        elif self._is_open and self._conversation.wants_reopen:
            self._lose(LineState.SILENT, "the module does not answer", self._back_off_s)
            self._back_off_s = min(self._back_off_s * 2, LONGEST_REST_S)
        elif self._open_at_s is not None and self.now_s >= self._open_at_s:
            self._open_at_s = self.now_s + LOOK_EVERY_S
            if self._cable.is_in:
                self._is_open, self._open_at_s = True, None
                self._tell(self._conversation.start(self.now_s))

    def _lose(self, state: LineState, reason: str, rest_s: float) -> None:
        self._is_open, self._open_at_s = False, self.now_s + rest_s
        self._tell(self._conversation.lost(reason, self.now_s, state))

    def _carry(self, command: Command) -> None:
        self.small.commands.clear()
        self._tell(self._conversation.send(command, self.now_s))

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, LineChanged) and (not self.states or self.states[-1][1] is not event.state):
                self.states.append((self.now_s, event.state))
                if event.state is LineState.READY:
                    self._back_off_s = FIRST_BACK_OFF_S
            self.small.desk.at_once(event)
            self._inbox.put(event)

    # -- inside: the desk

    def _desk_round(self) -> bool:
        """One event, as the desk thread takes it; whether there was one."""
        if self._in_hand is None and len(self._inbox):
            self._in_hand = self._inbox.get(0.0)
            self._done_at_s = max(self.now_s, self._stalled_until_s) + self._desk_s
        if self._in_hand is None or self.now_s < self._done_at_s:
            return False
        event, self._in_hand = self._in_hand, None
        desk = self.small.desk
        desk.post(desk.handle(event))
        desk.post(desk.tick())
        return True


class _Cable:
    """Stands for the simulator's loop: what faults may do to the cable."""

    def __init__(self, office: FastOffice) -> None:
        self._office = office
        self.is_in = True

    def unplug(self, now_s: float) -> None:
        self.is_in = False
        self._office._line.unplug()
        self._office._line.module.equipment.power_off(now_s)

    def plug(self, now_s: float) -> None:
        if not self.is_in:
            self.is_in = True
            self._office._line.module.equipment.restart(now_s)

    def rename(self, link: Path | None, pcm_link: Path | None) -> None:
        """No name has any meaning here."""

    def has_client(self) -> bool:
        return self._office._is_open

    def stop(self) -> None:
        raise AssertionError("nothing to stop")


def _dicts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]
