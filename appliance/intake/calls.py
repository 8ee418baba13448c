"""What the desk does with calls: take, hang up, put away, dial."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.errors import FieldWrong, LineBusy, NoTalkPath, NotFound, NotProven, OfficeError
from appliance.feed import Feed
from appliance.intake.board import ENDED, RINGING, TALKING, Board, BoardCall
from appliance.intake.call_ends import CallEnds
from appliance.intake.call_log import CallLog
from appliance.intake.call_views import CallPage, RingCard, call_of, row_of
from appliance.lines import Lines
from appliance.people.citizens import Citizens
from appliance.people.numbers import kind_of, mask, may_dial, normalise
from appliance.people.user import User
from appliance.talk_paths import NoTestCall, TalkPaths
from db import calls as rows
from db.store import Store
from modem.commands import Answer, Command, Dial, HangUp, SendKeys
from modem.events import EndReason

log = logging.getLogger(__name__)

EARLIER_SHOWN = 3
KEYS = re.compile(r"[0-9*#]{1,32}")


class CallTaken(OfficeError):
    message = "%(who)s has taken this call."


class CallWasAnswered(OfficeError):
    message = "This call was answered: it can't be a missed one."


@dataclass(frozen=True, slots=True)
class CallInTest:
    """How the call of a test stands."""

    state: str = ""  # "" before it, "ringing", "talking", "ended"
    is_mine: bool = False  # picked up by whoever looks


class Calls:
    """Any page's thread may call these."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        feed: Feed,
        *,
        lines: Lines,
        talk_paths: TalkPaths,
        citizens: Citizens,
        tickets: Tickets,
        board: Board,
        call_log: CallLog,
        ends: CallEnds,
        send: Callable[[str, Command], bool],
        region_code: str,
    ) -> None:
        self._store, self._clock, self._feed, self._lines = store, clock, feed, lines
        self._citizens, self._tickets, self._send, self._region_code = citizens, tickets, send, region_code
        self._board, self._log, self._ends, self._talk_paths = board, call_log, ends, talk_paths

    def board(self, by: User | None = None) -> tuple[RingCard, ...]:
        """Ringing and talking now, and what ended within a minute and was neither put away nor made a ticket.

        For somebody in particular: what lives first, one's own calls before free ones before those of others.
        """
        cards = [self._card(call, by) for call in self._board.shown(self._clock.monotonic_s())]
        shown = [card for card in cards if card.state != ENDED or card.direction == "out" or card.ticket_no is None]
        if by is not None:
            shown.sort(key=lambda card: (card.state == ENDED, not card.is_mine, not card.is_free))
        return tuple(shown)

    def card(self, call_id: int, by: User | None = None) -> RingCard:
        """Raises NotFound."""
        return self._card(self._known(call_id), by)

    def take(self, call_id: int, by: User | None) -> RingCard:
        """ "I have it." The software picks up where the line's talk path lets it. Raises NotFound, CallTaken."""
        my_id, my_name = (by.id, by.display_name) if by else (None, "")
        call, was_free = self._board.take(call_id, my_id, my_name, self._clock.now())
        if call is None or (not was_free and call.taken_by_id == my_id):
            return self.card(call_id, by)
        if not was_free:
            raise CallTaken(who=call.taken_by)
        is_ringing = call.direction == "in" and call.state == RINGING
        if is_ringing and call.modem_call is not None and self._lines.may_answer(call.line):
            self._send(call.line, Answer(call.modem_call))
        self._feed.announce("call", call_id)
        log.info("call %d was taken", call_id)
        self._log.taken(call, by)
        if call.direction == "in" and not self._lines.pickup_is_seen(call.line):
            self._picked_up_unseen(call)
        return self.card(call_id, by)

    def pick_up_test(self, line: str, by: User) -> None:
        """Answer the test call that rings on this line. Raises NoTestCall where nobody makes one."""
        if self._talk_paths.test(line) is None:
            raise NoTestCall(line=line)
        for call in self._ringing_on(line):
            self.take(call.call_id, by)

    def hang_up_test(self, line: str, by: User) -> None:
        """End the call that this user picked up for the test of this line. Raises NoTestCall if there is none."""
        call = self._tested_on(line)
        if call is None or not _is_of(call, by):
            raise NoTestCall(line=line)
        if call.state != ENDED:
            self.release(call.call_id, by)

    def test_call(self, line: str, by: User) -> CallInTest:
        """How the call of the test that goes on on this line stands."""
        test, call = self._talk_paths.test(line), self._tested_on(line)
        if test is None:
            return CallInTest()
        if call is not None and call.state != ENDED:
            return CallInTest(call.state, is_mine=_is_of(call, by))
        if self._ringing_on(line):
            return CallInTest(RINGING)
        is_over = test.call_id is not None or (test.has_rung and not self._lines.pickup_is_seen(line))
        return CallInTest(ENDED if is_over and not self._board.on_line(line) else "")

    def release(self, call_id: int, by: User | None, *, of_others: bool = False) -> None:
        """Hang up, or refuse while it rings; a call that has ended is put away. Raises NotFound, CallTaken.

        Somebody else's call goes on unless `of_others` says that it is meant; the shell (`by` None) means what it says.
        """
        call = self._board.get(call_id)
        if call is None:
            raise NotFound
        if not of_others:
            _refuse_others(call, by)
        if call.state == ENDED:
            self._board.put_away(call_id)
            if not call.outcome:
                self._ends.decide(call, "answered")  # picked up unseen, talked, hung up, and now put away
        elif call.modem_call is None or not self._send(call.line, HangUp(call.modem_call)):
            self._ends.end(call_id, EndReason.LOCAL)
            begun = self._board.get(call_id)  # the line may have begun to dial in this very moment
            if call.modem_call is None and begun is not None and begun.modem_call is not None:
                self._send(call.line, HangUp(begun.modem_call))
        self._feed.announce("call", call_id)
        self._log.deed("call_released", call, by)

    def missed(self, call_id: int, by: User | None) -> None:
        """The operator says that nobody spoke with this caller. Raises NotFound, CallTaken, CallWasAnswered."""
        call = self._known(call_id)
        if call.direction != "in":
            raise NotFound
        _refuse_others(call, by)
        if call.answered_at is not None and self._lines.pickup_is_seen(call.line):
            raise CallWasAnswered
        marked = self._board.change(call_id, said_missed=True, answered_at=None)
        if marked is None:  # no longer on the board: what its row says
            marked = replace(call, said_missed=True, answered_at=None)
        if marked.state == ENDED:
            self._board.put_away(call_id)
            if marked.outcome not in ("missed", "interrupted"):
                self._ends.decide(marked, "missed")
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
        if not may_dial(to):
            raise FieldWrong("number", "A telephone number has 3 to 20 digits, and + at most in front.")
        with self._store.transaction():  # one after the other: the second press sees the first one's call
            going_on = self._board.dialled_by(by.id, to) if by is not None else None
            if going_on is not None:
                return going_on.call_id
            chosen = self._line_for(line, by)
            call = self._board.add(self._outgoing(chosen, to, ticket_no, by))
            self._log.begin(lambda: call, by)
        if not self._send(chosen, Dial(call.call_id, to)):
            self._ends.end(call.call_id, EndReason.FAILED)
            raise LineBusy(line=chosen, reason="it takes no commands")
        self._feed.announce("call", call.call_id)
        log.info("%s dialled %s: call %d", chosen, mask(to), call.call_id)
        return call.call_id

    def press(self, call_id: int, keys: str, by: User | None) -> None:
        """Press keys in a call that is up, for menus of other numbers. Raises NotFound, FieldWrong, LineBusy."""
        call = self._known(call_id)
        if not KEYS.fullmatch(keys):
            raise FieldWrong("keys", "Keys are the digits, * and #, at most 32 at a time.")
        if call.state != TALKING or call.modem_call is None:
            raise LineBusy(line=call.line, reason="no call is up")
        self._board.change(call_id, trouble="")
        if not self._send(call.line, SendKeys(call.modem_call, keys)):
            raise LineBusy(line=call.line, reason="it takes no commands")

    def rows(self, before: int | None = None, limit: int = 50, outcome: str = "") -> CallPage:
        """Newest first; `next` is the id to go on before."""
        found = rows.rows(self._store, before, limit + 1, outcome)
        page = tuple(row_of(row) for row in found[:limit])
        return CallPage(page, page[-1].id if len(found) > limit else None)

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

    def _ringing_on(self, line: str) -> list[BoardCall]:
        return [call for call in self._board.on_line(line) if call.direction == "in" and call.state == RINGING]

    def _tested_on(self, line: str) -> BoardCall | None:
        """The call that the test on this line took for its own."""
        test = self._talk_paths.test(line)
        return self._board.get(test.call_id) if test is not None and test.call_id is not None else None

    def _known(self, call_id: int) -> BoardCall:
        call = self._board.get(call_id)
        if call is not None:
            return call
        row = rows.get(self._store, call_id)
        if row is None:
            raise NotFound
        return call_of(row, self._region_code)

    def _picked_up_unseen(self, call: BoardCall) -> None:
        """Taken on a telephone that we can't see being picked up: the operator's word is what we know."""
        if call.state == ENDED:
            decided = self._board.change(call.call_id, answered_at=call.taken_at)
            if decided is not None and not decided.outcome:
                self._ends.decide(decided, "answered")
            return
        now = self._clock.now()
        if self._board.change(call.call_id, only_if=RINGING, state=TALKING, answered_at=now) is not None:
            self._log.answered(call, now)

    def _line_for(self, wanted: str | None, by: User | None) -> str:
        """A free, ready line on which somebody can speak. The technician's shell may try a line without a talk path."""
        names = (wanted,) if wanted else sorted(self._lines.names(), key=lambda name: not self._lines.may_dial(name))
        talkable = [name for name in names if by is None or self._lines.may_dial(name)]
        untested = [name for name in names if self._lines.talk_path(name).may_dial]
        if not talkable and untested:
            raise NotProven(line=", ".join(untested))
        if not talkable:
            raise NoTalkPath(line=wanted or ", ".join(names) or "-")
        ready = [name for name in talkable if self._lines.is_ready(name)]
        free = [name for name in ready if not self._board.on_line(name)]
        if not free:
            reason = "another call is on it" if ready else "it isn't ready"
            raise LineBusy(line=", ".join(ready or talkable), reason=reason)
        return free[0]

    def _card(self, call: BoardCall, by: User | None) -> RingCard:
        citizen = self._citizens.by_number(call.number) if call.number else None
        earlier = self._tickets.of_citizen(citizen.id, limit=EARLIER_SHOWN) if citizen else ()
        path = self._lines.talk_path(call.line)
        ticket_no = call.ticket_no if call.ticket_no is not None else rows.ticket_of(self._store, call.call_id)
        return RingCard(
            call_id=call.call_id,
            line=call.line,
            line_name=call.line,
            direction=call.direction,
            number=call.number,
            shown_number=call.number or "",
            state=call.state,
            ringing_at=call.ringing_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            taken_by=call.taken_by if call.is_taken else None,
            citizen_name=citizen.name if citizen else "",
            earlier=tuple(earlier),
            open_ticket=next((ticket for ticket in earlier if ticket.is_open), None),
            ticket_no=ticket_no,
            can_answer=self._lines.may_answer(call.line) and call.state == RINGING and call.direction == "in",
            talk_path=path.key,
            needs_test=self._lines.needs_test(call.line),
            keys=call.keys,
            trouble=call.trouble,
            outcome=call.outcome,
            times=call.times,
            is_free=not call.is_taken,
            is_mine=_is_of(call, by),
            may_take=self._lines.may_answer(call.line) or not self._lines.pickup_is_seen(call.line),
        )


def _is_of(call: BoardCall, by: User | None) -> bool:
    """Whether this person took or dialled it."""
    return by is not None and call.is_taken and call.taken_by_id == by.id


def _refuse_others(call: BoardCall, by: User | None) -> None:
    """A page may be older than somebody else's taking the call: what they talk in is not ended by one key."""
    if by is not None and call.state != ENDED and call.is_taken and not _is_of(call, by):
        raise CallTaken(who=call.taken_by)
