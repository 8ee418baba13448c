"""What the desk does with calls: take, hang up, put away, dial."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from appliance.callflow.runner import Runner
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.errors import FieldWrong, LineBusy, NoTalkPath, NotFound, NotProven, OfficeError
from appliance.feed import Feed
from appliance.intake.board import ENDED, RINGING, TALKING, Board, BoardCall
from appliance.intake.call_cards import CallCards, is_of
from appliance.intake.call_ends import CallEnds
from appliance.intake.call_log import CallLog
from appliance.intake.call_views import RingCard
from appliance.lines import Lines
from appliance.people.citizens import Citizens
from appliance.people.numbers import kind_of, mask, may_dial, normalise
from appliance.people.user import User
from db import calls as rows
from db.store import Store
from modem.commands import Answer, Command, Dial, HangUp
from modem.events import EndReason

log = logging.getLogger(__name__)


class CallTaken(OfficeError):
    message = "%(who)s has taken this call."


class CallWasAnswered(OfficeError):
    message = "This call was answered: it can't be a missed one."


class Calls(CallCards):
    """Any page's thread may call these."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        feed: Feed,
        *,
        lines: Lines,
        citizens: Citizens,
        tickets: Tickets,
        board: Board,
        call_log: CallLog,
        ends: CallEnds,
        flow: Runner,
        mark: Callable[[int, str], object],
        send: Callable[[str, Command], bool],
        region_code: str,
    ) -> None:
        super().__init__(
            store,
            clock,
            lines=lines,
            citizens=citizens,
            tickets=tickets,
            board=board,
            flow=flow,
            region_code=region_code,
        )
        self._feed, self._log, self._ends, self._send = feed, call_log, ends, send
        self._mark = mark

    def take(self, call_id: int, by: User | None) -> RingCard:
        """ "I have it." The software picks up where the line's talk path lets it; the box lets go of a caller it has.

        Raises NotFound, CallTaken; NoTalkPath where a caller would be taken from the box and hear nobody.
        """
        with_box = self._board.get(call_id)
        if with_box is not None and with_box.by_box and with_box.state == TALKING and not self._may_take(with_box.line):
            raise NoTalkPath(line=with_box.line)
        my_id, my_name = (by.id, by.display_name) if by else (None, "")
        call, was_free = self._board.take(call_id, my_id, my_name, self._clock.now())
        if call is None or (not was_free and call.taken_by_id == my_id):
            return self.card(call_id, by)
        if not was_free:
            raise CallTaken(who=call.taken_by)
        is_in = call.direction == "in"
        had_box = is_in and call.state != ENDED and self._flow.take_over(call_id)
        is_ringing = is_in and call.state == RINGING and not had_box
        if is_ringing and call.modem_call is not None and self._lines.may_answer(call.line):
            self._send(call.line, Answer(call.modem_call))
        self._feed.announce("call", call_id)
        self._mark(call_id, "taken")
        log.info("call %d was taken", call_id)
        self._log.taken(call, by)
        if is_in and not self._lines.pickup_is_seen(call.line):
            self._picked_up_unseen(call)
        elif had_box:
            self._taken_from_box(call)
        return self.card(call_id, by)

    def release(self, call_id: int, by: User | None, *, of_others: bool = False) -> None:
        """Hang up, or refuse while it rings; a call that has ended is put away. Raises NotFound, CallTaken.

        Somebody else's call goes on unless `of_others` says that it is meant; the shell (`by` None) means what it says.
        """
        call = self._board.get(call_id)
        if call is None:
            raise NotFound
        if not of_others:
            refuse_others(call, by)
        if call.state == ENDED:
            self._board.put_away(call_id)
            if not call.outcome:
                self._ends.decide(call, "answered")  # picked up unseen, talked, hung up, and now put away
        elif call.is_on_telephone:
            self._flow.stop_recording(call_id)
            self._board.change(call_id, answered_at=call.answered_at or self._lifted_at(call))
            self._ends.over(call_id, EndReason.LOCAL)
        elif call.modem_call is None or not self._send(call.line, HangUp(call.modem_call)):
            self._ends.end(call_id, EndReason.LOCAL)
            begun = self._board.get(call_id)  # the line may have begun to dial in this very moment
            if call.modem_call is None and begun is not None and begun.modem_call is not None:
                self._send(call.line, HangUp(begun.modem_call))
        self._feed.announce("call", call_id)
        self._log.deed("call_released", call, by)

    def missed(self, call_id: int, by: User | None) -> None:
        """The operator says that nobody spoke with this caller, or that nobody answered whom we called.

        Raises NotFound, CallTaken, CallWasAnswered.
        """
        call = self.known(call_id)
        if call.direction == "out" and call.on_telephone_s is None:
            raise NotFound
        refuse_others(call, by)
        if call.answered_at is not None and (call.direction == "out" or self._lines.pickup_is_seen(call.line)):
            raise CallWasAnswered
        marked = self._board.change(call_id, said_missed=True, answered_at=None)
        if marked is None:  # no longer on the board: what its row says
            marked = replace(call, said_missed=True, answered_at=None)
        if marked.state == ENDED:
            outcome = "missed" if marked.direction == "in" else "no_answer"
            self._board.put_away(call_id)
            if marked.outcome not in (outcome, "interrupted"):
                self._ends.decide(marked, outcome)
        elif marked.is_on_telephone:
            self._flow.stop_recording(call_id)
            self._ends.over(call_id, EndReason.NO_ANSWER)
        self._feed.announce("call", call_id)
        self._log.deed("call_said_missed", call, by)

    def dial(
        self,
        number: str,
        by: User | None,
        *,
        ticket_no: int | None = None,
        callback_id: int | None = None,
        line: str | None = None,
    ) -> int:
        """Call somebody; returns the call's id. Raises FieldWrong, LineBusy, NoTalkPath, NotProven.

        Whoever is calling this number already gets that call: pressed twice it is one, and once it is over the same
        button, on a page that was not drawn anew, dials again. The call-back it answers is found by the number, so
        `callback_id` is only for the reader of the call.
        """
        to = normalise(number, self._region_code)
        if kind_of(to) == "letters":
            raise FieldWrong("number", "This is not a telephone number.")
        if set(to) & set("*#"):  # 3GPP TS 22.030: these would change the line's own settings
            raise FieldWrong("number", "Codes with * or # are not dialled from here. Dial a telephone number.")
        address = self._citizens.vault.address(to)  # of a protected person: for the line alone, never for the board
        if not may_dial(to) or not address:
            raise FieldWrong("number", "A telephone number has 3 to 20 digits, and + at most in front.")
        with self._store.transaction():  # one after the other: the second press sees the first one's call
            going_on = self._board.dialled_by(by.id, to) if by is not None else None
            if going_on is not None:
                return going_on.call_id
            chosen = self._line_for(line, by, self._called_on(to))
            for over in self._board.on_line(chosen):  # whoever dials has put the telephone down
                self._ends.over(over.call_id, EndReason.ELSEWHERE)
            call = self._board.add(self._outgoing(chosen, to, ticket_no, by))
            self._log.begin(lambda: call, by)
        if not self._send(chosen, Dial(call.call_id, address)):
            self._ends.end(call.call_id, EndReason.FAILED)
            raise LineBusy(line=chosen, reason="it takes no commands")
        self._feed.announce("call", call.call_id)
        log.info("%s dialled %s: call %d", chosen, mask(to), call.call_id)
        return call.call_id

    # --- inside ---

    def _outgoing(self, line: str, number: str, ticket_no: int | None, by: User | None) -> BoardCall:
        now = self._clock.now()
        return BoardCall(
            call_id=0,  # given by the board
            line=line,
            direction="out",
            modem_call=None,
            number=number,
            raw_number=number,
            ringing_at=now,
            taken_by_id=by.id if by else None,
            taken_by=by.display_name if by else "",
            taken_at=now,
            ticket_no=ticket_no,
        )

    def _picked_up_unseen(self, call: BoardCall) -> None:
        """Taken on a telephone that we can't see being picked up: the operator's word is what we know."""
        if call.state == ENDED:
            if not call.outcome:
                decided = self._board.change(call.call_id, answered_at=call.taken_at)
                if decided is not None and not decided.outcome:
                    self._ends.decide(decided, "answered")
            return
        if self._lines.is_landline(call.line):
            self._ends.on_telephone(call)
            return
        now = self._clock.now()
        if self._board.change(call.call_id, only_if=RINGING, state=TALKING, answered_at=now) is not None:
            self._log.answered(call, now)

    def _lifted_at(self, call: BoardCall) -> datetime:
        """Since when the office's own telephone has it, however the clock was set meanwhile."""
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        return now - timedelta(seconds=now_s - (now_s if call.on_telephone_s is None else call.on_telephone_s))

    def _taken_from_box(self, call: BoardCall) -> None:
        """The caller had the box on the line, and has a person now; a call not yet up is answered when it is."""
        self._board.change(call.call_id, by_box=False)
        now = self._clock.now()
        if self._board.change(call.call_id, only_if=TALKING, answered_at=now) is not None:
            self._log.answered(call, now)

    def _called_on(self, number: str) -> str:
        """The line that this citizen knows; "" if none."""
        citizen = self._citizens.by_number(number)
        return rows.called_on(self._store, citizen.id) if citizen else ""

    def _line_for(self, wanted: str | None, by: User | None, known: str) -> str:
        """A free, ready line on which somebody can speak, best the one `known` to whoever is called.

        The technician's shell may try a line without a talk path.
        """
        by_use = sorted(self._lines.names(), key=lambda name: (not self._lines.may_dial(name), name != known))
        names = [wanted] if wanted else by_use
        voiced = [name for name in names if self._lines.has_voice(name)]
        talkable = [name for name in voiced if by is None or self._lines.may_dial(name)]
        untested = [name for name in voiced if self._lines.talk_path(name).may_dial]
        if not talkable and untested:
            raise NotProven(line=", ".join(untested))
        if not talkable:
            raise NoTalkPath(line=wanted or ", ".join(names) or "-")
        ready = [name for name in talkable if self._lines.is_ready(name)]
        free = [name for name in ready if not self._in_use(name, by)]
        if not free:
            reason = "another call is on it" if ready else "it isn't ready"
            raise LineBusy(line=", ".join(ready or talkable), reason=reason)
        return free[0]

    def _in_use(self, line: str, by: User | None) -> list[BoardCall]:
        """What goes on on the line, but for what this user's own telephone had, as far as anybody said."""
        calls = self._board.on_line(line)
        return [call for call in calls if not call.is_on_telephone or (call.is_taken and not is_of(call, by))]


def refuse_others(call: BoardCall, by: User | None) -> None:
    """A page may be older than somebody else's taking the call: what they talk in is not ended by one key."""
    if by is not None and call.state != ENDED and call.is_taken and not is_of(call, by):
        raise CallTaken(who=call.taken_by)
