"""Reading tickets: rows, lists, the desk's queue, the page of one ticket, search. Writes nothing.

What a user may see is decided here, once: a department sees its own tickets while it has them in hand, leaders and
auditors see no names and numbers, technicians no tickets.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from appliance.casework import categories, lifecycle, timeline
from appliance.casework.lifecycle import Actor, Move
from appliance.casework.ticket_no import parse_no
from appliance.casework.views import UNHAPPY, AssignmentView, Page, TicketForm, TicketPage, TicketRow
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import NotAllowed, NotFound
from appliance.limits import due
from appliance.limits.hours import OfficeHours
from appliance.people import roles
from appliance.people.departments import Department
from appliance.people.numbers import mask
from appliance.people.roles import Sight
from appliance.people.user import User
from db import search as index
from db import tickets as rows
from db.store import Reads, Store

RATING_OPEN_FOR = timedelta(days=7)
MOST_IN_QUEUE = 200
MOST_COUNTED = 1000  # "1000+": nobody needs more, and counting a million rows takes time
MOST_OTHERS = 10

OPEN = tuple(row.key for row in lifecycle.STATUSES if row.is_open)
OWN_CLOCKED = tuple(row.key for row in lifecycle.STATUSES if row.own_clock)
UNIT_CLOCKED = tuple(row.key for row in lifecycle.STATUSES if row.unit_clock_runs)
SURVEY = lifecycle.statuses_of("survey")
DONE = tuple(row.key for row in lifecycle.STATUSES if not row.is_open)


class TicketViews:
    def __init__(self, store: Store, clock: Clock, hours: OfficeHours) -> None:
        self._store, self._clock, self._hours = store, clock, hours

    # --- small tables ---

    def types(self) -> tuple[categories.Choice, ...]:
        return categories.types()

    def urgencies(self) -> tuple[categories.Choice, ...]:
        return categories.urgencies()

    def categories(self) -> tuple[categories.Category, ...]:
        return categories.categories()

    # --- rows ---

    def row(self, no: int, user: User | None = None, *, reads: Reads | None = None) -> TicketRow:
        """One ticket as it stands in a list. Raises NotFound; NotAllowed for a technician."""
        found = rows.listed(reads or self._store, no)
        if found is None or not _may_see(user, found):
            raise NotFound
        return self._row(found, self._horizon(), user)

    def rows(
        self,
        stage: str | None = None,
        status: str | None = None,
        department_id: int | None = None,
        q: str = "",
        *,
        late: bool = False,
        before: int | None = None,
        limit: int = 50,
        user: User | None = None,
    ) -> Page:
        """A piece of the list, newest first; every filter given narrows it."""
        statuses, department_id = _narrowed(_statuses(stage, status), department_id, user)
        if q.strip() or late:
            where, values = _where(statuses, department_id, self._late_ids() if late else None)
            if q.strip():
                found, cursor = index.find(self._store, q, before=before, limit=limit, where=where, values=values)
                return self._page(found, cursor, user)
            found = rows.ids_where(self._store, where, values, before, limit + 1)
        else:
            found = rows.ids(self._store, statuses, department_id, before, limit + 1)
        return self._page(found[:limit], found[limit - 1] if len(found) > limit else None, user)

    def search(self, q: str, limit: int = 20, before: int | None = None, *, user: User | None = None) -> Page:
        """Tickets with all the words of `q` in their texts, names, places, numbers; newest first."""
        statuses, department_id = _narrowed((), None, user)
        where, values = _where(statuses, department_id, None)
        found, cursor = index.find(self._store, _as_number(q), before=before, limit=limit, where=where, values=values)
        return self._page(found, cursor, user)

    def queue(self, user: User) -> tuple[TicketRow, ...]:
        """What waits for this user, the first due first.

        For the desk: drafts, tickets to dispatch, replies to review, unhappy or silent citizens, and whatever a
        department has late or nearly late. For a department: all it has in hand.
        """
        horizon = self._horizon()
        if roles.row(user.role).tickets is Sight.OWN:
            statuses, department_id = _narrowed((), None, user)
            wanted = rows.ids(self._store, statuses, department_id, None, MOST_IN_QUEUE)
        else:
            soon = max(horizon.soon_workday, *horizon.soon_by_urgency.values())
            asked_before = utc_text(horizon.now - RATING_OPEN_FOR)
            wanted = rows.ids(self._store, OWN_CLOCKED, None, None, MOST_IN_QUEUE)
            wanted += rows.surveyed(self._store, SURVEY[0], asked_before, UNHAPPY, MOST_IN_QUEUE)
            wanted += rows.open_due(self._store, utc_text(soon), UNIT_CLOCKED, MOST_IN_QUEUE)
        found = rows.listed_by_ids(self._store, tuple(dict.fromkeys(wanted)))
        shown = [self._row(row, horizon, user) for row in found if _may_see(user, row)]
        if roles.row(user.role).tickets is not Sight.OWN:
            shown = [
                row for row in shown if row.status not in UNIT_CLOCKED or row.is_own_clock or row.lateness != "none"
            ]
        return tuple(sorted(shown, key=_by_due)[:MOST_IN_QUEUE])

    def counts(self, user: User | None = None) -> dict[str, int]:
        """Tickets per stage, and how many are late or nearly. No count goes beyond MOST_COUNTED."""
        _, department_id = _narrowed((), None, user)
        by_status = rows.open_counts(self._store, department_id)
        counted = {stage.key: 0 for stage in lifecycle.STAGES}
        for status in OPEN:
            counted[lifecycle.stage_of(status).key] += by_status.get(status, 0)
        counted["done"] = rows.count_up_to(self._store, DONE, MOST_COUNTED) if department_id is None else 0
        horizon = self._horizon()
        soon = utc_text(max(horizon.soon_workday, *horizon.soon_by_urgency.values(), *horizon.soon_by_stage.values()))
        near = rows.open_due(self._store, soon, UNIT_CLOCKED, MOST_COUNTED)
        near += rows.open_stage_due(self._store, soon, MOST_COUNTED)
        found = rows.listed_by_ids(self._store, tuple(dict.fromkeys(near)))
        words = [self._row(row, horizon, None).lateness for row in found if _may_see(user, row)]
        return counted | {word: words.count(word) for word in ("late", "soon")}

    # --- for the intake and the screen pop ---

    def of_citizen(
        self, citizen_id: int, limit: int = 20, *, user: User | None = None, reads: Reads | None = None
    ) -> tuple[TicketRow, ...]:
        """This citizen's tickets, newest first."""
        source = reads or self._store
        return self._rows(source, rows.of_citizen(source, citizen_id, limit), user)

    def open_of_citizen(self, citizen_id: int, *, reads: Reads | None = None) -> tuple[TicketRow, ...]:
        source = reads or self._store
        return self._rows(source, rows.of_citizen(source, citizen_id, MOST_IN_QUEUE, only_open=True), None)

    def open_of_department(self, department_id: int, *, reads: Reads | None = None) -> tuple[TicketRow, ...]:
        """What this department has in hand or has answered and waits for review, newest first."""
        source = reads or self._store
        return self._rows(source, rows.ids(source, UNIT_CLOCKED, department_id, None, MOST_IN_QUEUE), None)

    def of_call(self, call_id: int, *, reads: Reads | None = None) -> TicketRow | None:
        """The ticket made from this call."""
        source = reads or self._store
        found = rows.of_call(source, call_id)
        return self.row(found["no"], reads=source) if found else None

    def rating_asked_of(self, citizen_id: int, now: datetime, *, reads: Reads | None = None) -> TicketRow | None:
        """The ticket this citizen was asked to rate within the last seven days."""
        source = reads or self._store
        no = rows.rating_asked(source, citizen_id, SURVEY[0], utc_text(now - RATING_OPEN_FOR))
        return self.row(no, reads=source) if no is not None else None

    # --- the page ---

    def page(self, no: int, user: User) -> TicketPage:
        """Everything about one ticket. Raises NotFound, also for what this user may not see; NotAllowed."""
        with self._store.snapshot() as reads:
            row = self.row(no, user, reads=reads)
            is_masked = _is_masked(user)
            words = rows.words(reads, row.id)
            items = timeline.of(reads, row, is_masked=is_masked)
            others = rows.of_citizen(reads, row.citizen_id, MOST_OTHERS + 1) if row.citizen_id is not None else []
            return TicketPage(
                row=row,
                form=_form(row, words, is_masked=is_masked),
                timeline=items,
                moves=_moves(row.status, user),
                assignment=_assignment(reads, row.id),
                proposals=timeline.proposals(row, items),
                callers_other=self._rows(reads, [other for other in others if other != row.id][:MOST_OTHERS], user),
                rating=row.rating,
                is_editable=lifecycle.status(row.status).is_editable and _is_desk(user),
            )

    # --- inside ---

    def _horizon(self) -> due.Horizon:
        return due.horizon(self._clock.now(), self._hours)

    def _late_ids(self) -> list[int]:
        now = utc_text(self._clock.now())
        late = rows.open_due(self._store, now, UNIT_CLOCKED, MOST_COUNTED)
        return late + rows.open_stage_due(self._store, now, MOST_COUNTED)

    def _rows(self, reads: Reads, ids: Sequence[int], user: User | None) -> tuple[TicketRow, ...]:
        horizon = self._horizon()
        return tuple(self._row(row, horizon, user) for row in rows.listed_by_ids(reads, ids) if _may_see(user, row))

    def _page(self, ids: Sequence[int], cursor: int | None, user: User | None) -> Page:
        return Page(self._rows(self._store, ids, user), cursor)

    def _row(self, row: sqlite3.Row, horizon: due.Horizon, user: User | None) -> TicketRow:
        status = lifecycle.status(row["status"])
        due_at, stage_due_at = _moment(row["due_at"]), _moment(row["stage_due_at"])
        running = due_at if status.unit_clock_runs else None
        own = stage_due_at if status.own_clock else None
        lateness = {horizon.of_due(running, row["urgency"]), horizon.of_stage(own, status.own_clock or "")}
        next_due_at = min((moment for moment in (running, own) if moment is not None), default=None)
        name, phone = (
            row["contact_name"] or row["citizen_name"] or "",
            row["contact_phone"] or row["citizen_phone"] or "",
        )
        if _is_masked(user):
            name, phone = timeline.mask_name(name), mask(phone)
        return TicketRow(
            id=row["id"],
            no=row["no"],
            title=row["title"] or "",
            status=status.key,
            stage=lifecycle.stage_of(status.key),
            type=row["type"],
            category=row["category"],
            urgency=row["urgency"],
            place=row["place"] or "",
            contact_name=name,
            phone=phone,
            department=_department(row),
            created_at=from_utc_text(row["created_at"]),
            due_at=due_at,
            stage_due_at=own,
            lateness=next((word for word in ("late", "soon") if word in lateness), "none"),
            version=row["version"],
            source=row["source"],
            is_open=bool(row["is_open"]),
            round=row["round"],
            rating=row["rating"],
            citizen_id=row["citizen_id"],
            call_id=row["call_id"],
            line=row["line"],
            next_due_at=next_due_at,
            is_own_clock=next_due_at is not None and next_due_at == own,
        )


