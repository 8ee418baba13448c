"""The board that is counted to zero: citizens who said they are not satisfied, until that has an end.

A citizen who can't be reached any more leaves the board, and is counted apart: unreachable is never satisfied. Whoever
said so in this very round was reached: a lead who closes that ticket closes it "another way".
"""

from __future__ import annotations

from appliance.casework import lifecycle
from appliance.casework.views import MoveMade
from db import survey as rows
from db.store import Transaction

HOW = {"rate": "satisfied", "explain": "explained", "withdraw": "withdrawn", "close": "unreachable"}
OTHER = "other"


class Unsatisfied:
    """Lives in the transactions of the tickets' moves."""

    def on_move(self, tx: Transaction, made: MoveMade, at: str) -> None:
        """Onto the board, once more on it, or off it, as this move says. `at` is the move's moment, UTC text."""
        known = rows.unsatisfied_of(tx, made.ticket_id)
        if made.move == "dissatisfied" and known is None:
            tx.insert("unsatisfied", ticket_id=made.ticket_id, opened_at=at, last_round=made.round)
        elif made.move == "dissatisfied" and known is not None and known["last_round"] != made.round:
            rows.change_unsatisfied(tx, known["id"], times=known["times"] + 1, last_round=made.round)
        elif known is not None and not lifecycle.status(made.to_status).is_open:
            was_reached = made.move == "close" and rows.rating_of(tx, made.ticket_id) is not None
            how = OTHER if was_reached else HOW.get(made.move, OTHER)
            rows.change_unsatisfied(tx, known["id"], ended_at=at, how=how)
