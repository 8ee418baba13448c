"""How a call ends, and what it was: decided here, once, whoever says it first.

The rule of the missed call (domain 0.1): it is certain only when the caller hung up unanswered on a line whose pick-up
we can see, or when a minute passed after the ring without any input of the operator. Then the caller gets an SMS and a
place in the call-back list. Whoever was answered or taken never gets an apology.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.clock import Clock
from appliance.feed import Feed
from appliance.intake.board import Board, BoardCall
from appliance.intake.call_log import CallLog
from appliance.lines import Lines
from modem.events import EndReason

log = logging.getLogger(__name__)

NO_INPUT_S = 60.0  # after the ring, and nobody at the keys: the call was missed

# How a call of ours that nobody answered ended.
OUTGOING_ENDS = {
    EndReason.BUSY: "busy",
    EndReason.NO_ANSWER: "no_answer",
    EndReason.REMOTE: "no_answer",
    EndReason.LOCAL: "cancelled",
    EndReason.FAILED: "failed",
}


class CallEnds:
    """Any thread may end a call; `look` is the desk thread's."""

    def __init__(self, clock: Clock, feed: Feed, lines: Lines, board: Board, call_log: CallLog) -> None:
        self._clock, self._feed, self._lines, self._board, self._log = clock, feed, lines, board, call_log

    def end(self, call_id: int, reason: EndReason) -> None:
        """The call is over; what it was is decided here, or left to the operator for a minute."""
        ended = self._board.end(call_id, self._clock.now(), self._clock.monotonic_s(), str(reason))
        if ended is None:
            return
        outcome = self._outcome(ended, reason)
        if outcome:
            self._board.change(call_id, is_worked_off=ended.said_missed)
            claimed = self._board.decide(call_id, outcome)  # taken in this very moment: no apology then
            ended, outcome = (claimed, outcome) if claimed else (ended, "")
        self._feed.announce("call", call_id)
        log.info("call %d ended: %s", call_id, reason)
        with self._given_back(call_id, outcome):
            self._log.ended(ended, outcome)

    def _outcome(self, call: BoardCall, reason: EndReason) -> str:
        """What the end says of the call; '' where nobody can know yet."""
        if reason is EndReason.LOST:
            return "interrupted"
        if call.answered_at is not None:
            return "answered"
        if call.direction == "out":
            return OUTGOING_ENDS[reason]
        if call.said_missed:
            return "missed"
        if reason is EndReason.LOCAL:
            return "refused"
        return "missed" if self._lines.pickup_is_seen(call.line) else ""

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
        for call in self._board.undecided(now_s, NO_INPUT_S):
            is_answered = call.is_taken and not call.said_missed
            outcome = call.owed_outcome or ("answered" if is_answered else "missed")
            self.decide(call, outcome, unless_taken=not call.is_taken)
        self._board.forget(now_s)
