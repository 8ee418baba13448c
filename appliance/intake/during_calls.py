"""What the desk does during a call: keys for the other side, the handset lifted, recording, who it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from appliance.callflow.runner import Runner
from appliance.errors import FieldWrong, LineBusy, NotFound
from appliance.feed import Feed
from appliance.intake.board import ENDED, TALKING, Board, BoardCall
from appliance.intake.call_ends import CallEnds
from appliance.intake.call_log import CallLog
from appliance.intake.calls import Calls, refuse_others
from appliance.people.numbers import may_dial, normalise
from appliance.people.user import User
from modem.commands import Command, SendKeys

KEYS = re.compile(r"[0-9*#]{1,32}")


class DuringCalls:
    """Any page's thread may call these."""

    def __init__(
        self,
        feed: Feed,
        calls: Calls,
        *,
        board: Board,
        call_log: CallLog,
        ends: CallEnds,
        flow: Runner,
        send: Callable[[str, Command], bool],
        region_code: str,
    ) -> None:
        self._feed, self._calls, self._board, self._log, self._ends = feed, calls, board, call_log, ends
        self._flow, self._send, self._region_code = flow, send, region_code

    def press(self, call_id: int, keys: str, by: User | None) -> None:
        """Press keys in a call that is up, for menus of other numbers. Raises NotFound, FieldWrong, LineBusy."""
        call = self._calls.known(call_id)
        if not KEYS.fullmatch(keys):
            raise FieldWrong("keys", "Keys are the digits, * and #, at most 32 at a time.")
        if call.state != TALKING or call.modem_call is None or call.is_on_telephone:
            raise LineBusy(line=call.line, reason="no call is up")
        self._board.change(call_id, trouble="")
        if not self._send(call.line, SendKeys(call.modem_call, keys)):
            raise LineBusy(line=call.line, reason="it takes no commands")

    def lifted(self, call_id: int, by: User | None) -> None:
        """ "I have lifted the handset": the box, which dialled, lets go of the line. Raises NotFound, CallTaken."""
        call = self._ours(call_id, by)
        if call.is_on_telephone:
            return
        self._flow.hand_over(call_id)
        self._ends.on_telephone(call)

    def record(self, call_id: int, by: User | None) -> None:
        """Keep what is said from now on. Raises NotFound, CallTaken, LineBusy."""
        refuse_others(self._up(call_id), by)
        self._flow.record(call_id, by)
        self._feed.announce("call", call_id)

    def stop_recording(self, call_id: int, by: User | None) -> None:
        """No longer; the people talk on. Raises NotFound, CallTaken."""
        call = self._up(call_id)
        refuse_others(call, by)
        if self._flow.stop_recording(call_id):
            self._log.deed("call_recording_stopped", call, by)
        self._feed.announce("call", call_id)

    def ask_rating(self, call_id: int, by: User | None) -> None:
        """The box asks the caller for 1-5 and then hangs up. Raises NotFound, CallTaken, LineBusy."""
        call = self._up(call_id)
        refuse_others(call, by)
        self._flow.rate(call_id)
        self._log.deed("call_rating_asked", call, by)
        self._feed.announce("call", call_id)

    def name_caller(self, call_id: int, number: str, by: User | None) -> None:
        """Who it is, where the network told nobody: kept with the call and whatever is owed for it.

        Raises NotFound, also for a call whose number is known; FieldWrong.
        """
        call = self._calls.known(call_id)
        typed = normalise(number, self._region_code)
        if call.number:
            raise NotFound
        if not may_dial(typed):
            raise FieldWrong("number", "A telephone number has 3 to 20 digits, and + at most in front.")
        call = self._board.change(call_id, typed=typed) or replace(call, typed=typed)
        self._log.typed(call, by)
        self._feed.announce("call", call_id)

    def _up(self, call_id: int) -> BoardCall:
        call = self._board.get(call_id)
        if call is None or call.state == ENDED:
            raise NotFound
        return call

    def _ours(self, call_id: int, by: User | None) -> BoardCall:
        """A call that we made and that goes on."""
        call = self._up(call_id)
        if call.direction != "out":
            raise NotFound
        refuse_others(call, by)
        return call
