"""Who sees which tickets, decided in one place.

A department sees its own tickets while it has them in hand; leaders and auditors see all, without names and numbers;
technicians see none. `None` instead of a user is the office itself.
"""

from __future__ import annotations

import sqlite3

from appliance.casework import lifecycle
from appliance.casework.lifecycle import Actor
from appliance.errors import NotAllowed
from appliance.people import roles
from appliance.people.roles import Role, Sight
from appliance.people.user import User

IN_HAND = lifecycle.WITH_UNIT
ALL = tuple(row.key for row in lifecycle.STATUSES)
NOTHING = ("",)  # no ticket has this status


def of(user: User | None) -> Sight:
    """Raises NotAllowed for a role that sees no tickets at all."""
    sight = roles.row(user.role).tickets if user else Sight.ALL
    if sight is Sight.NONE:
        raise NotAllowed
    return sight


def may_see(user: User | None, row: sqlite3.Row) -> bool:
    """Whether this user sees the ticket of this row, which has `status`, `department_id` and `co_departments`.

    Raises NotAllowed for a role that sees no tickets at all.
    """
    if user is None or of(user) is not Sight.OWN:
        return True
    is_own = row["department_id"] == user.department_id or f",{user.department_id}," in (row["co_departments"] or "")
    return is_own and row["status"] in IN_HAND


def narrowed(
    statuses: tuple[str, ...], department_id: int | None, user: User | None
) -> tuple[tuple[str, ...], int | None]:
    """The filters of a list, narrowed to what this user may see. No statuses are all of them, None is any department.

    Raises NotAllowed for a role that sees no tickets at all.
    """
    if user is not None and of(user) is Sight.OWN:
        return tuple(status for status in statuses or IN_HAND if status in IN_HAND) or NOTHING, user.department_id or 0
    of(user)
    return statuses, department_id


def is_masked(user: User | None) -> bool:
    """Names and numbers are hidden from this user."""
    return of(user) is Sight.MASKED


def hears(user: User) -> bool:
    """What a machine wrote down of a recording is read by nobody who could not hear the recording itself."""
    return roles.row(user.role).hears


def is_desk(user: User) -> bool:
    """Operators and leads: who talks with citizens."""
    return roles.row(user.role).actor in {Actor.OPERATOR, Actor.LEAD}


def must_be_desk(user: User) -> None:
    """Raises NotAllowed for everybody who does not sit at the desk."""
    if not is_desk(user):
        raise NotAllowed


def own_unit(user: User) -> int:
    """The department of one of its own people. Raises NotAllowed for everybody else."""
    if user.role is not Role.UNIT or user.department_id is None:
        raise NotAllowed
    return user.department_id


def must_be_lead(user: User) -> None:
    """Raises NotAllowed for everybody but a lead."""
    if user.role is not Role.LEAD:
        raise NotAllowed
