"""The calls of this moment, in memory: a slow card never delays the screen pop.

Ids are given out here, before any row is written. Ports' threads, the desk thread and the web threads all come here;
every method is one short step under one lock and calls nothing outside.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

KEPT_S = 60.0  # an ended call nobody worked on stays that long
MOST_KEPT = 200  # a prank caller must not fill the memory

RINGING, TALKING, ENDED = "ringing", "talking", "ended"


@dataclass(frozen=True, slots=True)
class BoardCall:
    """One call as far as it is known now. `modem_call` is the telephone side's number for it."""

    call_id: int
    line: str
    direction: str  # "in" | "out"
    modem_call: int | None
    number: str | None  # normalised; "" withheld; None not known yet
    raw_number: str
    ringing_at: datetime
    state: str = RINGING
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_s: float | None = None
    taken_by_id: int | None = None
    taken_by: str = ""
    taken_at: datetime | None = None
    said_missed: bool = False  # the operator pressed M
    outcome: str = ""
    end_reason: str = ""
    ticket_no: int | None = None
    is_worked_off: bool = False
    is_noted: bool = True  # False: the desk thread has yet to hear of it, and to write its row
    keys: str = ""  # what the far side pressed, the latest last
    trouble: str = ""  # why the line did not do what was asked last, in plain English
    owed_outcome: str = ""  # what it was, as far as that could not be written yet
    times: int = 1  # how often this caller rang lately, where one call is shown for all
    by_box: bool = False  # the call flow speaks with the caller: nobody has served him
    box_step: str = ""  # what it does: a key of web.telephone_words.BOX_STEPS
    box_step_at: datetime | None = None  # since when
    recording_since: datetime | None = None  # what is said is being kept
    on_telephone_s: float | None = None  # since when the office's own telephone has it, out of the modem's sight
    heard: str = ""  # modem.events.CallTone, the last one in a call of ours
    is_urgent: bool = False  # the caller pressed the key for what can't wait
    typed: str = ""  # who it is, as keyed in by the caller or typed by the operator where the network told nobody
    level: str = ""  # what holds for a nuisance caller: a key of people.nuisance.LEVELS, "over" beyond the day's number

    @property
    def is_taken(self) -> bool:
        return self.taken_at is not None

    @property
    def is_on_telephone(self) -> bool:
        return self.on_telephone_s is not None and self.state != ENDED

    @property
    def is_kept_off(self) -> bool:
        """A blocked caller whom nobody has picked up for: it rings at no desk."""
        return self.level == "block" and self.direction == "in" and not self.is_taken and self.answered_at is None

    @property
    def caller(self) -> str:
        """Whom to call back: "" where nobody has said."""
        return self.number or self.typed


