"""What must be true before a move, as one table: the guards of the specification's rows 2 to 24.

A guard raises FieldWrong where the move is impossible as it was asked for, and says what would cure it; where an
operator may not decide it in these circumstances it sets `needs_lead`. It changes nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from appliance.casework import duty_known, forms, grounds, lifecycle, merging, survey_rules, unit_hours
from appliance.casework.lifecycle import HAPPY_FROM, Actor
from appliance.casework.orders import RESULTS, Order, Step
from appliance.clock import from_utc_text
from appliance.errors import FieldWrong
from appliance.limits import due
from db import assignments as tasks
from db import requests, survey
from db import tickets as rows

LEAST_CONTENT = 5  # characters: less says nothing to a department
WITHOUT_PLACE = frozenset({"enquiry", "suggestion", "praise"})  # about nothing that lies somewhere
ANSWERED_AT_ONCE = frozenset({"enquiry", "suggestion", "praise"})  # by an operator; other types by a lead
DANGER = frozenset({"critical"})  # urgencies that nobody withdraws
FEWEST_ASKED = 2  # departments between which it is unclear whose duty it is
MOST_REDOS = 2
MOST_RETURNS = 2
HIGHEST_LEVEL = 3
REOPENS_FOR = timedelta(days=30)
ARCHIVED_AFTER = timedelta(days=30)

Guard = Callable[[Step], None]


def checked(order: Order) -> Order:
    """The order with what its move uses, and no more. Raises FieldWrong for what the table says is needed and lacks."""
    move = lifecycle.move(order.move)
    if "department" in move.needs and order.department_id is None:
        raise FieldWrong("department_id", "Please choose a department.")
    if "rating" in move.needs and order.rating not in range(1, 6):
        raise FieldWrong("rating", "A rating is a number from 1 to 5.")
    if "days" in move.needs and (order.days is None or order.days < 1):
        raise FieldWrong("days", due.REASONS["no_days"])
    if "ticket" in move.needs and order.other_no is None:
        raise FieldWrong("other_no", "Please write the number of the other ticket.")
    if order.result and order.result not in RESULTS:
        raise FieldWrong("result", forms.UNKNOWN)
    grounds.check(order.move, order.ground, order.where)
    for name, value in (("text", order.text), ("reason", order.reason), ("where", order.where)):
        if name in move.needs:
            forms.text_given(name, value)
        else:
            forms.short_enough(name, value)
    return order if "rating" in move.needs else replace(order, rating=None)


def look(step: Step) -> None:
    """Hold every guard of this move against the ticket. Raises FieldWrong."""
    _really_happened(step)
    for guard in GUARDS.get(step.order.move, ()):
        guard(step)


def _really_happened(step: Step) -> None:
    """A time of arrival lies between the dispatch and now. While the clock is wrong nobody can say so."""
    at = step.order.happened_at
    if at is None:
        return
    if not lifecycle.is_for_unit(step.order.move) or step.order.actor is Actor.UNIT:
        raise FieldWrong("happened_at", "Only what a department did and you write down has a time of its own.")
    if step.timing.is_known and at > step.timing.now:
        raise FieldWrong("happened_at", "That is in the future.")
    task = step.assignment
    if task is not None and task["clock_ok"] and at < from_utc_text(task["sent_at"]):
        raise FieldWrong(
            "happened_at", "That is before it was dispatched (%(sent_at)s).", sent_at=from_utc_text(task["sent_at"])
        )


# --- row 2: accept -------------------------------------------------------------------------------------------------


def _is_sorted(step: Step) -> None:
    if not step.ticket["type"]:
        raise FieldWrong("type", forms.REQUIRED)
    if not step.ticket["category"]:
        raise FieldWrong("category", forms.NO_CATEGORY)
    kept = rows.words(step.tx, step.ticket["id"])
    if kept is None:
        return  # its words were erased: nobody can write them again
    if len("".join(kept["content"].split())) < LEAST_CONTENT:
        raise FieldWrong(
            "content", "Please write what it is about: at least %(least)d characters.", least=LEAST_CONTENT
        )
    if step.ticket["type"] not in WITHOUT_PLACE and not kept["place"] and not step.ticket["town"]:
        raise FieldWrong("place", 'Please write where it is, or "none".')


# --- rows 3 to 8: what the desk does with it -----------------------------------------------------------------------


def _caller_has_nothing_open(step: Step) -> None:
    """A silent call of somebody whose matter is open may be about it."""
    citizen_id = step.ticket["citizen_id"]
    if citizen_id is not None and tasks.other_open_of(step.tx, citizen_id, step.ticket["id"]):
        step.needs_lead = True


def _answers_a_question(step: Step) -> None:
    if step.ticket["type"] not in ANSWERED_AT_ONCE:
        step.needs_lead = True


def _nobody_knows_whose_duty_it_is(step: Step) -> None:
    """Two departments are named, or the table has no row for it. After two returns this is the only way on."""
    is_returned = step.ticket["returns"] >= MOST_RETURNS
    if is_returned or len(set(step.order.co_department_ids)) >= FEWEST_ASKED:
        return
    today = step.timing.hours.local_date(step.timing.now).isoformat() if step.timing.is_known else ""
    unit = duty_known.unit_by_table(step.tx, step.ticket, today)
    if unit is not None:
        raise FieldWrong(
            "co_department_ids",
            "The routing table names %(unit)s for this: send it there. If the duty is unclear all the same, name the"
            " departments it lies between, at least %(least)d.",
            unit=unit["name_zh"],
            least=FEWEST_ASKED,
        )


# --- rows 10, 11: returns ------------------------------------------------------------------------------------------


def _in_time_to_return(step: Step) -> None:
    """Later a department asks on the telephone, and a lead decides."""
    task = step.assignment
    if task is None or not task["clock_ok"] or not step.timing.is_known:
        return
    when = step.order.happened_at or step.timing.now
    hours = unit_hours.of_department(step.tx, task["department_id"], step.timing.hours)
    refused = due.return_refused(when, from_utc_text(task["sent_at"]), hours)
    if refused is None:
        return
    if step.order.actor is Actor.UNIT:
        raise FieldWrong(refused.field, refused.reason, **refused.fields)
    step.needs_lead = True


def _not_returned_too_often(step: Step) -> None:
    if step.ticket["returns"] >= MOST_RETURNS:
        raise FieldWrong("reason", "It was returned twice: ask whose duty it is, so that it is settled for good.")


def _returned_twice_is_the_leads(step: Step) -> None:
    if step.ticket["returns"] >= MOST_RETURNS:
        step.needs_lead = True


# --- rows 12, 13: time ---------------------------------------------------------------------------------------------


def current_due(step: Step) -> due.Due | None:
    """The due time that counts now, where one was worked out."""
    at = step.ticket["due_at"]
    return due.Due(from_utc_text(at), step.ticket["due_basis"]) if at is not None else None


def _may_have_more_time(step: Step) -> None:
    current = current_due(step)
    if not step.timing.is_known or current is None:
        raise FieldWrong("days", "The clock of the box is not set yet: no due time can be moved.")
    days, made = step.order.days or 0, step.ticket["extensions"]
    refused = due.extension_refused(_asked_for_time_at(step), current, days, made, step.timing.hours)
    if refused is not None:
        raise FieldWrong(refused.field, refused.reason, **refused.fields)


def _asked_for_time_at(step: Step) -> datetime:
    """When it was asked for: paper is entered after it came, and a lead may decide after the due time."""
    asked = requests.open_of(step.tx, step.ticket["id"], ("extension", "extend"))
    first = min((from_utc_text(row["asked_at"]) for row in asked), default=None)
    return step.order.happened_at or step.order.asked_at or first or step.timing.now


def _may_ask_for_more_time(step: Step) -> None:
    _may_have_more_time(step)
    if requests.open_of(step.tx, step.ticket["id"], ("extension",)):
        raise FieldWrong("days", "More time was asked for already; a lead decides about it.")


def _may_pause(step: Step) -> None:
    if not step.timing.is_known:
        raise FieldWrong("days", "The clock of the box is not set yet: no due time can be moved.")
    refused = due.pause_refused(step.order.days or 0, step.timing.hours)
    if refused is not None:
        raise FieldWrong(refused.field, refused.reason, **refused.fields)


# --- rows 14 to 18: replies and the citizen's word -----------------------------------------------------------------


def _everybody_replied(step: Step) -> None:
    owing = [row["name_zh"] for row in tasks.co_running(step.tx, step.ticket["id"]) if row["replied_at"] is None]
    if not owing:
        return
    if step.order.actor is Actor.UNIT or not step.order.override:
        raise FieldWrong(
            "co_department_ids", "These departments have not replied yet: %(names)s.", names="\u3001".join(owing)
        )
    step.needs_lead = True


def _by_another_than_wrote_it(step: Step) -> None:
    """Who approves his own wording is stamped; where the office has more people, another one does it."""
    by = step.order.user_id
    if by is not None and tasks.replied_by(step.tx, step.ticket["id"], "reply") == by:
        step.needs_another = True


def _not_redone_too_often(step: Step) -> None:
    if step.ticket["redos"] >= MOST_REDOS:
        raise FieldWrong("reason", "It was done again twice already: supervise it, or close it as explained.")


def _is_not_unhappy(step: Step) -> None:
    """An unhappy citizen is not closed away by whoever handled the ticket."""
    rating = step.ticket["rating"]
    if rating is not None and rating < HAPPY_FROM:
        step.needs_lead = True


def _was_asked_often_enough(step: Step) -> None:
    """Nobody is unreachable before the rule of tries says so (row 17). What a call came to, the survey wrote down."""
    if step.order.actor is not Actor.SYSTEM and is_asked_too_seldom(survey.open_of(step.tx, step.ticket["id"])):
        step.needs_lead = True


def is_asked_too_seldom(asked: sqlite3.Row | None) -> bool:
    """Of this open survey: the tries are not over, and no call came to an end of its own."""
    if asked is None or asked["outcome"]:
        return False
    return survey_rules.after_try(asked["tries"], asked["days"], can_text=False) != survey_rules.UNREACHABLE


def _level_is_known(step: Step) -> None:
    if step.order.level is not None and step.order.level not in range(1, HIGHEST_LEVEL + 1):
        raise FieldWrong("level", forms.UNKNOWN)


# --- rows 21 to 23: ends -------------------------------------------------------------------------------------------


def _is_no_danger(step: Step) -> None:
    if step.ticket["urgency"] in DANGER:
        raise FieldWrong("reason", "A danger is not withdrawn: it is handled whoever told of it.")


def _closed_not_long_ago(step: Step) -> None:
    closed_at = step.ticket["closed_at"]
    if not step.timing.is_known or closed_at is None:
        return
    if step.timing.now - from_utc_text(closed_at) > REOPENS_FOR:
        raise FieldWrong(
            "reason", "It was closed more than %(days)d days ago: open a new ticket.", days=REOPENS_FOR.days
        )


def _closed_long_ago(step: Step) -> None:
    """The sweep's own guard: it looks a moment earlier, and somebody may have asked for something since."""
    closed_at = step.ticket["closed_at"]
    is_young = closed_at is None or step.timing.now - from_utc_text(closed_at) < ARCHIVED_AFTER
    if is_young or not step.timing.is_known or requests.open_of(step.tx, step.ticket["id"]):
        raise FieldWrong("reason", "It is not yet time to archive it.")


