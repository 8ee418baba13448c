"""What each move of the lifecycle table does to the rows, besides the new status.

One row of EFFECTS per move; a test holds it against the table. An effect only collects what is to be written to the
ticket: the one UPDATE, guarded by the version, is made by the caller (casework/moving.py). What must be true before
stands in guards.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from appliance.casework import assignments, forms, guards, lifecycle, merging
from appliance.casework.orders import Order, Step, Timing
from appliance.clock import from_utc_text, utc_text
from appliance.limits import due
from db import assignments as tasks
from db import requests as request_rows
from db import tickets as rows

__all__ = ["EFFECTS", "Order", "Step", "Timing", "apply"]

# Texts that belong to a move are notes of these kinds.
NOTE_KINDS = {
    "reply": "reply",
    "co_reply": "reply",
    "answer": "answer",
    "approve": "answer",
    "parent_answered": "answer",
}
# What a move settles of what was asked for before, and how.
SETTLES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "extend": (("extension", "extend"), "granted"),
    "refuse_extension": (("extension", "extend"), "refused"),
    "return": (("return",), "granted"),
    "take_back": (("return", "extension", "extend", "pause"), "lapsed"),
    "approve_return": (("return", "extension", "extend", "pause"), "lapsed"),
    "confer": (("return", "extension", "extend", "pause"), "lapsed"),
    "reply": (("extension", "extend", "pause", "ask_extension"), "lapsed"),
    "withdraw": (("withdraw",), "granted"),
    "supervise": (("supervise",), "granted"),
    "redo": (("redo",), "granted"),
}
OUTLIVES = frozenset({"exclusion"})  # asked of tickets that are finished too

Effect = Callable[[Step], None]


def apply(step: Step) -> None:
    """Collect everything the move changes, and write what stands in other tables than the ticket's own."""
    for effect in EFFECTS[step.order.move]:
        effect(step)
    _leaves_pause(step)
    _settles(step)


# --- effects -------------------------------------------------------------------------------------------------------


def _texts(step: Step) -> None:
    """The move's text, its reason and whereto as notes. The one that the move is about belongs to it in the history."""
    order = step.order
    step.text = forms.clean(order.text)
    kinds = {NOTE_KINDS.get(order.move, "note"): step.text, "reason": forms.clean(order.reason)}
    kinds |= {"where": forms.clean(order.where)}
    who = {"user_id": order.user_id, "handler_id": order.handler_id, "sms_id": order.sms_id}
    notes = {
        kind: rows.add_note(step.tx, step.ticket["id"], step.timing.at, kind, words, **who)
        for kind, words in kinds.items()
        if words
    }
    needs = lifecycle.move(order.move).needs
    about = next((kind for kind in ("reason", "where") if kind in needs and "text" not in needs), None)
    step.note_id = notes.get(about) if about is not None else next(iter(notes.values()), None)


def _accepts(step: Step) -> None:
    step.changes["accepted_at"] = step.timing.at


def _ends(step: Step) -> None:
    step.changes |= {"closed_at": step.timing.at, "close_reason": step.order.move, "is_open": 0}
    step.changes["close_ground"] = step.order.ground


def _dispatches(step: Step) -> None:
    unit = assignments.unit_of(step, step.order.department_id)
    if step.order.urgency:
        step.changes["urgency"] = forms.known("urgency", step.order.urgency)
    step.changes["dispatched_at"] = step.timing.at
    assignments.send_out(step, unit["id"], round_=step.ticket["round"], state="sent")


def _signs(step: Step) -> None:
    task = step.assignment
    if task is not None:
        assignments.change_leading(step, state="signed", **assignments.signature(step, task))


def _takes_back(step: Step) -> None:
    assignments.end_all(step, "returned")
    step.changes |= assignments.NO_LEAD


def _counts_return(step: Step) -> None:
    step.changes["returns"] = step.ticket["returns"] + 1


def _asks_for_time(step: Step) -> None:
    """A request that a lead decides: by `extend` or `refuse_extension`."""
    order = step.order
    request_rows.add(
        step.tx,
        ticket_id=step.ticket["id"],
        assignment_id=step.ticket["assignment_id"],
        kind="extension",
        days=order.days,
        note_id=step.note_id,
        asked_at=step.happened_at,
        asked_by=order.user_id,
        handler_id=order.handler_id,
        sms_id=order.sms_id,
    )


def _extends(step: Step) -> None:
    current = guards.current_due(step)
    if current is not None:
        days = step.order.days or 0
        assignments.move_due(step, current, lambda one, hours: due.extended(one, days, hours))
    step.changes["extensions"] = step.ticket["extensions"] + 1


def _pauses(step: Step) -> None:
    hours = assignments.hours_of(step, step.ticket["department_id"])
    until = due.pause_until(step.timing.now, step.order.days or 0, hours)
    step.changes |= {"paused_at": step.timing.at, "resume_at": utc_text(until)}


def _goes_on(step: Step) -> None:
    """The clock stood still meanwhile: due later by the working time that passed."""
    current, paused_at = guards.current_due(step), step.ticket["paused_at"]
    if current is not None and paused_at is not None and step.timing.is_known:
        since = from_utc_text(paused_at)
        until = _when_it_ended(step)
        if until > since:
            assignments.move_due(step, current, lambda one, hours: due.after_pause(one, since, until, hours))


def _replies(step: Step) -> None:
    task = step.assignment
    if task is not None:
        assignments.change_leading(step, **assignments.reply_of(step, task))


