"""Calls as the telephone tells them: from the first ring to the last word of the line.

A ring is announced on the thread that hears it, before anything is written; rows follow when the disk is ready.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from appliance.callflow.runner import Runner
from appliance.clock import Clock
from appliance.feed import Feed
from appliance.intake.board import ENDED, RINGING, TALKING, Board, BoardCall
from appliance.intake.call_ends import CallEnds
from appliance.intake.call_log import CallLog
from appliance.lines import Lines
from appliance.people.numbers import from_network
from appliance.talk_paths import TalkPaths
from modem.commands import Command, HangUp
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallRinging,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TelephoneMoved,
    ToneHeard,
)

log = logging.getLogger(__name__)

MOST_KEYS = 32  # shown of those that were pressed
CUT = "…"  # stands for those before


class Hearing:
    """`hear_*` are for the ports' threads; the rest for the desk thread."""

    def __init__(
        self,
        clock: Clock,
        feed: Feed,
        *,
        board: Board,
        call_log: CallLog,
        ends: CallEnds,
        send: Callable[[str, Command], bool],
        region_code: str,
        talk_paths: TalkPaths,
        lines: Lines,
        flow: Runner,
    ) -> None:
        self._clock, self._feed, self._board, self._log, self._ends = clock, feed, board, call_log, ends
        self._lines, self._flow = lines, flow
        self._send, self._region_code, self._talk_paths = send, region_code, talk_paths
        self.level_of: Callable[[str | None, int], str] = _nobody_is_held

    def hear_ringing(self, event: CallRinging) -> None:
        """Announce the ring at once: no disk, nothing that waits. The same event comes to `on_ringing` afterwards."""
        ring = BoardCall(
            call_id=0,  # given by the board
            line=event.line,
            direction="in",
            modem_call=event.call,
            number=None if event.number is None else from_network(event.number, self._region_code),
            raw_number=event.number or "",
            ringing_at=self._clock.now(),
        )
        heard = self._board.add(replace(ring, is_noted=False))
        self._announce_ring(self._with_level(heard))
        self._talk_paths.rang(event.line)

    def hear_caller(self, event: CallerKnown) -> None:
        """Announce who it is, as `hear_ringing` does."""
        call = self._board.of_modem(event.line, event.call)
        number = from_network(event.number, self._region_code)
        if call is not None and call.number != number:
            known = self._board.change(call.call_id, number=number, raw_number=event.number)
            self._announce_ring(self._with_level(known or call))

    def on_ringing(self, event: CallRinging) -> None:
        """Write the ring that was heard."""
        call = self._board.note(event.line, event.call)
        if call is None:  # nobody heard it at once: better late than never
            self.hear_ringing(event)
            call = self._board.note(event.line, event.call)
        if call is None:
            return
        log.info("%s ring from %s: call %d", call.line, self._log.masked(call), call.call_id)
        self._telephone_is_free(call.line)
        self._log.begin(lambda: self._board.get(call.call_id) or call)

    def on_caller_known(self, event: CallerKnown) -> None:
        """Write the number that was heard, if the row lacks it: the ring may have been written after it."""
        call = self._board.of_modem(event.line, event.call, even_ended=True)
        if call is not None and call.number is None:
            self.hear_caller(event)
            call = self._board.get(call.call_id)
        if call is None or not self._log.lacks_number(call):
            return
        log.info("call %d is from %s", call.call_id, self._log.masked(call))
        self._log.number_known(call)

    def on_dialing(self, event: CallDialing) -> None:
        """Our own call goes out; `ref` is the call's id. Who hung up before the line had begun has hung up."""
        call = self._board.change(event.ref, modem_call=event.call)
        if call is None or call.state == ENDED:
            self._send(event.line, HangUp(event.call))
        else:
            self._feed.announce("call", event.ref)

    def on_answered(self, event: CallAnswered) -> None:
        """Both sides are connected. Nobody has answered where the box did, or where a landline dialled for us."""
        call = self._board.of_modem(event.line, event.call)
        if call is None or call.is_on_telephone:  # joined beside the telephone that has it
            return
        if call.direction == "out" and self._lines.is_landline(call.line):
            return  # an announcement says "hello" too: only who lifts the handset knows
        if call.by_box:
            self._board.change(call.call_id, state=TALKING)
            self._feed.announce("call", call.call_id)
            log.info("call %d was answered by the box", call.call_id)
            self._log.by_box(call)
            return
        now = self._clock.now()
        self._board.change(call.call_id, state=TALKING, answered_at=now)
        self._feed.announce("call", call.call_id)
        log.info("call %d was answered", call.call_id)
        self._talk_paths.picked_up(call.line, call.call_id)
        self._log.answered(call, now)

    def on_tone(self, event: ToneHeard) -> None:
        """How far a call of ours has come."""
        call = self._board.of_modem(event.line, event.call)
        if call is not None and call.direction == "out":
            self._board.change(call.call_id, heard=str(event.tone))
            self._feed.announce("call", call.call_id)

    def hear_telephone(self, event: TelephoneMoved) -> None:
        """Let go at once of a call that was dialled for whoever lifts the handset now."""
        if event.is_lifted:
            for call in self._dialled_on(event.line):
                self._flow.hand_over(call.call_id)

    def on_telephone(self, event: TelephoneMoved) -> None:
        """The office's own telephone was lifted or put down, on a modem that sees it."""
        if not event.is_lifted:
            self._telephone_is_free(event.line)
            return
        for call in self._dialled_on(event.line):
            self._ends.on_telephone(call)

    def on_sound_ended(self, event: SoundEnded) -> None:
        """Beside the telephone the modem has heard nothing for long: both have hung up."""
        call = self._board.of_modem(event.line, event.call)
        if call is not None and call.is_on_telephone and event.why is SoundEnd.QUIET:
            self._ends.over(call.call_id, EndReason.REMOTE)

    def on_key(self, event: KeyPressed) -> None:
        """The far side pressed a key."""
        call = self._board.of_modem(event.line, event.call)
        if call is not None:
            pressed = call.keys + event.key
            latest = pressed.removeprefix(CUT)[-MOST_KEYS:]
            self._board.change(call.call_id, keys=latest if latest == pressed else CUT + latest)
            self._feed.announce("call", call.call_id)

    def on_ended(self, event: CallEnded) -> None:
        call = self._board.of_modem(event.line, event.call)
        if call is not None:
            self._ends.end(call.call_id, event.reason)
            self._talk_paths.hung_up(call.line)

    def on_dial_refused(self, ref: int, reason: str) -> None:
        """The line could not dial."""
        log.warning("call %d was not dialled: %s", ref, reason)
        self._ends.end(ref, EndReason.FAILED)

    def on_refused(self, line: str, modem_call: int, reason: str, *, was_answer: bool) -> None:
        """The line did not do what the desk asked for this call: the card says so."""
        call = self._board.of_modem(line, modem_call)
        if call is not None:
            self._board.change(call.call_id, trouble=reason)
            if was_answer:  # nobody has this caller, whoever pressed the key
                self._board.change(call.call_id, only_if=RINGING, taken_by_id=None, taken_by="", taken_at=None)
            self._feed.announce("call", call.call_id)

    def on_line_lost(self, line: str) -> None:
        """The line is gone: what went on on it is over, whatever the far end thinks."""
        for call in self._board.on_line(line):
            self._ends.end(call.call_id, EndReason.LOST)

    def _dialled_on(self, line: str) -> list[BoardCall]:
        """Calls of ours that wait for the handset."""
        calls = self._board.on_line(line)
        return [call for call in calls if call.direction == "out" and call.modem_call and not call.is_on_telephone]

    def _telephone_is_free(self, line: str) -> None:
        """What the office's own telephone had is over."""
        for call in self._board.on_line(line):
            if call.is_on_telephone:
                self._ends.over(call.call_id, EndReason.ELSEWHERE)

    def tick(self) -> None:
        """Decide what a minute without input decides."""
        self._ends.look()

    def recover(self) -> int:
        """At the start: settle the calls that the last run never saw end. Returns how many."""
        return self._log.recover()

    def _with_level(self, call: BoardCall) -> BoardCall:
        """What holds for a nuisance caller, from memory."""
        level = self.level_of(call.number, call.call_id) if call.number else ""
        return (self._board.change(call.call_id, level=level) or call) if level != call.level else call

    def _announce_ring(self, call: BoardCall) -> None:
        if call.is_kept_off:  # a ring that was shown before the number came is taken back
            self._refuse(call)
            self._feed.announce("call", call.call_id)
            return
        self._feed.announce("ring", call.call_id, number=call.number or "", line=call.line)

    def _refuse(self, call: BoardCall) -> None:
        """A blocked caller's ring ends at once, so that the line is free for everybody else.

        Not on a landline: its modem can refuse nobody without picking up.
        """
        if call.modem_call is not None and not self._lines.is_landline(call.line):
            self._send(call.line, HangUp(call.modem_call))


def _nobody_is_held(number: str | None, call_id: int) -> str:
    """Until the runtime connects the nuisance callers."""
    return ""