# --- who sees what -------------------------------------------------------------------------------------------------


def _may_see(user: User | None, row: sqlite3.Row) -> bool:
    """None is the office itself. Raises NotAllowed for a role that sees no tickets at all."""
    sight = roles.row(user.role).tickets if user else Sight.ALL
    if sight is Sight.NONE:
        raise NotAllowed
    if user is None or sight is not Sight.OWN:
        return True
    return row["department_id"] == user.department_id and row["status"] in UNIT_CLOCKED


def _narrowed(
    statuses: tuple[str, ...], department_id: int | None, user: User | None
) -> tuple[tuple[str, ...], int | None]:
    """The filters, narrowed to what this user may see."""
    sight = roles.row(user.role).tickets if user else Sight.ALL
    if sight is Sight.NONE:
        raise NotAllowed
    if user is not None and sight is Sight.OWN:
        wanted = statuses or UNIT_CLOCKED
        return tuple(status for status in wanted if status in UNIT_CLOCKED) or ("",), user.department_id or 0
    if department_id is not None and not statuses:
        statuses = tuple(row.key for row in lifecycle.STATUSES)
    return statuses, department_id


def _is_masked(user: User | None) -> bool:
    return user is not None and roles.row(user.role).tickets is Sight.MASKED


def _is_desk(user: User) -> bool:
    return roles.row(user.role).actor in {Actor.OPERATOR, Actor.LEAD}