def _approves(step: Step) -> None:
    """The citizen gets the operator's wording where there is one, else the department's."""
    task = step.assignment
    if not step.text and task is not None:
        step.text = rows.note_text(step.tx, task["reply_note_id"])
    assignments.end_all(step, "approved")
    step.changes["rating_asked_at"] = step.timing.at


def _sends_back(step: Step) -> None:
    """Past the due time, being sent back begins a new round (domain 4.2, row 15)."""
    assignments.change_leading(step, state="signed", replied_at=None)
    due_at = step.ticket["due_at"]
    if step.timing.is_known and due_at is not None and due_at <= step.timing.at:
        step.changes["round"] = step.ticket["round"] + 1


def _rates(step: Step) -> None:
    step.changes["rating"] = step.order.rating


def _does_again(step: Step) -> None:
    round_ = step.ticket["round"] + 1
    step.changes |= {"round": round_, "rating": None, "rating_asked_at": None, "redos": step.ticket["redos"] + 1}
    if step.ticket["department_id"] is not None:
        assignments.send_out(step, step.ticket["department_id"], round_=round_, state="signed")


def _reopens(step: Step) -> None:
    """With its department of before, which begins anew; without one it waits to be sent out."""
    round_ = step.ticket["round"] + 1
    step.changes |= {
        "round": round_, "is_open": 1, "closed_at": None, "close_reason": "", "close_ground": "",
        "rating": None, "rating_asked_at": None, "redos": 0, "extensions": 0, **assignments.NO_LEAD,
    }  # fmt: skip
    task = tasks.last_leading(step.tx, step.ticket["id"])
    if task is None or task["state"] == "returned":
        step.to_status = lifecycle.move("reopen").or_status
        return
    assignments.send_out(step, task["department_id"], round_=round_, state="signed")


def _withdraws(step: Step) -> None:
    assignments.end_all(step, "withdrawn")


def _supervises(step: Step) -> None:
    level = step.order.level or step.ticket["supervised_level"] + 1
    step.changes["supervised_level"] = min(max(level, step.ticket["supervised_level"]), guards.HIGHEST_LEVEL)


def _archives(step: Step) -> None:
    step.changes["archived_at"] = step.timing.at


# --- effects of co-departments -------------------------------------------------------------------------------------


def _co_signs(step: Step) -> None:
    task = step.co_assignment
    if task is not None and task["signed_at"] is None:
        rows.change_assignment(step.tx, task["id"], state="signed", **assignments.signature(step, task))


def _co_replies(step: Step) -> None:
    task = step.co_assignment
    if task is not None:
        rows.change_assignment(step.tx, task["id"], **assignments.reply_of(step, task))


def _co_returns(step: Step) -> None:
    task = step.co_assignment
    if task is not None:
        rows.change_assignment(step.tx, task["id"], state="returned", ended_at=step.timing.at)


EFFECTS: Mapping[str, tuple[Effect, ...]] = {
    "accept": (_texts, _accepts),
    "void": (_texts, _ends, merging.follow),
    "reject": (_texts, _ends, merging.follow),
    "answer": (_texts, _ends, merging.follow),
    "dispatch": (_texts, _dispatches),
    "confer": (_texts, _takes_back),
    "decide": (_texts, _dispatches),
    "sign": (_texts, _signs),
    "co_sign": (_texts, _co_signs),
    "return": (_texts, _counts_return),
    "co_return": (_texts, _co_returns),
    "approve_return": (_texts, _takes_back),
    "refuse_return": (_texts,),
    "take_back": (_texts, _takes_back),
    "ask_extension": (_texts, _asks_for_time),
    "extend": (_texts, _extends),
    "refuse_extension": (_texts,),
    "pause": (_texts, _pauses),
    "resume": (_texts, _goes_on),
    "reply": (_texts, _replies),
    "co_reply": (_texts, _co_replies),
    "send_back": (_texts, _sends_back),
    "approve": (_texts, _approves, merging.follow),
    "rate": (_texts, _rates, _ends),
    "close": (_texts, _ends),
    "dissatisfied": (_texts, _rates),
    "redo": (_texts, _does_again),
    "explain": (_texts, _ends, merging.follow),
    "supervise": (_texts, _supervises),
    "merge": (_texts, merging.join, _ends),
    "unmerge": (_texts, merging.part),
    "parent_answered": (_texts,),
    "withdraw": (_texts, _withdraws, _ends, merging.follow),
    "reopen": (_texts, _reopens),
    "archive": (_texts, _archives),
    "transfer": (_texts, _withdraws, _ends, merging.follow),
}


# --- after every move ----------------------------------------------------------------------------------------------


def _when_it_ended(step: Step) -> datetime:
    """A pause ends when it was to end, however late the box finds out (it may have been off)."""
    resume_at = step.ticket["resume_at"]
    return min(step.timing.now, from_utc_text(resume_at)) if resume_at is not None else step.timing.now


def _leaves_pause(step: Step) -> None:
    if step.ticket["paused_at"] is not None and step.to_status != step.ticket["status"]:
        step.changes |= {"paused_at": None, "resume_at": None}


def _settles(step: Step) -> None:
    """Requests that this move answers, and those that an end leaves without sense."""
    kinds, state = SETTLES.get(step.order.move, ((), ""))
    at, by = step.timing.at, step.order.user_id
    for row in request_rows.open_of(step.tx, step.ticket["id"]):
        if row["kind"] in kinds:
            request_rows.decide(step.tx, row["id"], state, at=at, by=by, note_id=step.note_id)
        elif not lifecycle.status(step.to_status).is_open and row["kind"] not in OUTLIVES:
            request_rows.decide(step.tx, row["id"], "lapsed", at=at, by=by)
