"""Calls of a GSM conversation: RING, +CLIP, +CCWA, +CLCC and the vendors' words become one story per call.

The theory. RING says that somebody calls, +CLIP may say who, and only some modules say how a call ends. So +CLCC is
asked once a second while there is a call, and only then: a call that is missing from two answers in a row is over.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from modem.at import Ask, Done
from modem.at_words import FinalKind, fields_of, name_of
from modem.commands import Answer, Dial, HangUp
from modem.dialect import Dialect, matches
from modem.events import CallAnswered, CallDialing, CallEnded, CallerKnown, CallEvent, CallRinging, CommandRefused
from modem.events import EndReason as End
from modem.gsm_call_actions import ENDED_BY_FINAL, Action, Actions
from modem.gsm_call_list import COMING_IN, Call, CallList
from modem.gsm_clcc import ListedCall, State, listed_call, number_of

CLCC_EVERY_S = 1.0
MISSING_TWICE = 2  # answers of +CLCC without the call
CLCC_AGAIN_S = 60.0  # where it was refused: perhaps the module was busy, and a call must not stay for ever
LATE_END_S = 2.0  # "VOICE CALL: END" and NO CARRIER for the same end
RING_GAP_S = 15.0  # without +CLCC: China rings every 5 s, slow modules report every second ring
NUMBER_TO_DIAL = re.compile(r"\+?[0-9*#]{1,40}")

ENDED_BY_NEWS = {
    "NO CARRIER": End.REMOTE,
    "BUSY": End.BUSY,
    "NO ANSWER": End.NO_ANSWER,
    "NO DIALTONE": End.FAILED,
    "NO DIAL TONE": End.FAILED,
}

Told = CallEvent | CommandRefused


class Calls:
    """The calls there are, and what to ask next."""

    def __init__(self, line: str, dialect: Dialect, first_call: int = 1) -> None:
        self._line = line
        self.dialect = dialect
        self._calls = CallList(first_call)
        self._actions = Actions()
        self._clcc_at_s: float | None = None
        self._clcc_failures = 0
        self._ended_at_s = -LATE_END_S  # when a word ended a call

    @property
    def _knows_clcc(self) -> bool:
        return self._clcc_failures < MISSING_TWICE

    @property
    def next_serial(self) -> int:
        return self._calls.next_serial

    @property
    def is_empty(self) -> bool:
        return not self._calls

    @property
    def in_talk(self) -> int | None:
        """The call that is up."""
        call = self._calls.first(State.ACTIVE)
        return call.serial if call else None

    @property
    def dialing_now(self) -> int | None:
        """The call whose dialling command runs."""
        return self._actions.dialing_now

    def module_id_in_talk(self, serial: int) -> int | None:
        """The module's own number of this call, 1 where it never told; None unless it is up and stays so."""
        call = self._calls.with_serial(serial)
        if call is None or call.state is not State.ACTIVE or call.is_hanging_up:
            return None
        return call.module_id or 1

    # -- commands of the office

    def dial(self, command: Dial, now_s: float) -> list[Told]:
        if not NUMBER_TO_DIAL.fullmatch(command.number):
            return [self._refusal(command, "this is no number to dial")]
        if self._calls:
            return [self._refusal(command, "the line is in use")]
        call = self._looked_after(self._calls.add(State.DIALING, command.number, now_s, is_ours=True), now_s)
        self._actions.add(Action(command, call.serial, f"ATD{command.number};"))
        return [CallDialing(self._line, call.serial, command.ref, command.number)]

    def answer(self, command: Answer) -> list[Told]:
        call = self._calls.with_serial(command.call)
        if call is None or call.state not in COMING_IN:
            return [self._refusal(command, "no such call rings")]
        if call.state is State.WAITING:
            return [self._refusal(command, "the line is in a call; end that first")]
        self._actions.add(Action(command, call.serial, "ATA"))
        return []

    def hang_up(self, command: HangUp) -> list[Told]:
        call = self._calls.with_serial(command.call)
        if call is None:
            return [self._refusal(command, "no such call")]
        if call.is_hanging_up:
            return []
        call.is_hanging_up = True
        was_waiting = self._actions.drop(call.serial)
        if was_waiting and call.state is State.DIALING:  # never dialled at all
            return self._end(call, End.LOCAL)
        # +CHUP and H spare a caller who waits; 0 of +CHLD refuses that one (22.030 6.5.5). 1 would end the call that is
        # up as well, but connect who waits to nobody.
        ways = ("AT+CHLD=0",) if call.state is State.WAITING else self.dialect.hang_up
        self._actions.add(Action(command, call.serial, ways[0], ways[1:]))
        return []

    def lost(self) -> list[Told]:
        """The port or the module is gone."""
        self._actions.clear()
        self._clcc_failures = 0
        return [event for call in self._calls for event in self._end(call, End.LOST)]

    # -- what to ask

    @property
    def has_actions(self) -> bool:
        return bool(self._actions)

    def next_action(self) -> Ask | None:
        """What the office wants done."""
        return self._actions.next_ask(lambda serial: self._calls.with_serial(serial) is not None)

    def next_look(self, now_s: float) -> Ask | None:
        """How the calls stand, once a second."""
        if self._clcc_at_s is not None and now_s >= self._clcc_at_s:
            return Ask("AT+CLCC", names=("+CLCC",))
        return None

    def next_deadline(self) -> float | None:
        if not self._calls:
            return None
        if self._knows_clcc:
            return self._clcc_at_s
        silent_s = (call.rang_at_s + RING_GAP_S for call in self._calls if call.state in COMING_IN)
        return min((due_s for due_s in (self._clcc_at_s, *silent_s) if due_s is not None), default=None)

    def tick(self, now_s: float) -> list[Told]:
        """Rings that stopped, where the module does not know +CLCC."""
        if self._knows_clcc:
            return []
        silent = [call for call in self._calls if call.state in COMING_IN and now_s >= call.rang_at_s + RING_GAP_S]
        return [event for call in silent for event in self._end(call, End.REMOTE)]

    def done(self, done: Done, now_s: float) -> list[Told]:
        if done.ask.text == "AT+CLCC":
            return self._listed(done, now_s)
        action = self._actions.answered()
        call = self._calls.with_serial(action.serial) if action else None
        if action is None or call is None:
            return []
        if isinstance(action.command, HangUp):
            return self._hung_up(action, call, done)
        if isinstance(action.command, Dial):
            return self._dialed(call, done, now_s)
        return self._answered(action.command, call, done, now_s)

    # -- what the module says unasked

    def news(self, line: str, now_s: float) -> list[Told] | None:
        """What this line means for calls; None if it is not about calls."""
        handler = _NEWS.get(name_of(line))
        if handler is not None:
            return handler(self, line, now_s)
        if matches(self.dialect.call_ended, line):
            return self._somebody_ended(End.REMOTE, now_s)
        if matches(self.dialect.call_connected, line):
            return self._somebody_connected(now_s)
        return None

    def _ring(self, _line: str, now_s: float) -> list[Told]:
        ringing = self._calls.first(*COMING_IN)
        if ringing is not None:
            ringing.rang_at_s = now_s
            return []
        if self._calls.just_answered(now_s):
            return []
        return self._comes_in(None, now_s)

    def _caller(self, line: str, now_s: float) -> list[Told]:
        """+CLIP: number, type; +CCWA: the same for a second caller. An empty number is withheld."""
        number = number_of(fields_of(line))
        if number is None:
            return []
        is_second = name_of(line) == "+CCWA"
        if not is_second and not self._calls.first(*COMING_IN) and (late := self._calls.just_answered(now_s)):
            return self._known(late, number)
        ringing = self._calls.first(State.WAITING) if is_second else self._calls.first(*COMING_IN)
        if ringing is None:
            return self._comes_in(number, now_s)
        ringing.rang_at_s = now_s
        if not ringing.number or not number or ringing.number == number:
            return self._known(ringing, number)
        # Another number rings: the end of the first call went by unsaid.
        ended = self._end(ringing, End.REMOTE)
        return [*ended, *self._comes_in(number, now_s)]

    def _ended_by_word(self, line: str, now_s: float) -> list[Told]:
        return self._somebody_ended(ENDED_BY_NEWS[line.upper()], now_s)

    def _nothing(self, _line: str, _now_s: float) -> list[Told]:
        return []

    def _connected_word(self, _line: str, now_s: float) -> list[Told]:
        return self._somebody_connected(now_s)

    def _one_listed(self, line: str, now_s: float) -> list[Told]:
        """+CLCC unasked: news of one call."""
        entry = listed_call(line)
        return self._merge(entry, now_s) if entry else []

    # -- the story

    def _somebody_ended(self, reason: End, now_s: float) -> list[Told]:
        """A call ended, but not said which: clear only if there is one."""
        if len(self._calls) > 1 and self._knows_clcc:
            self._clcc_at_s = now_s
            return []
        # Of several calls the one that is up: a caller who stops waiting just stops ringing.
        call = self._calls.first(State.ACTIVE, State.DIALING) or self._calls.first(*COMING_IN)
        if call is None:
            return []
        if call.state in COMING_IN and now_s - self._ended_at_s < LATE_END_S and self._knows_clcc:
            self._clcc_at_s = now_s  # perhaps another word for the call before: modules have two or three
            return []
        self._ended_at_s = now_s
        return self._end(call, reason)

    def _somebody_connected(self, now_s: float) -> list[Told]:
        call = self._calls.first(State.DIALING) or self._calls.first(State.RINGING)
        return self._connect(call, now_s) if call else []

    def _listed(self, done: Done, now_s: float) -> list[Told]:
        if not done.final.is_ok:
            if done.final.kind is not FinalKind.TIMEOUT:  # no answer does not mean that it knows none
                self._clcc_failures += 1
            self._clcc_at_s = now_s + (CLCC_EVERY_S if self._knows_clcc else CLCC_AGAIN_S)
            return self.tick(now_s)
        self._clcc_failures = 0
        entries = [entry for entry in map(listed_call, done.lines) if entry]
        events = [event for entry in entries for event in self._merge(entry, now_s)]
        there = {entry.module_id for entry in entries}
        for call in self._calls:
            call.missing = 0 if call.module_id in there else call.missing + 1
            if call.missing >= MISSING_TWICE:
                events += self._end(call, End.REMOTE)
        self._clcc_at_s = now_s + CLCC_EVERY_S if self._calls else None
        return events

    def _merge(self, entry: ListedCall, now_s: float) -> list[Told]:
        call = self._calls.matching(entry)
        if entry.state is None:
            return self._end(call, End.REMOTE) if call else []
        if call is None:
            if entry.state not in COMING_IN:
                return []  # a call of the telephone at the module's own jack
            call = self._looked_after(self._calls.add(entry.state, entry.number, now_s, is_ours=False), now_s)
            call.module_id = entry.module_id
            return [CallRinging(self._line, call.serial, entry.number)]
        call.module_id = entry.module_id
        events: list[Told] = []
        if not call.is_ours and entry.number and not call.number:
            events += self._known(call, entry.number)
        if entry.state is State.ACTIVE:
            events += self._connect(call, now_s)
        elif call.state is State.WAITING:
            call.state = entry.state  # the other call ended: it rings now
        return events

    def _hung_up(self, action: Action, call: Call, done: Done) -> list[Told]:
        if done.final.is_ok:
            return self._end(call, End.LOCAL)
        if self._actions.another_way(action):
            return []
        call.is_hanging_up = False
        return [self._refusal(action.command, f"the module did not hang up: {done.final.text or 'no answer'}")]

    def _dialed(self, call: Call, done: Done, now_s: float) -> list[Told]:
        if done.final.is_ok:
            return []  # on its way; +CLCC or a vendor's word tells when it is up
        if done.final.kind is FinalKind.CONNECT:
            return self._connect(call, now_s)
        return self._end(call, ENDED_BY_FINAL[done.final.kind])

    def _answered(self, command: Answer, call: Call, done: Done, now_s: float) -> list[Told]:
        if done.final.is_ok or done.final.kind is FinalKind.CONNECT:
            return self._connect(call, now_s)
        if done.final.kind in (FinalKind.NO_CARRIER, FinalKind.BUSY, FinalKind.NO_ANSWER):
            return self._end(call, End.REMOTE)
        self._clcc_at_s = now_s
        return [self._refusal(command, f"the module did not answer the call: {done.final.text or 'no answer'}")]

    def _known(self, call: Call, number: str) -> list[Told]:
        if call.number is not None and (not number or call.number == number):
            return []
        call.number = number
        return [CallerKnown(self._line, call.serial, number)]

    def _connect(self, call: Call, now_s: float) -> list[Told]:
        if call.state is State.ACTIVE:
            return []
        call.state = State.ACTIVE
        call.since_s = now_s
        return [CallAnswered(self._line, call.serial)]

    def _looked_after(self, call: Call, now_s: float) -> Call:
        """A new call: +CLCC is asked for it before long."""
        if self._clcc_at_s is None:
            self._clcc_at_s = now_s + CLCC_EVERY_S
        return call

    def _comes_in(self, number: str | None, now_s: float) -> list[Told]:
        call = self._looked_after(self._calls.add_incoming(number, now_s), now_s)
        return [CallRinging(self._line, call.serial, number)]

    def _end(self, call: Call, reason: End) -> list[Told]:
        self._calls.remove(call)
        if not self._calls:
            self._clcc_at_s = None
        if call.is_hanging_up and reason is End.REMOTE:
            reason = End.LOCAL  # NO CARRIER overtook the OK of our hanging up
        return [CallEnded(self._line, call.serial, reason)]

    def _refusal(self, command: Answer | HangUp | Dial, reason: str) -> CommandRefused:
        return CommandRefused(self._line, command, reason)


_NEWS: dict[str, Callable[[Calls, str, float], list[Told]]] = {
    "RING": Calls._ring,
    "+CRING": Calls._ring,
    "+CLIP": Calls._caller,
    "+CCWA": Calls._caller,
    "+CLCC": Calls._one_listed,
    "+COLP": Calls._connected_word,
    "CONNECT": Calls._connected_word,
    "NO CARRIER": Calls._ended_by_word,
    "BUSY": Calls._ended_by_word,
    "NO ANSWER": Calls._ended_by_word,
    "NO DIALTONE": Calls._ended_by_word,
    "NO DIAL TONE": Calls._ended_by_word,
    "+CSSI": Calls._nothing,
    "+CSSU": Calls._nothing,
    "+CNAP": Calls._nothing,
}