# --- row 9, 14: co-departments -------------------------------------------------------------------------------------


def _helps(step: Step) -> None:
    if step.co_assignment is None:
        raise FieldWrong("department_id", "This department does not help with the ticket.")


GUARDS: Mapping[str, tuple[Guard, ...]] = {
    "accept": (_is_sorted,),
    "void": (_caller_has_nothing_open,),
    "answer": (_answers_a_question,),
    "confer": (_nobody_knows_whose_duty_it_is, _returned_twice_is_the_leads),
    "return": (_in_time_to_return,),
    "approve_return": (_not_returned_too_often,),
    "refuse_return": (_not_returned_too_often,),
    "ask_extension": (_may_ask_for_more_time,),
    "extend": (_may_have_more_time,),
    "pause": (_may_pause,),
    "reply": (_everybody_replied,),
    "approve": (_by_another_than_wrote_it,),
    "close": (_is_not_unhappy, _was_asked_often_enough),
    "redo": (_not_redone_too_often,),
    "supervise": (_level_is_known,),
    "merge": (merging.can_join,),
    "unmerge": (merging.can_part,),
    "withdraw": (_is_no_danger,),
    "reopen": (_closed_not_long_ago,),
    "archive": (_closed_long_ago,),
    "co_sign": (_helps,),
    "co_reply": (_helps,),
    "co_return": (_helps,),
}
