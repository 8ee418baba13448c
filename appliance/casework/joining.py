"""Many citizens, one event: the open tickets that read alike, and joining them all in one step.

After a storm twenty texts tell of one fallen wire. The first is sorted and sent out; the others follow it, and each
citizen gets the answer. What reads alike is only offered: a person looks the list through and joins it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.casework import lifecycle, sight
from appliance.casework.lifecycle import MoveRefused
from appliance.casework.likeness import likeness, pairs_of
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NeedsLead, NotFound
from appliance.people.user import User
from db import duplicates as rows
from db import tickets as ticket_rows
from db import tokens
from db.store import Store

ALIKE_FROM = 0.35  # to one that was found already
LEAST_ALIKE = 0.05  # to the ticket itself: at least a word of it
LOOK_BACK = timedelta(hours=72)
MOST_COMPARED = 500
MOST_SHOWN = 100
Words = frozenset[str]
UNSORTED = tuple(row.key for row in lifecycle.STATUSES if row.key in {"draft", "accepted"})


@dataclass(frozen=True, slots=True)
class Alike:
    no: int
    title: str
    content: str
    place: str
    status: str
    created_at: datetime
    likeness: float

    @property
    def number(self) -> str:
        return format_no(self.no)


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of a list: how many follow now, and which could not."""

    count: int
    refused: tuple[int, ...]


class Joining:
    def __init__(self, store: Store, clock: Clock, tickets: Tickets) -> None:
        self._store, self._clock, self._tickets = store, clock, tickets

    def alike(self, no: int, by: User) -> tuple[Alike, ...]:
        """Open tickets of these days, not sent out yet, that read like this one. Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        ticket = ticket_rows.ticket(self._store, no)
        if ticket is None:
            raise NotFound
        if not ticket["is_open"] or ticket["parent_id"] is not None:
            return ()
        mine = rows.one(self._store, ticket["id"])
        words = pairs_of(_text(mine)) if mine is not None else frozenset()
        since = utc_text(self._clock.now() - LOOK_BACK)
        others = [
            row
            for row in rows.unsorted_since(self._store, UNSORTED, since, MOST_COMPARED)
            if row["no"] != no and row["category"] in ("", ticket["category"])
        ]
        return tuple(_alike(row, alike) for row, alike in _family(words, others))

    def join(self, no: int, others: Sequence[int], by: User, *, token: str = "") -> Joined:
        """Join these tickets with `no`; one that can't be is named and left as it is. Raises NotFound, NotAllowed."""
        scoped = tokens.scoped(f"join {no}", token)
        with self._store.transaction() as tx:
            self._tickets.row(no, by, reads=tx)
            if tokens.once(tx, scoped) is not None:
                return Joined(0, ())
            joined, refused = 0, []
            for other in dict.fromkeys(others):
                try:
                    self._tickets.make_move(other, "merge", actor=by.actor, actor_id=by.id, other_no=no)
                    joined += 1
                except (FieldWrong, MoveRefused, NeedsLead, NotFound):
                    refused.append(other)
            tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, str(no))
        return Joined(joined, tuple(refused))


def _family(words: Words, rows_: Sequence[sqlite3.Row]) -> list[tuple[sqlite3.Row, float]]:
    """Those that read like the first, or like one that does: people tell one thing in many ways. The closest first."""
    left = {row["no"]: (row, pairs_of(_text(row))) for row in rows_}
    found: list[tuple[sqlite3.Row, float]] = []
    newest = [words]
    while newest and len(found) < MOST_SHOWN:
        one, nearer = newest.pop(), []
        for no, (row, theirs) in left.items():
            to_first = likeness(words, theirs)
            if likeness(one, theirs) >= ALIKE_FROM and to_first >= LEAST_ALIKE:
                nearer.append((no, row, theirs, to_first))
        for no, row, theirs, to_first in nearer:
            del left[no]
            found.append((row, to_first))
            newest.append(theirs)
    return sorted(found, key=lambda each: (-each[1], each[0]["no"]))[:MOST_SHOWN]


def _text(row: sqlite3.Row) -> str:
    return f"{row['title'] or ''} {row['content'] or ''} {row['place'] or ''}"


def _alike(row: sqlite3.Row, alike: float) -> Alike:
    return Alike(
        no=row["no"],
        title=row["title"] or "",
        content=row["content"] or "",
        place=row["place"] or "",
        status=row["status"],
        created_at=from_utc_text(row["created_at"]),
        likeness=alike,
    )
