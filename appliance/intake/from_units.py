"""What departments do at their own page: sign, reply with evidence, say that it isn't their duty, ask for more time.

A department sees its own open work and the slip of each, with nothing of other departments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.attachments.attachments import EVIDENCE, Attachments, AttachmentView, SentTwice, Upload
from appliance.casework import forms, lifecycle, sight
from appliance.casework.tickets import TicketRow, Tickets
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.outreach.slips import Slip, Slips
from appliance.people.user import User
from db import tickets as ticket_rows
from db import tokens
from db.store import Store

PROGRESS = "progress"  # a word on how it goes; no move
DEEDS = ("sign", "reply", "return", "ask_extension", PROGRESS)
_OF_CO = {co: lead for lead, co in lifecycle.CO_MOVES.items()}
_REASONED = frozenset({"return", "ask_extension"})


@dataclass(frozen=True, slots=True)
class UnitForm:
    """What was typed."""

    what: str = ""
    text: str = ""  # the reply, the reason, or the word on progress
    result: str = ""
    contacted: str = ""  # 'yes', 'no' or ''
    days: int | None = None


@dataclass(frozen=True, slots=True)
class UnitPage:
    row: TicketRow
    slip: Slip
    may: tuple[str, ...]
    files: tuple[AttachmentView, ...]
    reply: str  # as it was given last, while it waits for review


class UnitWork:
    """Safe to call from any web thread."""

    def __init__(self, store: Store, clock: Clock, tickets: Tickets, slips: Slips, attachments: Attachments) -> None:
        self._store, self._clock = store, clock
        self._tickets, self._slips, self._attachments = tickets, slips, attachments

    def work(self, by: User) -> tuple[TicketRow, ...]:
        """All that this department has in hand, the first due first. Raises NotAllowed."""
        sight.own_unit(by)
        return self._tickets.queue(by)

    def page(self, no: int, by: User) -> UnitPage:
        """Raises NotFound, also for another department's; NotAllowed."""
        sight.own_unit(by)
        slip = self._slips.look(no, by)
        found = self._tickets.page(no, by)
        possible = {_OF_CO.get(move.key, move.key) for move in found.moves}
        may = tuple(what for what in DEEDS if what in possible or what == PROGRESS)
        tasks = (found.assignment, *found.co_assignments)
        own = next((task for task in tasks if task and task.department.id == by.department_id), None)
        reply = own.reply if own is not None and own.replied_at is not None else ""
        files = self._attachments.of_ticket(slip.ticket_id, by)
        return UnitPage(found.row, slip, may, files, reply)

    def act(
        self, no: int, form: UnitForm, uploads: Sequence[Upload], by: User, *, version: int, token: str = ""
    ) -> None:
        """The deed and its evidence, or neither; the same form twice is once.

        Raises FieldWrong, TicketChanged, MoveRefused, NeedsLead, NotFound, NotAllowed; OSError when the disk is full.
        """
        sight.own_unit(by)
        if form.what not in DEEDS:
            raise FieldWrong("what", forms.UNKNOWN)
        scoped = tokens.scoped(f"unit {no}", token)
        with self._store.transaction() as tx:
            self._tickets.row(no, by, reads=tx)
            if tokens.once(tx, scoped) is not None:
                return
        with self._attachments.sealing(uploads) as sealed, self._store.transaction() as tx:
            if tokens.once(tx, scoped) is not None:
                raise SentTwice
            ticket = ticket_rows.ticket(tx, no)
            if ticket is None:
                raise NotFound
            if form.what == PROGRESS:
                text = forms.text_given("text", form.text)
                self._tickets.add_note(no, PROGRESS, text, user_id=by.id)
            else:
                self._move(no, form, by, version)
            self._attachments.attach(tx, ticket, sealed, EVIDENCE, by)
            tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, str(no))

    def _move(self, no: int, form: UnitForm, by: User, version: int) -> None:
        is_reason = form.what in _REASONED
        self._tickets.move(
            no,
            form.what,
            by,
            version=version,
            text="" if is_reason or form.what == "sign" else form.text,
            reason=form.text if is_reason else "",
            result=form.result if form.what == "reply" else "",
            contacted={"yes": True, "no": False}.get(form.contacted) if form.what == "reply" else None,
            days=form.days if form.what == "ask_extension" else None,
        )