def _moves(status: str, user: User) -> tuple[Move, ...]:
    actor = roles.row(user.role).actor
    return lifecycle.moves_from(status, actor) if actor else ()


# --- filters -------------------------------------------------------------------------------------------------------


def _statuses(stage: str | None, status: str | None) -> tuple[str, ...]:
    if status:
        return (status,)
    return lifecycle.statuses_of(stage) if stage else ()


def _where(
    statuses: Sequence[str], department_id: int | None, only_ids: Sequence[int] | None
) -> tuple[str, tuple[object, ...]]:
    conditions, values = ["1"], list[object]()
    for column, wanted in (("status", statuses or None), ("id", only_ids)):
        if wanted is not None:
            conditions.append(f"ticket.{column} IN ({rows.marks(wanted)})")
            values += wanted
    if department_id is not None:
        conditions.append("ticket.department_id = ?")
        values.append(department_id)
    return " AND ".join(conditions), tuple(values)


def _as_number(q: str) -> str:
    """A ticket number as people write it (#4512, # 004512) is searched as it is kept."""
    no = parse_no(q) if q.strip().startswith(("#", "\uff03")) else None
    return str(no) if no is not None else q


def _by_due(row: TicketRow) -> tuple[bool, datetime, int]:
    return row.next_due_at is None, row.next_due_at or row.created_at, row.no


