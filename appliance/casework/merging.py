"""Tickets about one event, joined: the children follow their parent, and every citizen gets the answer.

Both counts stay: every child is a ticket of its own, and `parent_id` says which event it belongs to. A join can be
undone for seven days. A parent that ends without an answer (its own citizen withdraws, it was void) lets its children
go: their citizens still wait.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from appliance.casework import assignments, categories, lifecycle
from appliance.casework.lifecycle import Actor
from appliance.casework.orders import Child, Given, Step
from appliance.casework.ticket_no import format_no
from appliance.clock import from_utc_text
from appliance.errors import FieldWrong
from db import merging as rows
from db import tickets as ticket_rows

UNDONE_FOR = timedelta(days=7)
ANSWERS = frozenset({"approve", "answer", "reject", "transfer", "explain"})  # the citizens of the children hear it too


# --- guards --------------------------------------------------------------------------------------------------------


def can_join(step: Step) -> None:
    """Both open, neither joined already, of one family of matters. A unit's own ticket is joined by a lead only."""
    parent = _parent(step)
    number = format_no(parent["no"])
    if parent["id"] == step.ticket["id"]:
        raise FieldWrong("other_no", "A ticket cannot be joined with itself.")
    if parent["parent_id"] is not None:
        above = ticket_rows.by_id(step.tx, parent["parent_id"])
        raise FieldWrong(
            "other_no",
            "Ticket %(no)s is joined with %(above)s already: join with that one.",
            no=number,
            above=format_no(above["no"]) if above is not None else "",
        )
    if not lifecycle.status(parent["status"]).is_open:
        raise FieldWrong("other_no", "Ticket %(no)s is finished already.", no=number)
    if _family(parent) != _family(step.ticket) and "" not in (parent["category"], step.ticket["category"]):
        raise FieldWrong("other_no", "Ticket %(no)s is about a matter of another class.", no=number)
    theirs, ours = parent["department_id"], step.ticket["department_id"]
    if ours is not None and ours != theirs:
        step.needs_lead = True


def can_part(step: Step) -> None:
    """Seven days; the program itself lets children go whenever their parent ends without an answer."""
    joined = rows.joined(step.tx, step.ticket["id"])
    if joined is None:
        raise FieldWrong("reason", "It is not joined with any ticket.")
    is_late = step.timing.now - from_utc_text(joined["at"]) > UNDONE_FOR
    if is_late and step.timing.is_known and step.order.actor is not Actor.SYSTEM:
        raise FieldWrong("reason", "It was joined more than %(days)d days ago.", days=UNDONE_FOR.days)


# --- effects -------------------------------------------------------------------------------------------------------


def join(step: Step) -> None:
    """The ticket becomes a child of `order.other_no`, with all that was joined with it before; its tasks end.

    Raises FieldWrong where that one is not there.
    """
    parent, at, by = _parent(step), step.timing.at, step.order.user_id
    rows.join(step.tx, step.ticket["id"], parent["id"], status_before=step.ticket["status"], at=at, user_id=by)
    for child in rows.children(step.tx, step.ticket["id"]):
        joined = rows.joined(step.tx, child["id"])
        if joined is not None:
            rows.carry_on(step.tx, child["id"], joined["id"], parent["id"])
    assignments.end_all(step, "withdrawn")
    step.changes["parent_id"] = parent["id"]
    step.tx.announce("ticket", parent["no"])


def part(step: Step) -> None:
    """As it was before it went out: a draft, or accepted and to be sent out anew."""
    joined = rows.joined(step.tx, step.ticket["id"])
    if joined is not None:
        rows.part(step.tx, joined["id"], step.timing.at, step.order.user_id)
        if joined["status_before"] == "draft":
            step.to_status = "draft"
    step.changes |= {"parent_id": None, "is_open": 1, "closed_at": None, **assignments.NO_LEAD}
    step.changes |= {"close_reason": "", "close_ground": ""}


def follow(step: Step) -> None:
    """What this move means for the tickets joined with it."""
    order = step.order
    if order.move in ANSWERS:
        how, given = "parent_answered", Given(text=step.text or order.reason or ("" if order.ground else order.where))
        if order.ground:
            given |= Given(ground=order.ground, where=order.where)
    else:
        how, given = "unmerge", Given(reason=order.reason)
    step.children += [Child(row["no"], how, given) for row in rows.children(step.tx, step.ticket["id"])]


# --- inside --------------------------------------------------------------------------------------------------------


def _parent(step: Step) -> sqlite3.Row:
    no = step.order.other_no
    found = ticket_rows.ticket(step.tx, no) if no is not None else None
    if found is None:
        raise FieldWrong("other_no", "There is no such ticket.")
    return found


def _family(ticket: sqlite3.Row) -> str:
    found = next((row for row in categories.categories() if row.key == ticket["category"]), None)
    return found.group.key if found is not None else ""
