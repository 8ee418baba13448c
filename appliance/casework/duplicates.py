"""The same matter twice: hints while the operator types, and the mark of a citizen who has to come again.

Candidates are tickets of the same telephone, and those of the same class and town within seven days whose words are
alike. A telephone number never leads to a protected person's tickets: then the hint itself would tell who reported.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.casework import sight
from appliance.casework.likeness import likeness, pairs_of
from appliance.casework.ticket_no import format_no
from appliance.casework.views import MoveMade
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.people.citizens import Citizens
from appliance.people.user import User
from db import duplicates as rows
from db import tickets
from db.store import Store, Transaction

ALIKE_WITHIN = timedelta(days=7)
REPEATED_WITHIN = timedelta(days=30)
ALIKE_FROM = 0.35
MOST_COMPARED = 300
MOST_SHOWN = 5
SAME_CALLER, SAME_PLACE = "same_caller", "same_place"


@dataclass(frozen=True, slots=True)
class Hint:
    no: int
    title: str
    place: str
    status: str
    reason: str  # SAME_CALLER or SAME_PLACE
    created_at: datetime
    is_open: bool
    likeness: float = 0.0

    @property
    def number(self) -> str:
        return format_no(self.no)


@dataclass(frozen=True, slots=True)
class Counts:
    appeals: int  # every ticket that was taken in
    events: int  # the matters they were about


class Hints:
    """Any thread; reads only, but for `on_move`."""

    def __init__(self, store: Store, clock: Clock, citizens: Citizens) -> None:
        self._store, self._clock, self._citizens = store, clock, citizens

    def of(
        self, by: User, *, phone: str = "", category: str = "", town: str = "", text: str = "", but: int | None = None
    ) -> tuple[Hint, ...]:
        """What may be the same matter as the form that is being filled in, open ones first. Raises NotAllowed.

        `but` is the ticket that is being changed.
        """
        sight.must_be_desk(by)
        found: dict[int, Hint] = {}
        citizen = self._citizens.by_number(phone) if phone.strip() else None
        if citizen is not None:
            for row in rows.of_citizen(self._store, citizen.id, MOST_SHOWN + 1):
                found[row["no"]] = _hint(row, SAME_CALLER, 0.0)
        words = pairs_of(text)
        if category and words:
            since = utc_text(self._clock.now() - ALIKE_WITHIN)
            for row in rows.of_place(self._store, category, town, since, MOST_COMPARED):
                alike = likeness(words, pairs_of(f"{row['title']} {row['content']}"))
                if alike >= ALIKE_FROM and row["no"] not in found:
                    found[row["no"]] = _hint(row, SAME_PLACE, alike)
        found.pop(but or 0, None)
        ranked = sorted(found.values(), key=lambda hint: (not hint.is_open, hint.reason, -hint.likeness, -hint.no))
        return tuple(ranked[:MOST_SHOWN])

    def counts(self, since: datetime, until: datetime) -> Counts:
        """Appeals and matters of a span of time."""
        return Counts(*rows.counts(self._store, utc_text(since), utc_text(until)))

    def on_move(self, tx: Transaction, made: MoveMade) -> None:
        """Whoever comes with the same class again within a month is marked when the ticket is taken in."""
        if made.move != "accept" or made.citizen_id is None:
            return
        ticket = tickets.by_id(tx, made.ticket_id)
        since = utc_text(self._clock.now() - REPEATED_WITHIN)
        category = ticket["category"] if ticket is not None else ""
        if rows.earlier_of_class(tx, made.citizen_id, category, made.ticket_id, since) is not None:
            rows.mark_repeat(tx, made.ticket_id)


def _hint(row: sqlite3.Row, reason: str, alike: float) -> Hint:
    return Hint(
        no=row["no"],
        title=row["title"] or "",
        place=row["place"] or "",
        status=row["status"],
        reason=reason,
        created_at=from_utc_text(row["created_at"]),
        is_open=bool(row["is_open"]),
        likeness=alike,
    )
