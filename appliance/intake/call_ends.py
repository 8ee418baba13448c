"""How a call ends, and what it was: decided here, once, whoever says it first.

The rule of the missed call (domain 0.1): it is certain only when the caller hung up unanswered on a line whose pick-up
we can see, when a landline had its dial tone again right after the rings, or when a minute passed after the ring
without any input of the operator. Then the caller gets an SMS and a place in the call-back list. Whoever was answered
or taken never gets an apology, and neither does anybody whom the telephone beside a landline's modem may have served:
where the modem can't tell, the card asks, and after a minute the call-back list does.

A call that the office's own telephone has is over for the modem and goes on for the people: it ends when the telephone
is put down, somebody says so, the line rings again, or after hours in which nobody said anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from appliance.callflow.result import FlowResult
from appliance.clock import Clock
from appliance.feed import Feed
from appliance.intake import box_calls
from appliance.intake.board import ENDED, TALKING, Board, BoardCall
from appliance.intake.call_log import CallLog
from appliance.lines import Lines
from modem.events import EndReason

log = logging.getLogger(__name__)

NO_INPUT_S = 60.0  # after the ring, and nobody at the keys: the call was missed
LONGEST_TALK_S = 4 * 3600.0  # on the telephone, where nobody said that it was over
LONGEST_UNTAKEN_S = 300.0  # the same of a call that nobody at a desk cared for

# How a call of ours that nobody answered ended.
OUTGOING_ENDS = {
    EndReason.BUSY: "busy",
    EndReason.NO_ANSWER: "no_answer",
    EndReason.REMOTE: "no_answer",
    EndReason.LOCAL: "cancelled",
    EndReason.FAILED: "failed",
}
# What a modem says that has let go of the line, while the telephone beside it goes on.
LET_GO = frozenset({EndReason.ELSEWHERE, EndReason.UNSEEN, EndReason.LOCAL, EndReason.LOST})


class CallEnds:
    """Any thread may end a call; `look` is the desk thread's."""

    def __init__(
        self,
        clock: Clock,
        feed: Feed,
        lines: Lines,
        board: Board,
        call_log: CallLog,
        *,
        flow_result: Callable[[int], FlowResult | None],
        region_code: str,
    ) -> None:
        self._clock, self._feed, self._lines, self._board, self._log = clock, feed, lines, board, call_log
        self._flow_result, self._region_code = flow_result, region_code

    def end(self, call_id: int, reason: EndReason) -> None:
        """The modem says that the call is over; what it was is decided here, or left to the operator for a minute."""
        call = self._board.get(call_id)
        if call is None or call.state == ENDED:
            return
        if call.is_on_telephone and reason in LET_GO:
            return
        if reason is EndReason.ELSEWHERE:
            self.on_telephone(call)
        else:
            self.over(call_id, reason)

    def on_telephone(self, call: BoardCall) -> None:
        """The office's own telephone has this call from now on."""
        now, is_in = self._clock.now(), call.direction == "in"
        moved = self._board.change(
            call.call_id,
            only_if=call.state,
            state=TALKING,
            on_telephone_s=self._clock.monotonic_s(),
            by_box=False,
            is_worked_off=False,
            said_missed=False,
            answered_at=call.answered_at or (now if is_in else None),
        )
        if moved is None:
            return
        self._feed.announce("call", call.call_id)
        log.info("call %d went to the telephone", call.call_id)
        self._log.on_telephone(moved)

    def over(self, call_id: int, reason: EndReason) -> None:
        """The call is over for everybody."""
        ended = self._board.end(call_id, self._clock.now(), self._clock.monotonic_s(), str(reason))
        if ended is None:
            return
        result = self._flow_result(call_id)
        if result is not None:
            typed, urgent = box_calls.number_said(result, ended, self._region_code), result.urgent
            ended = self._board.change(call_id, typed=typed, is_urgent=urgent) or ended
        outcome = self._outcome(ended, reason, result)
        if outcome:
            self._board.change(call_id, is_worked_off=ended.is_worked_off or ended.said_missed)
            claimed = self._board.decide(call_id, outcome)  # taken in this very moment: no apology then
            ended, outcome = (claimed, outcome) if claimed else (ended, "")
        self._feed.announce("call", call_id)
        log.info("call %d ended: %s", call_id, reason)
        with self._given_back(call_id, outcome):
            self._log.ended(ended, outcome)

    def _outcome(self, call: BoardCall, reason: EndReason, result: FlowResult | None) -> str:
        """What the end says of the call; '' where nobody can know yet."""
        if call.is_kept_off:
            return "blocked"
        if reason is EndReason.LOST:
            return "interrupted"
        if call.answered_at is not None:
            return "answered"
        if call.direction == "out":
            return box_calls.outcome_of_ours(result) if call.by_box else self._of_ours(call, reason)
        if call.by_box and result is not None:
            return box_calls.outcome_of(result)
        if call.said_missed:
            return "missed"
        if reason is EndReason.LOCAL:
            return "refused"
        is_certain = reason is EndReason.NO_ANSWER or self._lines.pickup_is_seen(call.line)
        return "missed" if is_certain else ""

    def _of_ours(self, call: BoardCall, reason: EndReason) -> str:
        """A call that we made. Who lifted the handset for it says himself whether anybody was there."""
        if call.said_missed:
            return "no_answer"
        return "" if call.on_telephone_s is not None else OUTGOING_ENDS.get(reason, "failed")

    def decide(self, call: BoardCall, outcome: str, *, unless_taken: bool = False) -> None:
        """Claim it, then write it: of two who decide at once, one is heard, and a taken caller gets no apology."""
        claimed = self._board.decide(call.call_id, outcome, instead_of=call.outcome, unless_taken=unless_taken)
        if claimed is None and self._board.get(call.call_id) is None:
            claimed = call  # long off the board
        if claimed is not None:
            with self._given_back(call.call_id, outcome):
                self._log.decided(claimed, outcome)

    @contextmanager
    def _given_back(self, call_id: int, outcome: str) -> Iterator[None]:
        """If it can't be written now, the next look writes it."""
        try:
            yield
        except BaseException:
            if outcome:
                self._board.owe(call_id, outcome)
            raise

    def look(self) -> None:
        """Decide what a minute without input decides, and take off the board what is over."""
        now_s = self._clock.monotonic_s()
        for call in self._board.on_telephone():
            longest_s = LONGEST_TALK_S if call.is_taken else LONGEST_UNTAKEN_S
            if call.on_telephone_s is not None and now_s - call.on_telephone_s >= longest_s:
                self.over(call.call_id, EndReason.ELSEWHERE)
        for call in self._board.undecided(now_s, NO_INPUT_S):
            self.decide(call, call.owed_outcome or self._without_input(call), unless_taken=not call.is_taken)
        self._board.forget(now_s)

    def _without_input(self, call: BoardCall) -> str:
        """What a minute of silence says."""
        if call.direction == "out":
            return "unclear"  # somebody at the desk knows whether they spoke, and has not said it
        if call.is_taken and not call.said_missed:
            return "answered"
        is_certain = call.said_missed or not self._lines.is_landline(call.line)
        return "missed" if is_certain else "unclear"
