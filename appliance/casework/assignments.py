"""What departments have in hand: the leading one's task and the co-departments', their limits and signatures."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from appliance.casework import unit_hours
from appliance.casework.orders import Step
from appliance.clock import from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong
from appliance.limits import due
from appliance.limits.hours import OfficeHours
from db import assignments as tasks
from db import people
from db import tickets as rows

LEAD, CO = "lead", "co"
NO_LEAD: dict[str, Any] = {"department_id": None, "assignment_id": None, "due_at": None, "due_basis": ""}


def unit_of(step: Step, department_id: int | None, field: str = "department_id") -> sqlite3.Row:
    """A department that works. Raises FieldWrong."""
    unit = people.department(step.tx, department_id) if department_id is not None else None
    if unit is None or unit["disabled_at"] is not None:
        raise FieldWrong(field, "There is no such department.")
    return unit


def send_out(step: Step, department_id: int, *, round_: int, state: str) -> None:
    """A new task for the leading department, and one for each co-department: each ends by the hours of its own.

    `round_` grows each time it is done again. Raises FieldWrong where a co-department is not there.
    """
    limit = _limit(step, department_id)
    step.assignment_id = _new(step, department_id, LEAD, round_=round_, state=state, limit=limit)
    step.department_id = department_id
    step.changes |= {"department_id": department_id, "assignment_id": step.assignment_id, **limit}
    for co_id in dict.fromkeys(step.order.co_department_ids):
        if co_id != department_id:
            co_unit = unit_of(step, co_id, "co_department_ids")
            co_limit = _limit(step, co_unit["id"])
            _new(step, co_unit["id"], CO, round_=round_, state="sent", limit=co_limit)


def change_leading(step: Step, **values: Any) -> None:
    """The leading department's present task, if there is one that has not ended."""
    task = step.assignment
    if task is not None and task["ended_at"] is None:
        rows.change_assignment(step.tx, task["id"], **values)


def end_all(step: Step, state: str) -> None:
    """Nobody has it in hand any more; co-departments need not go on."""
    change_leading(step, state=state, ended_at=step.timing.at)
    tasks.end_co(step.tx, step.ticket["id"], "approved" if state == "approved" else "withdrawn", step.timing.at)


def signature(step: Step, task: sqlite3.Row | None = None) -> dict[str, Any]:
    """Signed once: who signs again after a return was refused changes nothing of it."""
    if task is not None and task["signed_at"] is not None:
        return {}
    return {"signed_at": step.happened_at, "signed_by": step.order.user_id}


def reply_of(step: Step, task: sqlite3.Row) -> dict[str, Any]:
    """What a reply leaves on the task it answers; how late it is counts from when it truly arrived."""
    contacted = step.order.contacted
    return {
        "state": "replied",
        "replied_at": step.happened_at,
        "reply_note_id": step.note_id,
        "result": step.order.result,
        "contacted": None if contacted is None else int(contacted),
        "late_minutes": _late_minutes(step, task),
        **signature(step, task),
    }


def hours_of(step: Step, department_id: int | None) -> OfficeHours:
    """By which the limits of this department end."""
    return unit_hours.of_department(step.tx, department_id, step.timing.hours)


def move_due(step: Step, current: due.Due, move: Callable[[due.Due, OfficeHours], due.Due]) -> None:
    """A new limit for all who have it in hand, each by its own hours, with how it was worked out."""
    for task in tasks.running(step.tx, step.ticket["id"]):
        if task["due_at"] is not None and task["id"] != step.ticket["assignment_id"]:
            its_own = due.Due(from_utc_text(task["due_at"]), task["due_basis"])
            moved = move(its_own, hours_of(step, task["department_id"]))
            rows.change_assignment(step.tx, task["id"], **_as_columns(moved))
    limit = _as_columns(move(current, hours_of(step, step.ticket["department_id"])))
    change_leading(step, **limit)
    step.changes |= limit


def _new(step: Step, department_id: int, role: str, *, round_: int, state: str, limit: dict[str, Any]) -> int:
    timing = step.timing
    signs_by = None
    if timing.is_known and state == "sent":
        urgency = step.changes.get("urgency", step.ticket["urgency"])
        signs_by = due.sign_due_at(timing.now, urgency, hours_of(step, department_id))
    return step.tx.insert(
        "assignment",
        ticket_id=step.ticket["id"],
        department_id=department_id,
        role=role,
        round=round_,
        state=state,
        sent_at=timing.at,
        sent_by=step.order.user_id,
        sign_due_at=utc_text(signs_by) if signs_by is not None else None,
        boot_id=timing.boot_id,
        clock_ok=int(timing.is_known),
        **limit,
        **(signature(step) if state == "signed" else {}),
    )


def _limit(step: Step, department_id: int) -> dict[str, Any]:
    timing, ticket = step.timing, step.ticket
    if not timing.is_known:
        return {"due_at": None, "due_basis": due.UNKNOWN_BASIS}
    urgency = step.changes.get("urgency", ticket["urgency"])
    upper_due = moment_or_none(ticket["upper_due_at"])
    hours = hours_of(step, department_id)
    return _as_columns(due.due_at(timing.now, ticket["type"], urgency, hours, upper_due=upper_due))


def _as_columns(limit: due.Due) -> dict[str, Any]:
    return {"due_at": utc_text(limit.at), "due_basis": limit.basis}


def _late_minutes(step: Step, task: sqlite3.Row) -> int:
    if task["due_at"] is None or not step.timing.is_known:
        return int(task["late_minutes"])
    late = from_utc_text(step.happened_at) - from_utc_text(task["due_at"])
    return max(0, int(late.total_seconds() // 60))
