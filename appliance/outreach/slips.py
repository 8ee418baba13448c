"""The printed slips: what a department gets on paper to sign, answer and send back.

Two forms: the dispatch slip, and the paper of supervision, which says besides why, on which level and how often the
department was reminded. Of a confidential or anonymous citizen a slip never holds a name or a number: the department
speaks with him through the hotline.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.bilingual import said_in
from appliance.casework import sight
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import NotAllowed, NotFound, OfficeError
from appliance.outreach.notices import is_secret
from appliance.people.departments import Department
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import slips as rows
from db import tokens
from db.store import Reads, Store

DISPATCH, SUPERVISION = "dispatch", "supervision"
FORMS = (DISPATCH, SUPERVISION)
CONFIDENTIAL, ANONYMOUS = "confidential", "anonymous"

# What is said of earlier rounds, and how the moves that say it are called on paper (message ids).
LABELS = {
    "return": "Returned by the department",
    "refuse_return": "Not taken back",
    "reply": "Reply of the department",
    "send_back": "Reply sent back",
    "redo": "To be done again",
    "reopen": "Opened again",
}
OWN_CAUSES = frozenset({"overdue", "unsatisfied", "repeat", "late"})  # found by the box: its words would say them twice
REMINDERS = ("reminder", "reminder_urgent")


class NoSlip(OfficeError):
    message = "There is no department to print a slip for. Dispatch the ticket first."


class NotSupervised(OfficeError):
    message = "This ticket is not supervised: there is no paper of supervision to print."


@dataclass(frozen=True, slots=True)
class Said:
    """One thing of an earlier round."""

    at: datetime
    label: str  # message id
    text: str


@dataclass(frozen=True, slots=True)
class Pressing:
    """What a paper of supervision adds."""

    level: int
    year: int  # 0: it has no number yet
    no: int
    reason: str  # a key, or '' where the words say all
    words: str  # of whoever opened it; '' where the box did
    due_at: datetime | None
    reminded_at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    ticket_id: int
    form: str
    no: int
    type: str
    category: str
    urgency: str
    source: str
    title: str
    content: str
    wish: str
    place: str
    town_zh: str
    town_en: str
    received_at: datetime
    sent_at: datetime
    due_at: datetime | None
    department: Department
    is_lead: bool
    others: tuple[Department, ...]  # who works on it besides
    contact_name: str
    contact_phone: str
    privacy: str  # '', CONFIDENTIAL or ANONYMOUS
    round: int
    earlier: tuple[Said, ...]
    pressing: Pressing | None
    printed_at: datetime

    @property
    def number(self) -> str:
        return format_no(self.no)

    def where(self, language: str) -> str:
        """Town and place; the town once, where whoever wrote the place began with it."""
        if self.town_zh and self.place.startswith((self.town_zh, self.town_en)):
            return self.place
        return f"{said_in(language, self.town_zh, self.town_en)} {self.place}".strip()


class Slips:
    """Safe to call from any web thread."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, tickets: Tickets) -> None:
        self._store, self._clock, self._audit, self._tickets = store, clock, audit, tickets

    def get(self, no: int, by: User, *, form: str = DISPATCH, department_id: int | None = None) -> Slip:
        """The same as `look`; it is in the audit that it was drawn for printing. `form` is one of FORMS.

        Raises NotFound, NotAllowed for whoever reads masked, NoSlip, NotSupervised.
        """
        slip = self.look(no, by, form=form, department_id=department_id)
        with self._store.transaction() as tx:
            self._audit.write(tx, f"slip_{form}", "ticket", slip.ticket_id, by)
        return slip

    def look(self, no: int, by: User, *, form: str = DISPATCH, department_id: int | None = None) -> Slip:
        """The slip for the leading department, or for the one named. A department gets its own alone.

        Raises NotFound, NotAllowed for whoever reads masked, NoSlip, NotSupervised.
        """
        if sight.is_masked(by):
            raise NotAllowed
        if not sight.is_desk(by):
            department_id = by.department_id
        with self._store.snapshot() as reads:
            self._tickets.row(no, by, reads=reads)
            ticket = rows.facts(reads, no)
            if ticket is None:
                raise NotFound
            return self._slip(reads, ticket, form, department_id, is_desk=sight.is_desk(by))

    def units(self, no: int, by: User) -> tuple[Department, ...]:
        """For whom there is a slip now; a department hears of its own alone. Raises NotFound."""
        row = self._tickets.row(no, by)
        running = _running(rows.tasks(self._store, row.id))
        own = running if sight.is_desk(by) else [task for task in running if task["department_id"] == by.department_id]
        return tuple(_department(task) for task in own)

    def handed_over(self, no: int, by: User, *, department_id: int | None = None, token: str = "") -> None:
        """The paper is on its way: the task goes by paper, and the mark that somebody has to tell the department is
        ticked off. The same form twice is once. Raises NotFound, NotAllowed, NoSlip.
        """
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            row = self._tickets.row(no, by, reads=tx)
            scoped = tokens.scoped(f"slip {no}", token)
            if tokens.once(tx, scoped) is not None:
                return
            task = _task(rows.tasks(tx, row.id), department_id)
            rows.goes_by_paper(tx, task["id"])
            at = utc_text(self._clock.now())
            for reminder_id in rows.told_by_hand(tx, row.id, at, by.id):
                tx.announce("reminder", reminder_id)
            note_id = self._tickets.add_note(no, "slip", "", user_id=by.id)
            tokens.remember(tx, scoped, at, by.id, str(note_id))

    def _slip(self, reads: Reads, ticket: sqlite3.Row, form: str, department_id: int | None, *, is_desk: bool) -> Slip:
        tasks = rows.tasks(reads, ticket["id"])
        task = _task(tasks, department_id, is_late=is_desk and form == SUPERVISION)
        since = "" if is_desk else next(one["sent_at"] for one in tasks if one["department_id"] == department_id)
        said = rows.said_before(reads, ticket["id"], tuple(LABELS), since)
        privacy = _privacy(ticket)
        return Slip(
            ticket_id=ticket["id"],
            form=form,
            no=ticket["no"],
            type=ticket["type"],
            category=ticket["category"],
            urgency=ticket["urgency"],
            source=ticket["source"],
            title=ticket["title"] or "",
            content=ticket["content"] or "",
            wish=ticket["wish"] or "",
            place=ticket["place"] or "",
            town_zh=ticket["town_zh"] or "",
            town_en=ticket["town_en"] or "",
            received_at=from_utc_text(ticket["occurred_at"] or ticket["created_at"]),
            sent_at=from_utc_text(task["sent_at"]),
            due_at=moment_or_none(task["due_at"] or ticket["due_at"]),
            department=_department(task),
            is_lead=task["role"] == "lead",
            others=tuple(_department(one) for one in _running(tasks) if one["id"] != task["id"]),
            contact_name="" if privacy else ticket["contact_name"] or ticket["citizen_name"] or "",
            contact_phone="" if privacy else ticket["contact_phone"] or ticket["citizen_phone"] or "",
            privacy=privacy,
            round=ticket["round"],
            earlier=tuple(Said(from_utc_text(row["at"]), LABELS[row["move"]], row["text"]) for row in said),
            pressing=self._pressing(reads, ticket) if form == SUPERVISION else None,
            printed_at=self._clock.now(),
        )

    def _pressing(self, reads: Reads, ticket: sqlite3.Row) -> Pressing:
        paper = rows.supervision(reads, ticket["id"])
        if paper is None and not ticket["supervised_level"]:
            raise NotSupervised
        told = rows.said_before(reads, ticket["id"], ("supervise",), "")
        written = (paper["text"] if paper else "") or (told[-1]["text"] if told else "")
        is_of_the_box = paper is not None and paper["reason"] in OWN_CAUSES
        return Pressing(
            level=paper["level"] if paper else ticket["supervised_level"],
            year=paper["year"] if paper else 0,
            no=paper["no"] if paper else 0,
            reason=paper["reason"] if paper else "",
            words="" if is_of_the_box else written,
            due_at=moment_or_none(paper["due_at"]) if paper else None,
            reminded_at=tuple(from_utc_text(at) for at in rows.reminded(reads, ticket["id"], REMINDERS)),
        )


def _privacy(ticket: sqlite3.Row) -> str:
    if is_secret(ticket):
        return CONFIDENTIAL
    return ANONYMOUS if ticket["is_anonymous"] else ""


def _running(tasks: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Tasks that have not ended, the leading one first."""
    return sorted((task for task in tasks if task["ended_at"] is None), key=lambda task: task["role"] != "lead")


def _task(tasks: Sequence[sqlite3.Row], department_id: int | None, *, is_late: bool = False) -> sqlite3.Row:
    """The running task of this department, or of the leading one. Raises NoSlip.

    With `is_late` one that has ended will do, the newest first: who did not content the citizen has replied already.
    """
    ended = [task for task in reversed(tasks) if task["ended_at"] is not None and task["role"] == "lead"]
    for task in _running(tasks) + (ended if is_late else []):
        if department_id is None or task["department_id"] == department_id:
            return task
    raise NoSlip


def _department(task: sqlite3.Row) -> Department:
    return Department(task["department_id"], task["code"], task["name_zh"], task["name_en"], task["kind"])