# --- rows to views -------------------------------------------------------------------------------------------------


def _moment(text: str | None) -> datetime | None:
    return from_utc_text(text) if text else None


def _department(row: sqlite3.Row) -> Department | None:
    if row["department_id"] is None or row["department_code"] is None:
        return None
    return Department(
        row["department_id"], row["department_code"], row["department_zh"], row["department_en"], row["department_kind"]
    )


def _form(row: TicketRow, words: sqlite3.Row | None, *, is_masked: bool) -> TicketForm:
    if words is None:
        return TicketForm(type=row.type, category=row.category, urgency=row.urgency)
    return TicketForm(
        title=words["title"],
        content=words["content"],
        place=words["place"],
        contact_name=timeline.mask_name(words["contact_name"]) if is_masked else words["contact_name"],
        contact_phone=mask(words["contact_phone"]) if is_masked else words["contact_phone"],
        wish=words["wish"],
        type=row.type,
        category=row.category,
        urgency=row.urgency,
    )


def _assignment(reads: Reads, ticket_id: int) -> AssignmentView | None:
    found = rows.last_assignment(reads, ticket_id)
    if found is None:
        return None
    return AssignmentView(
        id=found["id"],
        department=Department(found["department_id"], found["code"], found["name_zh"], found["name_en"], found["kind"]),
        round=found["round"],
        state=found["state"],
        sent_at=from_utc_text(found["sent_at"]),
        signed_at=_moment(found["signed_at"]),
        replied_at=_moment(found["replied_at"]),
        ended_at=_moment(found["ended_at"]),
        due_at=_moment(found["due_at"]),
        reply=rows.note_text(reads, found["reply_note_id"]),
    )