class Board:
    def __init__(self, last_id: int) -> None:
        self._lock = threading.Lock()
        self._last_id = last_id
        self._calls: dict[int, BoardCall] = {}

    def add(self, call: BoardCall) -> BoardCall:
        """Put a new call on the board under the next id; `call_id` of what is handed in doesn't matter."""
        with self._lock:
            return self._add(call)

    def add_if_free(self, call: BoardCall) -> BoardCall | None:
        """The same on a line on which nothing goes on; None: somebody rings, dials or talks there."""
        with self._lock:
            is_free = all(other.line != call.line or other.state == ENDED for other in self._calls.values())
            return self._add(call) if is_free else None

    def get(self, call_id: int) -> BoardCall | None:
        with self._lock:
            return self._calls.get(call_id)

    def of_modem(self, line: str, modem_call: int, *, even_ended: bool = False) -> BoardCall | None:
        """The call that the telephone side names so, unless it has ended."""
        with self._lock:
            for call in reversed(self._calls.values()):
                if call.line == line and call.modem_call == modem_call and (even_ended or call.state != ENDED):
                    return call
        return None

    def note(self, line: str, modem_call: int) -> BoardCall | None:
        """The desk thread hears of a call that was put here before; None if it wasn't. It may have ended since."""
        with self._lock:
            for call in self._calls.values():
                if not call.is_noted and call.line == line and call.modem_call == modem_call:
                    self._calls[call.call_id] = noted = replace(call, is_noted=True)
                    return noted
        return None

    def on_line(self, line: str) -> list[BoardCall]:
        """The calls that go on on this line."""
        with self._lock:
            return [call for call in self._calls.values() if call.line == line and call.state != ENDED]

    def on_telephone(self) -> list[BoardCall]:
        """The calls that the office's own telephones have, as far as anybody knows."""
        with self._lock:
            return [call for call in self._calls.values() if call.is_on_telephone]

    def hide(self, numbers: frozenset[str], call_id: int | None, reference: str) -> None:
        """These callers, and this call's, are protected from now on: the reference stands where their numbers stood."""
        with self._lock:
            for call in list(self._calls.values()):
                if call.call_id == call_id or call.number in numbers or (call.typed and call.typed in numbers):
                    self._calls[call.call_id] = replace(call, number=reference, raw_number="", typed="", keys="")

    def dialled_by(self, user_id: int, number: str) -> BoardCall | None:
        """This user's own call to this number, while it goes on."""
        with self._lock:
            for call in self._calls.values():
                is_theirs = call.direction == "out" and call.taken_by_id == user_id and call.number == number
                if is_theirs and call.state != ENDED:
                    return call
        return None

    def change(self, call_id: int, *, only_if: str = "", **fields: Any) -> BoardCall | None:
        """Change one call and return it; None if it is gone, or isn't in the state `only_if`."""
        with self._lock:
            call = self._calls.get(call_id)
            if call is None or (only_if and call.state != only_if):
                return None
            self._calls[call_id] = changed = replace(call, **fields)
            return changed

    def end(self, call_id: int, at: datetime, at_s: float, reason: str) -> BoardCall | None:
        """The call is over; None if it was before, so that an end counts once."""
        with self._lock:
            call = self._calls.get(call_id)
            if call is None or call.state == ENDED:
                return None
            self._calls[call_id] = ended = replace(call, state=ENDED, ended_at=at, ended_s=at_s, end_reason=reason)
            return ended

    def decide(
        self, call_id: int, outcome: str, *, instead_of: str = "", unless_taken: bool = False
    ) -> BoardCall | None:
        """Claim what the call was. None if it is gone, was decided otherwise meanwhile, or was taken.

        Who claims it writes it; who can't write it gives it back with `owe`.
        """
        with self._lock:
            call = self._calls.get(call_id)
            if call is None or call.outcome != instead_of or (unless_taken and call.is_taken):
                return None
            self._calls[call_id] = decided = replace(call, outcome=outcome, owed_outcome="")
            return decided

    def owe(self, call_id: int, outcome: str) -> None:
        """This outcome could not be written: the call is undecided again, until the next look."""
        with self._lock:
            call = self._calls.get(call_id)
            if call is not None and call.outcome == outcome:
                self._calls[call_id] = replace(call, outcome="", owed_outcome=outcome)

    def take(self, call_id: int, user_id: int | None, name: str, at: datetime) -> tuple[BoardCall | None, bool]:
        """The first who takes it has it. Returns the call, and whether it was free until now."""
        with self._lock:
            call = self._calls.get(call_id)
            if call is None:
                return None, False
            if call.is_taken:
                return call, False
            self._calls[call_id] = call = replace(call, taken_by_id=user_id, taken_by=name, taken_at=at)
            self._put_away_earlier(call)
            return call, True

    def let_box_answer(self, call_id: int) -> bool:
        """The box picks up now, which the board says before the line can. False: a person was faster, or it ended."""
        with self._lock:
            call = self._calls.get(call_id)
            if call is None or call.is_taken or call.state == ENDED:
                return False
            self._calls[call_id] = replace(call, by_box=True)
            return True

    def put_away(self, call_id: int) -> None:
        """Somebody has dealt with this call, and with the caller's earlier ones that it stood for."""
        with self._lock:
            call = self._calls.get(call_id)
            if call is not None:
                self._calls[call_id] = replace(call, is_worked_off=True)
                self._put_away_earlier(call)

    def _put_away_earlier(self, call: BoardCall) -> None:
        for earlier in list(self._calls.values()):
            if earlier.call_id < call.call_id and _is_unserved(earlier) and _caller(earlier) == _caller(call):
                self._calls[earlier.call_id] = replace(earlier, is_worked_off=True)

    def shown(self, now_s: float) -> list[BoardCall]:
        """Ringing and talking, and what ended lately and wasn't worked off; oldest first.

        Of one caller who rings and hangs up again and again, only the last call.
        """
        with self._lock:
            lately = [call for call in self._calls.values() if self._is_shown(call, now_s)]
        repeats = [_caller(call) for call in lately if _is_unserved(call)]
        last = {_caller(call): call.call_id for call in lately if call.direction == "in"}
        return [
            replace(call, times=repeats.count(_caller(call)) + (not _is_unserved(call)))
            if call.direction == "in" and call.call_id == last[_caller(call)]
            else call
            for call in lately
            if not _is_unserved(call) or call.call_id == last[_caller(call)]
        ]

    def undecided(self, now_s: float, after_s: float) -> list[BoardCall]:
        """Calls that ended so long ago and nobody said what they were, and those whose outcome is yet to be written."""
        with self._lock:
            return [
                call
                for call in self._calls.values()
                if call.state == ENDED
                and not call.outcome
                and call.ended_s is not None
                and (call.owed_outcome or now_s - call.ended_s >= after_s)
            ]

    def forget(self, now_s: float) -> None:
        """Take off what is over and decided."""
        with self._lock:
            over = [
                call.call_id for call in self._calls.values() if self._is_over(call) and not self._is_shown(call, now_s)
            ]
            for call_id in over:
                del self._calls[call_id]

    @staticmethod
    def _is_over(call: BoardCall) -> bool:
        return call.state == ENDED and call.is_noted and call.outcome != ""

    @staticmethod
    def _is_shown(call: BoardCall, now_s: float) -> bool:
        if call.is_kept_off:
            return False
        if call.state != ENDED:
            return True
        return not call.is_worked_off and call.ended_s is not None and now_s - call.ended_s < KEPT_S

    def _add(self, call: BoardCall) -> BoardCall:
        self._last_id += 1
        call = replace(call, call_id=self._last_id)
        self._calls[call.call_id] = call
        self._drop_surplus()
        return call

    def _drop_surplus(self) -> None:
        over = [call.call_id for call in self._calls.values() if self._is_over(call)]
        for call_id in over[: max(0, len(self._calls) - MOST_KEPT)]:
            del self._calls[call_id]


def _is_unserved(call: BoardCall) -> bool:
    """Came in, ended, and nobody had it in hand."""
    return call.direction == "in" and call.state == ENDED and not call.is_taken and call.outcome != "answered"


def _caller(call: BoardCall) -> str:
    """Who rings, as far as that shows: those without a number are one on each line."""
    return call.caller or f"line {call.line}"
