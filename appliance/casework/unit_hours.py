"""By whose hours a department's limits run: its own where it writes some, else the office's.

A line that this version cannot read (a restored file of another one, say) never stops the work: the office's count.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from appliance.limits.hours import HoursWrong, OfficeHours
from appliance.trouble import where
from db import people
from db.store import Reads

log = logging.getLogger(__name__)


def of_department(reads: Reads, department_id: int | None, office: OfficeHours) -> OfficeHours:
    """The hours that this department's limits end by; the office's for none."""
    unit = people.department(reads, department_id) if department_id is not None else None
    return of_pattern(unit["hours"], office) if unit is not None else office


def of_all(reads: Reads, office: OfficeHours) -> Mapping[int, OfficeHours]:
    """By department, those alone that write hours of their own; alike lines share one object."""
    rows = people.departments_with_hours(reads)
    known = {text: of_pattern(text, office) for text in {row["hours"] for row in rows}}
    return {row["id"]: known[row["hours"]] for row in rows if known[row["hours"]].pattern}


def of_pattern(text: str, office: OfficeHours) -> OfficeHours:
    try:
        return office.of_unit(text)
    except HoursWrong as wrong:
        log.error("hours of a department can't be read, the office's count: %s", where(wrong))
        return office
