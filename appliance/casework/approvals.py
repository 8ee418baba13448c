"""Who decides what a lead decides: in a simple office whoever is there, stamped as self-approved; else a lead.

One setting of the office, `office_mode`. A new office is simple: one person does everything, and what would have
needed a second one stands in a list of the month for whoever checks it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from appliance.casework import lifecycle, sight
from appliance.casework.lifecycle import Actor
from appliance.casework.masking import Mask
from appliance.casework.orders import Step
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NeedsLead
from appliance.months import midnight, next_month
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import approvals as rows
from db import settings
from db.store import Reads, Store

MODE, SIMPLE, FULL = "office_mode", "simple", "full"
MODES = (SIMPLE, FULL)
MOST = 200


@dataclass(frozen=True, slots=True)
class SelfApproval:
    """A decision that had no second person."""

    id: int
    at: datetime
    no: int
    title: str
    move: str
    who: str
    words: str  # why

    @property
    def label(self) -> str:
        """Of the move (message id)."""
        return lifecycle.move(self.move).label


@dataclass(frozen=True, slots=True)
class Month:
    """The self-approvals of one month. `next` is the cursor of the piece behind it, None at the end."""

    first_day: date
    until: date  # the first day of the next one
    rows: tuple[SelfApproval, ...]
    counts: tuple[tuple[str, int], ...]  # label of the move, how often
    next: int | None = None

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


def is_simple(reads: Reads) -> bool:
    return settings.value(reads, MODE) != FULL


def may_decide_alone(step: Step) -> None:
    """Stamp what a lead or a second person would have decided. Raises NeedsLead where the office has them."""
    order = step.order
    is_leads = step.needs_lead or lifecycle.is_leads_alone(order.move)
    if not step.needs_another and not (is_leads and order.actor is Actor.OPERATOR):
        return
    if not is_simple(step.tx):
        raise NeedsLead(order.move)
    step.is_self_approved = True


class Approvals:
    """The office's mode and the list of self-approvals. Any thread."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, zone: tzinfo) -> None:
        self._store, self._clock, self._audit, self._zone = store, clock, audit, zone

    def is_simple(self) -> bool:
        return is_simple(self._store)

    def set_mode(self, mode: str, by: User) -> None:
        """A lead changes it, and the audit knows. Raises FieldWrong, NotAllowed."""
        sight.must_be_lead(by)
        if mode not in MODES:
            raise FieldWrong("mode", "Please choose one of the list.")
        with self._store.transaction() as tx:
            if is_simple(tx) is (mode == SIMPLE):
                return
            settings.set_value(tx, MODE, mode, at=utc_text(self._clock.now()), by=by.id)
            self._audit.write(tx, MODE, "setting", None, by, words=(mode,))

    def this_month(self) -> date:
        return self._clock.now().astimezone(self._zone).date().replace(day=1)

    def month(self, day: date, *, before: int | None = None, by: User | None = None) -> Month:
        """The month that this day lies in, the newest decision first; what `by` may not know is taken out of the words.

        Raises NotAllowed for who sees no tickets.
        """
        is_masked = sight.is_masked(by)
        first = day.replace(day=1)
        after = next_month(first)
        since, until = (utc_text(midnight(each, self._zone)) for each in (first, after))
        found = rows.self_approved(self._store, since, until, before if before is not None else 2**62, MOST + 1)
        counts = tuple((lifecycle.move(row["move"]).label, row["n"]) for row in rows.counted(self._store, since, until))
        show = Mask(self._store, [row["ticket_id"] for row in found]).text if is_masked else str
        shown = tuple(_row(row, show) for row in found[:MOST])
        return Month(first, after, shown, counts, next=shown[-1].id if len(found) > MOST else None)


def _row(row: sqlite3.Row, show: Callable[[str], str]) -> SelfApproval:
    return SelfApproval(
        id=row["id"],
        at=from_utc_text(row["at"]),
        no=row["no"],
        title=show(row["title"] or ""),
        move=row["move"],
        who=row["who"] or "",
        words=show(row["words"] or ""),
    )
