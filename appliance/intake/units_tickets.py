"""Which tickets a handler may speak of, and which one a text without a number means."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Self

from appliance.casework import lifecycle
from db import outbox, ticket_facts
from db.store import Reads, Transaction

# Statuses in which a department has a say: its time runs, or stands still while it waits.
WITH_THE_UNIT = frozenset(row.key for row in lifecycle.STATUSES if row.unit_clock_runs or row.stage == "handling")
UNSIGNED = frozenset(lifecycle.move("sign").from_statuses)


@dataclass(frozen=True, slots=True)
class UnitsTickets:
    """What one department has in hand: its own tickets, those due first, then those it helps with."""

    own: tuple[sqlite3.Row, ...]
    helped: tuple[sqlite3.Row, ...]

    @classmethod
    def of(cls, reads: Reads, department_id: int) -> Self:
        own = ticket_facts.open_of_department(reads, department_id)
        helped = ticket_facts.co_of_department(reads, department_id)
        return cls(_in_hand(own), _in_hand(helped))

    @property
    def all(self) -> tuple[sqlite3.Row, ...]:
        return (*self.own, *self.helped)

    def named(self, no: int) -> sqlite3.Row | None:
        return next((row for row in self.all if row["no"] == no), None)

    def meant(self, tx: Transaction, handler_id: int, *, is_signing: bool) -> sqlite3.Row | None:
        """The ticket meant by a message without a number, or None where two could be meant."""
        if is_signing:
            unsigned = [row for row in self.own if row["status"] in UNSIGNED]
            told = outbox.dispatched_tickets(tx, handler_id)
            latest = next((row for ticket_id in told for row in unsigned if row["id"] == ticket_id), None)
            if latest is not None:
                return latest
            if unsigned:
                return unsigned[0] if len(unsigned) == 1 else None
        about = outbox.latest_about_ticket(tx, handler_id)
        answered = next((row for row in self.all if about is not None and row["id"] == about["ticket_id"]), None)
        if answered is not None:
            return answered
        return self.all[0] if len(self.all) == 1 else None

    @staticmethod
    def co_task(reads: Reads, facts: sqlite3.Row, department_id: int) -> sqlite3.Row | None:
        """The department's task where it only helps with this ticket; None where the ticket is its own."""
        return (
            None if facts["department_id"] == department_id else ticket_facts.co_task(reads, facts["id"], department_id)
        )


def _in_hand(found: list[sqlite3.Row]) -> tuple[sqlite3.Row, ...]:
    return tuple(row for row in found if row["status"] in WITH_THE_UNIT)
