"""What the desk has to look at: raised once for its mark, and the screens hear of it after the commit.

What each kind is called, and what is due by itself, is `reminders.py`'s; this knows rows and news alone.
"""

from __future__ import annotations

from db import reminders
from db.store import Transaction


def raise_once(
    tx: Transaction,
    mark: str,
    kind: str,
    at: str,
    *,
    due_at: str = "",
    ticket_id: int | None = None,
    callback_id: int | None = None,
    outbox_id: int | None = None,
    line: str = "",
) -> int | None:
    """The new reminder's id, or None for a mark that was raised before.

    `kind` is a key of `reminders.LABELS`; `at` is now and `due_at` when it should have been done, both UTC texts;
    without a `due_at` it is due now.
    """
    raised = reminders.add(
        tx,
        mark,
        kind,
        due_at=due_at or at,
        raised_at=at,
        ticket_id=ticket_id,
        callback_id=callback_id,
        outbox_id=outbox_id,
        line=line,
    )
    if raised is not None:
        tx.announce("reminder", raised)
    return raised
