"""Reading tickets: rows, lists, the desk's queue, the page of one ticket, search. Writes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from appliance.casework import categories, lifecycle, masking, sight, timeline
from appliance.casework.lifecycle import Actor, Move
from appliance.casework.offers import Moment, Offer, offered
from appliance.casework.ticket_no import parse_no
from appliance.casework.ticket_rows import assignment_view, running, ticket_form, ticket_row
from appliance.casework.views import UNHAPPY, AssignmentView, Page, TicketPage, TicketRow
from appliance.clock import Clock, utc_text
from appliance.errors import NotFound
from appliance.limits import due
from appliance.limits.hours import OfficeHours
from appliance.people import roles
from appliance.people.roles import Sight
from appliance.people.user import User
from db import assignments as tasks
from db import search as index
from db import survey
from db import tickets as rows
from db.store import Reads, Store

RATING_OPEN_FOR = timedelta(days=7)
MOST_IN_QUEUE = 200
MOST_COUNTED = 1000  # "1000+": nobody needs more, and counting a million rows takes time
MOST_OTHERS = 10
MOST_FLAGGED = 2000  # more than an office can have under way

FLAGS = ("supervised", "paused", "returned", "repeats", "requests")  # what a list may be narrowed to

OPEN = lifecycle.OPEN
DONE = tuple(row.key for row in lifecycle.STATUSES if not row.is_open)
OWN_CLOCKED = tuple(row.key for row in lifecycle.STATUSES if row.own_clock)
SURVEY = "survey"  # the one status in which a citizen rates


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

    def is_provisional(self, due_at: datetime, urgency: str) -> bool:
        """Whether the day is in a year whose holidays nobody has published yet; what runs by the clock never is."""
        hours = self._hours
        return urgency not in hours.preset.clock_hours and hours.calendar.is_provisional(hours.due_date(due_at))

    # --- rows ---

    def row(self, no: int, user: User | None = None, *, reads: Reads | None = None) -> TicketRow:
        """One ticket as it stands in a list. Raises NotFound; NotAllowed for a technician."""
        found = rows.listed(reads or self._store, no)
        if found is None or not sight.may_see(user, found):
            raise NotFound
        is_masked = sight.is_masked(user)
        row = ticket_row(found, self._horizon(), is_masked=is_masked)
        return masking.Mask(reads or self._store, (row.id,)).row(row) if is_masked else row

    def rows(
        self,
        stage: str | None = None,
        status: str | None = None,
        department_id: int | None = None,
        q: str = "",
        *,
        late: bool = False,
        only: str = "",
        before: int | None = None,
        limit: int = 50,
        user: User | None = None,
    ) -> Page:
        """A piece of the list, newest first; every filter given narrows it. `only`: one of FLAGS."""
        statuses, department_id = sight.narrowed(_statuses(stage, status), department_id, user)
        only_ids = self._only_ids(only, late=late)
        if q.strip():
            where, values = _where(statuses, department_id, only_ids)
            found, cursor = index.find(
                self._store, _as_number(q), before=before, limit=limit, where=where, values=values
            )
            if sight.is_masked(user):
                found = masking.readable(self._store, found, _as_number(q))
            return Page(self._rows(self._store, found, user), cursor)
        if only_ids is not None:
            where, values = _where(statuses, department_id, only_ids)
            found = rows.ids_where(self._store, where, values, before, limit + 1)
        elif statuses or department_id is not None:
            found = rows.ids_by_status(self._store, statuses or sight.ALL, department_id, before, limit + 1)
        else:
            found = rows.ids(self._store, before, limit + 1)
        return Page(self._rows(self._store, found[:limit], user), found[limit - 1] if len(found) > limit else None)

    def search(self, q: str, limit: int = 20, before: int | None = None, *, user: User | None = None) -> Page:
        """Tickets with all the words of `q` in their texts, names, places or numbers; newest first."""
        return self.rows(q=q, limit=limit, before=before, user=user) if q.strip() else Page(())

    def queue(self, user: User) -> tuple[TicketRow, ...]:
        """What waits for this user, the first due first.

        For the desk: drafts, tickets to dispatch, replies to review, what was asked for, unhappy or silent citizens,
        and whatever a department has late or nearly late. For a department: all it has in hand, and what it helps with.
        """
        if sight.of(user) is Sight.OWN:
            _, department_id = sight.narrowed((), None, user)
            wanted = rows.ids_by_status(self._store, sight.IN_HAND, department_id, None, MOST_IN_QUEUE)
            wanted += tasks.co_tickets(self._store, department_id or 0)
            return tuple(sorted(self._rows(self._store, wanted, user), key=_by_due))
        horizon = self._horizon()
        asked_before = utc_text(horizon.now - RATING_OPEN_FOR)
        wanted = rows.ids_by_status(self._store, OWN_CLOCKED, None, None, MOST_IN_QUEUE)
        wanted += rows.flagged(self._store, "requests", MOST_IN_QUEUE)
        wanted += rows.surveyed(self._store, SURVEY, asked_before, UNHAPPY, MOST_IN_QUEUE)
        near = rows.near(self._store, utc_text(horizon.furthest), None)
        wanted += [row["id"] for row in near if running(row).lateness(horizon) != "none"][:MOST_IN_QUEUE]
        found = self._rows(self._store, tuple(dict.fromkeys(wanted)), user)
        return tuple(sorted(found, key=_by_due)[:MOST_IN_QUEUE])

    def counts(self, user: User | None = None) -> dict[str, int]:
        """Tickets per stage, and how many are late or nearly. No count of finished ones goes beyond MOST_COUNTED."""
        _, department_id = sight.narrowed((), None, user)
        is_own = department_id is not None
        counted = {stage.key: 0 for stage in lifecycle.STAGES}
        for status, count in rows.counts(self._store, sight.IN_HAND if is_own else OPEN, department_id).items():
            counted[lifecycle.stage_of(status).key] += count
        counted["done"] = 0 if is_own else rows.count_up_to(self._store, DONE, MOST_COUNTED)
        horizon = self._horizon()
        near = rows.near(self._store, utc_text(horizon.furthest), department_id)
        words = [running(row).lateness(horizon) for row in near if not is_own or row["status"] in sight.IN_HAND]
        return counted | {word: words.count(word) for word in ("late", "soon")}

    # --- for the intake and the screen pop ---

    def of_citizen(
        self, citizen_id: int, limit: int = 20, *, user: User | None = None, reads: Reads | None = None
    ) -> tuple[TicketRow, ...]:
        """This citizen's tickets, newest first."""
        source = reads or self._store
        return self._rows(source, rows.of_citizen(source, citizen_id, limit), user)

    def open_of_department(self, department_id: int, *, reads: Reads | None = None) -> tuple[TicketRow, ...]:
        """What this department has in hand, or has answered and waits for review; newest first."""
        source = reads or self._store
        return self._rows(source, rows.ids_by_status(source, sight.IN_HAND, department_id, None, MOST_IN_QUEUE), None)

    def of_call(self, call_id: int, *, reads: Reads | None = None) -> TicketRow | None:
        """The newest ticket made from this call."""
        source = reads or self._store
        found = rows.of_call(source, call_id)
        return self.row(found["no"], reads=source) if found else None

    def rating_asked_of(self, citizen_id: int, now: datetime, *, reads: Reads | None = None) -> TicketRow | None:
        """The ticket this citizen was asked to rate within the last seven days."""
        source = reads or self._store
        no = rows.rating_asked(source, citizen_id, SURVEY, utc_text(now - RATING_OPEN_FOR))
        return self.row(no, reads=source) if no is not None else None

    # --- the page ---

    def page(self, no: int, user: User) -> TicketPage:
        """Everything about one ticket. Raises NotFound, also for what this user may not see; NotAllowed."""
        with self._store.snapshot() as reads:
            row = self.row(no, user, reads=reads)
            is_masked = sight.is_masked(user)
            items = timeline.of(reads, row, is_masked=is_masked, hears=sight.hears(user))
            offers = self._offered(reads, no, user)
            page = TicketPage(
                row=row,
                form=ticket_form(row, rows.words(reads, row.id), self._hours.zone, is_masked=is_masked),
                timeline=items,
                moves=tuple(offer.move for offer in offers),
                lead_moves=frozenset(offer.move.key for offer in offers if offer.needs_lead),
                assignment=self._assignment(reads, row.id),
                co_assignments=self._co_assignments(reads, row),
                children=self._rows(reads, rows.children(reads, row.id, MOST_OTHERS), user),
                proposals=timeline.proposals(row, items),
                callers_other=self._others(reads, row, user),
                rating=row.rating,
                is_editable=lifecycle.status(row.status).is_editable and sight.is_desk(user),
            )
            return masking.Mask(reads, masking.ids_of(page)).page(page) if is_masked else page

    def _assignment(self, reads: Reads, ticket_id: int) -> AssignmentView | None:
        found = rows.last_assignment(reads, ticket_id)
        return assignment_view(found, rows.note_text(reads, found["reply_note_id"])) if found else None

    def _offered(self, reads: Reads, no: int, user: User) -> tuple[Offer, ...]:
        ticket, actor = rows.ticket(reads, no), roles.row(user.role).actor
        if ticket is None or actor is None:
            return ()
        if actor is Actor.UNIT and ticket["department_id"] != user.department_id:
            mine = (row for row in tasks.co_running(reads, ticket["id"]) if row["department_id"] == user.department_id)
            return tuple(Offer(move) for move in co_moves(ticket["status"], next(mine, None)))
        return offered(Moment(ticket, self._clock.now(), self._hours, survey.open_of(reads, ticket["id"])), actor)

    def _co_assignments(self, reads: Reads, row: TicketRow) -> tuple[AssignmentView, ...]:
        """Who helps in this round, or helped in the last one."""
        found = (
            assignment_view(each, rows.note_text(reads, each["reply_note_id"])) for each in rows.co_of(reads, row.id)
        )
        return tuple(each for each in found if each.round == row.round)

    def _others(self, reads: Reads, row: TicketRow, user: User) -> tuple[TicketRow, ...]:
        if row.citizen_id is None:
            return ()
        ids = rows.of_citizen(reads, row.citizen_id, MOST_OTHERS + 1)
        return self._rows(reads, [other for other in ids if other != row.id][:MOST_OTHERS], user)

    # --- inside ---

    def _horizon(self) -> due.Horizon:
        return due.horizon(self._clock.now(), self._hours)

    def _only_ids(self, only: str, *, late: bool) -> list[int] | None:
        """The tickets that a list is narrowed to; None where nothing narrows it so."""
        flagged = rows.flagged(self._store, only, MOST_FLAGGED) if only in FLAGS else None
        if not late:
            return flagged
        found = self._late_ids()
        return found if flagged is None else [each for each in found if each in set(flagged)]

    def _late_ids(self) -> list[int]:
        horizon = self._horizon()
        near = rows.near(self._store, utc_text(horizon.now), None)
        return [row["id"] for row in near if running(row).lateness(horizon) == "late"]

    def _rows(self, reads: Reads, ids: Sequence[int], user: User | None) -> tuple[TicketRow, ...]:
        horizon, is_masked = self._horizon(), sight.is_masked(user)
        found = rows.listed_by_ids(reads, ids)
        shown = tuple(ticket_row(row, horizon, is_masked=is_masked) for row in found if sight.may_see(user, row))
        return masking.rows_of(reads, shown) if is_masked else shown


def co_moves(status: str, task: sqlite3.Row | None) -> tuple[Move, ...]:
    """What a department that helps may do, whatever the leading one does meanwhile. Nothing once it has replied."""
    if task is None or task["replied_at"] is not None:
        return ()
    keys = [key for key in lifecycle.CO_MOVES.values() if key != lifecycle.CO_MOVES["sign"] or not task["signed_at"]]
    return tuple(move for move in map(lifecycle.move, keys) if status in move.from_statuses)


def _statuses(stage: str | None, status: str | None) -> tuple[str, ...]:
    if status:
        return (status,)
    return (lifecycle.statuses_of(stage) or sight.NOTHING) if stage else ()


def _where(
    statuses: Sequence[str], department_id: int | None, only_ids: Sequence[int] | None
) -> tuple[str, tuple[object, ...]]:
    """Conditions over `ticket`, for what no index knows together."""
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
