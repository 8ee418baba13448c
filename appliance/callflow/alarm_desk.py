"""The box rings the present one of a chain: whom, when and over which line, and what became of it.

One call at a time, on a line on which nothing goes on; each is a row before it is dialled. The key 1 confirms as the
word OK in a text does. Nothing is begun while the clock may be wrong: when somebody is rung is a matter of time.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from appliance.callflow import alarm_call
from appliance.callflow.alarm_call import AlarmCall
from appliance.callflow.making import SOUND_WITHIN_S
from appliance.callflow.runner import Runner
from appliance.callflow.walk import Voice
from appliance.casework.emergency import Emergencies
from appliance.casework.emergency_chain import Rung, rings_at
from appliance.casework.emergency_switch import RingSwitch
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.intake.board import ENDED, Board, BoardCall
from appliance.intake.call_ends import CallEnds
from appliance.intake.call_log import CallLog
from appliance.lines import Lines
from appliance.people.numbers import mask
from db import emergency as rows
from db.store import Store
from modem.commands import Dial
from modem.events import EndReason

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
FORGOTTEN_AFTER_S = 90.0  # a call that is held for 40 s, and has not told its end


@dataclass
class _Going:
    """The call that goes on."""

    row_id: int
    step_id: int
    emergency_id: int
    call_id: int
    line: str
    since_s: float
    script: AlarmCall | None = None  # made by the line
    is_confirmed: bool = False  # and written


class AlarmDesk:
    """For the desk thread alone."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        emergencies: Emergencies,
        *,
        runner: Runner,
        board: Board,
        lines: Lines,
        call_log: CallLog,
        ends: CallEnds,
        switch: RingSwitch,
        clock_ok: Callable[[], bool],
        is_tested: Callable[[str], bool],
    ) -> None:
        """`is_tested`: somebody makes a test call on this line now."""
        self._store, self._clock, self._emergencies = store, clock, emergencies
        self._runner, self._board, self._lines, self._log, self._ends = runner, board, lines, call_log, ends
        self._switch, self._clock_ok, self._is_tested = switch, clock_ok, is_tested
        self._going: _Going | None = None
        self._next_look_s = 0.0
        self._has_recovered = False

    def look(self) -> None:
        """Follow the call that goes on; else begin what is due."""
        if not self._has_recovered:
            self._recover()
        if self._going is not None:
            self._follow(self._going)
        elif self._clock.monotonic_s() >= self._next_look_s:
            self._next_look_s = self._clock.monotonic_s() + LOOK_EVERY_S
            if self._clock_ok() and self._switch.is_on():
                self._begin_next()

    # --- one that goes on -------------------------------------------------------------------------------------------

    def _follow(self, going: _Going) -> None:
        script = going.script
        if script is not None and script.is_confirmed and not going.is_confirmed:
            with self._store.transaction() as tx:
                self._emergencies.confirmed_by_key(tx, going.step_id, going.row_id)
            going.is_confirmed = True
        if script is not None and script.is_over:
            self._end(going, script.outcome)
        elif self._clock.monotonic_s() - going.since_s > FORGOTTEN_AFTER_S:
            log.error("%s did not tell the end of call %d about a danger", going.line, going.call_id)
            self._end(going, "failed")
        elif not going.is_confirmed and not self._is_wanted(going):
            self._runner.stop_recording(going.call_id)

    def _is_wanted(self, going: _Going) -> bool:
        """Nobody else has confirmed, and it is not over."""
        known = rows.get(self._store, going.emergency_id)
        return known is not None and known["state"] == "running"

    def _end(self, going: _Going, outcome: str) -> None:
        with self._store.transaction() as tx:
            rows.end_call(tx, going.row_id, utc_text(self._clock.now()), outcome)
            known = rows.get(tx, going.emergency_id)
            if known is not None:
                tx.announce("ticket", known["no"])
        self._going = None
        call = self._board.get(going.call_id)
        if call is not None and call.state != ENDED and not call.is_on_telephone:
            self._ends.over(going.call_id, EndReason.FAILED)  # the line never told of it
        log.info("call %d about a danger: %s", going.call_id, outcome)

    def _recover(self) -> None:
        """The end of the program has cut off what was going on."""
        left = rows.open_calls(self._store)
        if left:
            with self._store.transaction() as tx:
                for row_id in left:
                    rows.end_call(tx, row_id, utc_text(self._clock.now()), "cut")
        self._has_recovered = True

    # --- the next one -----------------------------------------------------------------------------------------------

    def _begin_next(self) -> None:
        now = self._clock.now()
        due = next((step for step in rows.running_steps(self._store) if self._is_due(step, now)), None)
        line = self._free_line() if due is not None else ""
        if due is None or not line:
            return
        call = self._board.add_if_free(_on_board(due, line, now))
        if call is None:  # somebody rang, or dialled, in this very moment
            return
        try:
            self._dial(due, call)
        except BaseException:
            self._ends.over(call.call_id, EndReason.FAILED)
            raise

    def _dial(self, step: sqlite3.Row, call: BoardCall) -> None:
        speaks = self._speaks(call.line)
        with self._store.transaction() as tx:
            row_id = tx.insert(
                "emergency_call",
                step_id=step["id"],
                call_id=call.call_id,
                line=call.line,
                speaks=int(speaks),
                dialled_at=utc_text(call.ringing_at),
            )
            self._log.begin(lambda: call)
            tx.announce("ticket", step["no"])
        going = _Going(row_id, step["id"], step["emergency_id"], call.call_id, call.line, self._clock.monotonic_s())
        self._going = going
        settles_s = 0.0 if self._lines.is_landline(call.line) else SOUND_WITHIN_S
        setting = alarm_call.setting(call.call_id, settles_s=settles_s)
        dial = Dial(call.call_id, step["phone"], speaks=speaks)

        def make(voice: Voice, refs: Iterator[int]) -> AlarmCall:
            going.script = AlarmCall(setting, dial, alarm_call.steps(step["no"]), voice, refs)
            return going.script

        self._runner.call_out(call.line, make)
        log.info("%s dialled %s about a danger: call %d", call.line, mask(step["phone"]), call.call_id)

    def _is_due(self, step: sqlite3.Row, now: datetime) -> bool:
        """What a clock wrote that was wrong, or set back since, is due."""
        told_at, calls = from_utc_text(step["told_at"]), rows.calls_of_step(self._store, step["id"])
        rung = [Rung(from_utc_text(row["dialled_at"]), row["outcome"]) for row in calls]
        at = rings_at(told_at, rung, has_text=step["outbox_id"] is not None)
        if at is None or not step["phone"]:
            return False
        is_doubtful = rung[-1].at > now if rung else told_at > now or not step["clock_ok"]
        return at <= now or is_doubtful

    def _free_line(self) -> str:
        """Best one on which the box can speak."""
        by_use = sorted(self._lines.names(), key=lambda name: not self._speaks(name))
        return next((name for name in by_use if self._is_free(name)), "")

    def _speaks(self, line: str) -> bool:
        return self._lines.carries_sound(line) and self._lines.has_voice(line)

    def _is_free(self, line: str) -> bool:
        is_able = self._lines.is_ready(line) and self._lines.has_voice(line)
        return is_able and not self._board.on_line(line) and not self._is_tested(line)


def _on_board(step: sqlite3.Row, line: str, now: datetime) -> BoardCall:
    return BoardCall(
        call_id=0,  # given by the board
        line=line,
        direction="out",
        modem_call=None,
        number=step["phone"],
        raw_number=step["phone"],
        ringing_at=now,
        ticket_no=step["no"],
        by_box=True,
        is_worked_off=True,  # once it has ended no desk has anything to do about it
    )
