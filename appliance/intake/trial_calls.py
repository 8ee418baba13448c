"""The calls of a test of a line's talk path: picked up and hung up by whoever tests."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.intake.board import ENDED, RINGING, Board, BoardCall
from appliance.intake.call_cards import is_of
from appliance.intake.calls import Calls
from appliance.lines import Lines
from appliance.people.user import User
from appliance.talk_paths import NoTestCall, TalkPaths


@dataclass(frozen=True, slots=True)
class CallInTest:
    """How the call of a test stands."""

    state: str = ""  # "" before it, "ringing", "talking", "ended"
    is_mine: bool = False  # picked up by whoever looks


class TrialCalls:
    """Any page's thread may call these."""

    def __init__(self, calls: Calls, board: Board, lines: Lines, talk_paths: TalkPaths) -> None:
        self._calls, self._board, self._lines, self._talk_paths = calls, board, lines, talk_paths

    def pick_up(self, line: str, by: User) -> None:
        """Answer the test call that rings on this line. Raises NoTestCall where nobody makes one."""
        if self._talk_paths.test(line) is None:
            raise NoTestCall(line=line)
        for call in self._ringing_on(line):
            self._calls.take(call.call_id, by)

    def hang_up(self, line: str, by: User) -> None:
        """End the call that this user picked up for the test of this line. Raises NoTestCall if there is none."""
        call = self._tested_on(line)
        if call is None or not is_of(call, by):
            raise NoTestCall(line=line)
        if call.state != ENDED:
            self._calls.release(call.call_id, by)

    def on_line(self, line: str, by: User) -> CallInTest:
        """How the call of the test that goes on on this line stands."""
        test, call = self._talk_paths.test(line), self._tested_on(line)
        if test is None:
            return CallInTest()
        if call is not None and call.state != ENDED:
            return CallInTest(call.state, is_mine=is_of(call, by))
        if self._ringing_on(line):
            return CallInTest(RINGING)
        is_over = test.call_id is not None or (test.has_rung and not self._lines.pickup_is_seen(line))
        return CallInTest(ENDED if is_over and not self._board.on_line(line) else "")

    def _ringing_on(self, line: str) -> list[BoardCall]:
        return [call for call in self._board.on_line(line) if call.direction == "in" and call.state == RINGING]

    def _tested_on(self, line: str) -> BoardCall | None:
        """The call that the test on this line took for its own."""
        test = self._talk_paths.test(line)
        return self._board.get(test.call_id) if test is not None and test.call_id is not None else None
