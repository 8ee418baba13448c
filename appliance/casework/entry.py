"""The moments that an operator types, and what a form says of a ticket besides its words. No clock, no rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from appliance.casework.views import Arrival, TicketForm
from appliance.clock import utc_text
from appliance.errors import FieldWrong
from appliance.limits.hours import OfficeHours

AS_TYPED = "%Y-%m-%dT%H:%M"
NOT_A_MOMENT = "Write day and time, for example 2026-11-22 14:05."
NOT_YET = "This lies in the future."
LONG_AGO = "This is more than %(days)d days ago. Look at the year once more."
PAPER_WAITS_DAYS = 366  # longer than any outage: a slip of the pen
LIMIT_PASSED = "This day lies before the ticket came."


def as_typed(moment: datetime | None, zone: tzinfo) -> str:
    """A moment as the browser's field takes it."""
    return moment.astimezone(zone).strftime(AS_TYPED) if moment is not None else ""


def moment_of(field: str, typed: str, zone: tzinfo, now: datetime | None) -> datetime | None:
    """What was typed, None for nothing. Raises FieldWrong. `now` is None while the box does not know the time."""
    if not typed:
        return None
    try:
        found = datetime.fromisoformat(typed)
        found = found.replace(tzinfo=zone) if found.tzinfo is None else found
        found = found.astimezone(zone)
    except (ValueError, OverflowError):
        raise FieldWrong(field, NOT_A_MOMENT) from None
    if now is not None and found > now:
        raise FieldWrong(field, NOT_YET)
    return found


def taken_at(arrival: Arrival, zone: tzinfo, now: datetime | None) -> datetime | None:
    """When it was taken down on paper; None if it was not. Raises FieldWrong."""
    found = moment_of("taken_at", arrival.taken_at, zone, now)
    if found is not None and now is not None and now - found > timedelta(days=PAPER_WAITS_DAYS):
        raise FieldWrong("taken_at", LONG_AGO, days=PAPER_WAITS_DAYS)
    return found


def upper_due_at(arrival: Arrival, hours: OfficeHours, came_at: datetime) -> datetime | None:
    """The end of the day until which the office above waits. Raises FieldWrong."""
    if not arrival.upper_due_on:
        return None
    try:
        day = date.fromisoformat(arrival.upper_due_on)
        found = hours.closing(day)
    except (ValueError, OverflowError):
        raise FieldWrong("upper_due_on", "Write a day, for example 2026-11-27.") from None
    if day < hours.local_date(came_at):
        raise FieldWrong("upper_due_on", LIMIT_PASSED)
    return found


def arrived(arrival: Arrival | None, hours: OfficeHours, now: datetime, *, is_known: bool) -> dict[str, str | None]:
    """What of a ticket's coming stands in its row. `is_known`: the box knows what time it is. Raises FieldWrong."""
    if arrival is None:
        return {"created_at": utc_text(now)}
    taken = taken_at(arrival, hours.zone, now if is_known else None)
    upper = upper_due_at(arrival, hours, taken or now)
    return {
        "created_at": utc_text(taken or now),
        "entered_at": utc_text(now) if taken is not None else None,
        "upper_no": arrival.upper_no,
        "upper_due_at": utc_text(upper) if upper is not None else None,
    }


def columns(form: TicketForm, zone: tzinfo, now: datetime | None) -> dict[str, str | int | None]:
    """What of the form stands in the ticket's own row. Raises FieldWrong."""
    occurred_at = moment_of("occurred_at", form.occurred_at, zone, now)
    return {
        "type": form.type,
        "category": form.category,
        "urgency": form.urgency,
        "town": form.town,
        "is_confidential": int(form.is_confidential),
        "is_anonymous": int(form.is_anonymous),
        "occurred_at": utc_text(occurred_at) if occurred_at is not None else None,
    }
