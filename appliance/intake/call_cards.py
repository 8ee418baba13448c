"""Calls as a seat sees them: the cards of this moment, and the list of all calls."""

from __future__ import annotations

from typing import Any, Protocol

from appliance.callflow.runner import Runner
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.errors import NotFound
from appliance.intake.board import ENDED, RINGING, TALKING, Board, BoardCall
from appliance.intake.call_views import CallPage, RingCard, call_of, row_of
from appliance.lines import Lines
from appliance.people.citizens import Citizens
from appliance.people.departments import Department, Handler
from appliance.people.user import User
from db import calls as rows
from db.store import Store

EARLIER_SHOWN = 3
UNITS_SHOWN = 12


class Handlers(Protocol):
    """Who answers for which department."""

    def handler_by_number(self, number: str) -> Handler | None: ...

    def get(self, department_id: int) -> Department: ...


class CallCards:
    """Any page's thread may call these; nothing is changed."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        lines: Lines,
        citizens: Citizens,
        tickets: Tickets,
        board: Board,
        flow: Runner,
        region_code: str,
    ) -> None:
        self._flow = flow
        self._store, self._clock, self._lines, self._board = store, clock, lines, board
        self._citizens, self._tickets, self._region_code = citizens, tickets, region_code
        self._handlers: Handlers | None = None

    def know_handlers(self, handlers: Handlers) -> None:
        """From now on a handler is recognised by his number, and his department's tickets stand on the card."""
        self._handlers = handlers

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
        return self._card(self.known(call_id), by)

    def rows(self, before: int | None = None, limit: int = 50, outcome: str = "") -> CallPage:
        """Newest first; `next` is the id to go on before."""
        found = rows.rows(self._store, before, limit + 1, outcome)
        page = tuple(row_of(row) for row in found[:limit])
        return CallPage(page, page[-1].id if len(found) > limit else None)

    def known(self, call_id: int) -> BoardCall:
        call = self._board.get(call_id)
        if call is not None:
            return call
        row = rows.get(self._store, call_id)
        if row is None:
            raise NotFound
        return call_of(row, self._region_code)

    def _card(self, call: BoardCall, by: User | None) -> RingCard:
        citizen = self._citizens.by_number(call.caller) if call.caller else None
        earlier = self._tickets.of_citizen(citizen.id, limit=EARLIER_SHOWN) if citizen else ()
        path, is_landline = self._lines.talk_path(call.line), self._lines.is_landline(call.line)
        ticket_no = call.ticket_no if call.ticket_no is not None else rows.ticket_of(self._store, call.call_id)
        may_record = call.state == TALKING and not call.by_box and self._lines.carries_sound(call.line)
        return RingCard(
            call_id=call.call_id,
            line=call.line,
            line_name=call.line,
            direction=call.direction,
            number=call.number,
            shown_number=call.caller,
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
            is_mine=is_of(call, by),
            may_take=self._may_take(call.line),
            by_box=call.by_box and call.state != ENDED,
            box_step=call.box_step,
            box_step_at=call.box_step_at,
            recording_since=call.recording_since if call.state != ENDED else None,
            may_record=may_record,
            may_rate=may_record and call.direction == "in" and self._flow.rates(call.line),
            is_on_telephone=call.is_on_telephone,
            is_landline=is_landline,
            dialled=_dialled(call) if is_landline else "",
            typed=call.typed,
            level=call.level,
            lacks_number=call.direction == "in" and not call.number,
            **self._handler(call),
        )

    def _handler(self, call: BoardCall) -> dict[str, Any]:
        """A number is a hint who calls, never a proof: whoever answers asks."""
        handler = self._handlers.handler_by_number(call.caller) if self._handlers and call.caller else None
        if self._handlers is None or handler is None:
            return {}
        return {
            "handler_name": handler.name,
            "handler_department": self._handlers.get(handler.department_id),
            "handler_tickets": self._tickets.open_of_department(handler.department_id)[:UNITS_SHOWN],
        }

    def _may_take(self, line: str) -> bool:
        """Whether the software can pick up, or somebody can have picked up unseen."""
        return self._lines.may_answer(line) or not self._lines.pickup_is_seen(line)


def _dialled(call: BoardCall) -> str:
    """How far a call of ours is that nobody has lifted the handset for."""
    is_under_way = call.direction == "out" and call.state != ENDED and not call.is_on_telephone and not call.by_box
    return (call.heard or "dialling") if is_under_way else ""


def is_of(call: BoardCall, by: User | None) -> bool:
    """Whether this person took or dialled it."""
    return by is not None and call.is_taken and call.taken_by_id == by.id
