"""Papers that came back from departments: signed, answered, refused or asking for time, and entered by the desk.

One form is one transaction: the move for the department at the time it truly arrived, and the photo or scan of the
paper. A typed reply is marked as entered by the desk for the department (the history's for_unit).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from appliance.attachments.attachments import PAPER, Attachments, AttachmentView, Sealed, SentTwice, Upload
from appliance.attachments.kinds import FIELD
from appliance.casework import entry, forms, lifecycle, sight
from appliance.casework.tickets import TicketRow, Tickets
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.user import User
from db import tickets as ticket_rows
from db import tokens
from db.store import Store, Transaction

SCAN = "scan"  # nothing but the picture: what it says was entered before
CAME_BACK = ("reply", "sign", "return", "ask_extension", SCAN)
_REASONED = frozenset({"return", "ask_extension"})


@dataclass(frozen=True, slots=True)
class PaperForm:
    """What stands on the paper, as it was typed."""

    what: str = "reply"
    text: str = ""  # the reply, or why it is sent back or takes longer
    result: str = ""
    contacted: str = ""  # 'yes', 'no' or '': it doesn't say
    happened_at: str = ""  # when it truly arrived; nothing: now
    department_id: int | None = None  # a co-department's; None: the leading one's
    days: int | None = None  # how many working days more


@dataclass(frozen=True, slots=True)
class PaperPage:
    row: TicketRow
    may: tuple[str, ...]  # what may be entered now
    scans: tuple[AttachmentView, ...]


class Papers:
    """Safe to call from any web thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        tickets: Tickets,
        attachments: Attachments,
        *,
        zone: tzinfo,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._tickets, self._attachments = store, clock, tickets, attachments
        self._zone, self._clock_ok = zone, clock_ok

    def page(self, no: int, by: User) -> PaperPage:
        """Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        with self._store.snapshot() as reads:
            row = self._tickets.row(no, by, reads=reads)
            possible = {move.key for move in lifecycle.moves_from(row.status, by.actor)}
            may = tuple(what for what in CAME_BACK if what in possible or what == SCAN)
            return PaperPage(row, may, self._attachments.of_ticket(row.id, by, reads=reads))

    def enter(
        self, no: int, form: PaperForm, uploads: Sequence[Upload], by: User, *, version: int, token: str = ""
    ) -> None:
        """Both or neither: the move and its picture; the same form twice is once.

        Raises FieldWrong, TicketChanged, MoveRefused, NeedsLead, NotFound, NotAllowed; OSError when the disk is full.
        """
        sight.must_be_desk(by)
        scoped = tokens.scoped(f"paper {no}", token)
        with self._store.transaction() as tx:
            if tokens.once(tx, scoped) is not None:
                return
        happened_at = self._moment(form)
        if form.what not in CAME_BACK:
            raise FieldWrong("what", forms.UNKNOWN)
        with self._attachments.sealing(uploads) as sealed:
            if form.what == SCAN and not sealed:
                raise FieldWrong(FIELD, "Choose the photo or the scan of the paper.")
            with self._store.transaction() as tx:
                if tokens.once(tx, scoped) is not None:
                    raise SentTwice
                self._enter(tx, no, form, sealed, by, version=version, happened_at=happened_at)
                tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, str(no))

    def _enter(
        self,
        tx: Transaction,
        no: int,
        form: PaperForm,
        sealed: Sequence[Sealed],
        by: User,
        *,
        version: int,
        happened_at: datetime | None,
    ) -> None:
        ticket = _ticket(tx, no)
        self._attachments.attach(tx, ticket, sealed, PAPER, by)
        if form.what == SCAN:
            return
        is_reason = form.what in _REASONED
        is_co = form.department_id not in (None, ticket["department_id"])
        if is_co and form.what not in lifecycle.CO_MOVES:
            raise FieldWrong("what", "More time is the leading department's to ask for.")
        self._tickets.move(
            no,
            lifecycle.CO_MOVES[form.what] if is_co else form.what,
            by,
            version=version,
            department_id=form.department_id,
            text="" if is_reason else form.text,
            reason=form.text if is_reason else "",
            days=form.days if form.what == "ask_extension" else None,
            result=form.result,
            contacted={"yes": True, "no": False}.get(form.contacted),
            happened_at=happened_at,
            for_unit=True,
        )

    def _moment(self, form: PaperForm) -> datetime | None:
        return entry.moment_of(
            "happened_at", form.happened_at, self._zone, self._clock.now() if self._clock_ok() else None
        )


def _ticket(tx: Transaction, no: int) -> sqlite3.Row:
    found = ticket_rows.ticket(tx, no)
    if found is None:
        raise NotFound
    return found
