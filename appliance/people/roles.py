"""Who may do what, as one table (domain: roles and permissions). Pages and services read the rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.casework.lifecycle import Actor


class Role(StrEnum):
    OPERATOR = "operator"
    LEAD = "lead"
    UNIT = "unit"  # a department's own people
    LEADER = "leader"  # the county's leaders: read, numbers masked
    AUDITOR = "auditor"
    TECHNICIAN = "technician"  # never sees citizens' data


class Sight(StrEnum):
    """Which tickets a role may see."""

    ALL = "all"
    MASKED = "masked"  # all, but names and numbers are hidden
    OWN = "own"  # those its department has in hand
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RoleRow:
    role: Role
    label: str  # message id
    actor: Actor | None  # as whom it moves tickets
    tickets: Sight
    hears: bool = False  # recordings, and reads what was taken from them; which ones is appliance.recordings.views
    keeps_users: bool = False
    keeps_lines: bool = False


ROLES = (
    RoleRow(Role.OPERATOR, "Operator", Actor.OPERATOR, Sight.ALL, hears=True),
    RoleRow(Role.LEAD, "Lead", Actor.LEAD, Sight.ALL, hears=True, keeps_users=True, keeps_lines=True),
    RoleRow(Role.UNIT, "Department", Actor.UNIT, Sight.OWN),
    RoleRow(Role.LEADER, "County leader", None, Sight.MASKED),
    RoleRow(Role.AUDITOR, "Auditor", None, Sight.MASKED),
    RoleRow(Role.TECHNICIAN, "Technician", None, Sight.NONE, keeps_lines=True),
)

_ROW = {row.role: row for row in ROLES}


def row(role: Role) -> RoleRow:
    """What this role may do."""
    return _ROW[role]
