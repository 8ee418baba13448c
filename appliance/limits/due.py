"""Until when a ticket must be answered, signed for or given back, and what moves that. Pure: handed `now`.

A limit in working days counts from the next working day and ends when whoever it runs for closes on the last one: a
department by its own hours (`hours.of_unit`), the office by the office's. An urgent one runs by the clock. Which
limits count is the preset in force (`hours.preset`). The basis of a due time holds all that it was made of, with the
hours of a department that writes its own ("open"), so that it can be worked out again when something of it changes:

    {"preset":"default","rule":"help","from":"2026-12-29","workdays":5,"calendar":"2026","provisional":true,
     "open":"mon-fri 08:00-16:30","steps":[["extended",3],
     ["paused","2027-01-04T01:00:00+00:00","2027-01-05T01:00:00+00:00"]]}
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from appliance.limits.horizon import Horizon, horizon
from appliance.limits.hours import OfficeHours
from appliance.limits.presets import OWN_HOURS
from appliance.limits.workdays import later

__all__ = ["OWN_HOURS", "Due", "Horizon", "Refused", "horizon"]

UNKNOWN_BASIS = "clock"  # the due time waits until the box knows what time it is
PAPER_DAYS = {1: 3, 2: 2, 3: 1}  # working days to answer a paper of supervision, by its level
SIGN_SHARE = 4  # what runs by the clock is signed for in its first quarter

REASONS = {
    "no_days": "Please write how many working days: 1 or more.",
    "too_late": "The time is already over: more of it can only be given before that.",
    "never": "More time is not given in this office.",
    "too_often": "More time was given already (%(count)d): it is not given more often than that.",
    "too_long": "That is too long: at most %(days)d working days are allowed.",
    "return_late": "It may be given back until %(until)s only. After that a lead decides.",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A due time and how it was worked out (JSON), so that no change of it is silent."""

    at: datetime
    basis: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the limits in force don't allow it: the form's field, a sentence (message id) and what fills its gaps."""

    field: str
    reason: str
    fields: Mapping[str, object] = dataclasses.field(default_factory=dict, hash=False)


def due_at(now: datetime, type_: str, urgency: str, hours: OfficeHours, *, upper_due: datetime | None = None) -> Due:
    """When the department's answer to a ticket dispatched `now` is due.

    `upper_due`: until when an office above waits for ours. Then never later than one working day before that.
    """
    preset = hours.preset
    facts: dict[str, Any] = {"preset": preset.key, "rule": type_, "from": hours.local_date(now).isoformat()}
    if urgency in preset.clock_hours:
        facts |= {"rule": urgency, "hours": preset.clock_hours[urgency]}
    else:
        facts |= {"workdays": preset.workdays_of(type_)} | ({} if preset.counts_from_next_day else {"same_day": True})
    facts |= {"upper": upper_due.astimezone(UTC).isoformat()} if upper_due is not None else {}
    return _worked_out(now, facts, hours)


def again(basis: str, since: datetime, hours: OfficeHours) -> Due:
    """The same limit with all that was added to it, by the calendar of `hours`. `since`: when it began to count."""
    return _worked_out(since, json.loads(basis), hours)


def sign_due_at(now: datetime, urgency: str, hours: OfficeHours) -> datetime:
    """Until when a ticket dispatched `now` is to be signed for."""
    by_office_time = hours.add_open(now, timedelta(hours=hours.preset.sign_hours))
    if urgency not in hours.preset.clock_hours:
        return by_office_time
    return min(by_office_time, later(now, timedelta(hours=hours.preset.clock_hours[urgency]) / SIGN_SHARE))


def return_until(now: datetime, hours: OfficeHours) -> datetime:
    """Until when a department may say of a ticket dispatched `now` that it isn't its duty."""
    return _closing_after(now, hours.preset.return_days, hours)


def pause_until(now: datetime, days: int, hours: OfficeHours) -> datetime:
    """When a pause of so many working days that begins `now` ends by itself."""
    return _closing_after(now, days, hours)


def extended(current: Due, days: int, hours: OfficeHours) -> Due:
    """So many working days more, until closing time."""
    return _with_step(current, ["extended", days], hours)


def after_pause(current: Due, paused_at: datetime, resumed_at: datetime, hours: OfficeHours) -> Due:
    """Later by the working time that passed meanwhile; what runs by the clock by all of it."""
    moments = (moment.astimezone(UTC).isoformat() for moment in (paused_at, resumed_at))
    return _with_step(current, ["paused", *moments], hours)


def with_steps_of(basis: str, fresh: Due, hours: OfficeHours) -> Due:
    """A due time worked out afresh (another type, say) with the pauses and extensions that the former one had."""
    for step in _facts(basis).get("steps", ()):
        fresh = _with_step(fresh, step, hours)
    return fresh


def pattern_of(basis: str) -> str:
    """The hours that this due time was worked out by, as the department wrote them; '' = the office's."""
    return str(_facts(basis).get("open", ""))


def own_limit(upper_due: datetime, now: datetime, hours: OfficeHours) -> datetime:
    """When we must have what an office above waits for: at closing time of the working day before.

    Never before today's closing time, for nobody can answer yesterday, and never after the limit itself.
    """
    today = hours.local_date(now)
    day_before = hours.calendar.add_workdays(hours.local_date(upper_due), -1)
    return min(hours.closing(max(day_before, today)), upper_due).astimezone(UTC)


def supervise_at(due: datetime, hours: OfficeHours) -> datetime:
    """From when on what was due then is supervised."""
    return _closing_after_due(due, hours.preset.supervise_days, hours)


def paper_due_at(opened_at: datetime, level: int, hours: OfficeHours) -> datetime:
    """Until when a paper of supervision on this level is to be answered."""
    return _closing_after(opened_at, PAPER_DAYS[level], hours)


def listed_at(due: datetime, hours: OfficeHours) -> datetime:
    """From when on what was due then stands on the list of the late."""
    return _closing_after_due(due, hours.preset.listed_days, hours)


def own_due_at(now: datetime, own_clock: str, hours: OfficeHours) -> datetime:
    """When the office must have acted on what began to wait for it `now`: "accept", "dispatch" or "review"."""
    return hours.add_open(now, timedelta(hours=OWN_HOURS[own_clock]))


# --- what may be asked for -----------------------------------------------------------------------------------------


def longest_extension_days(basis: str, hours: OfficeHours) -> int:
    """How many working days more may be given at once."""
    return hours.preset.extension_days or max(1, int(_facts(basis).get("workdays", 1)))


def extension_refused(now: datetime, current: Due, days: int, made: int, hours: OfficeHours) -> Refused | None:
    """Whether more time may be given, `made` times after it was. None: it may."""
    longest, often = longest_extension_days(current.basis, hours), hours.preset.extension_count
    if not often:
        return Refused("days", REASONS["never"])
    if days < 1:
        return Refused("days", REASONS["no_days"])
    if current.at <= now:
        return Refused("days", REASONS["too_late"])
    if made >= often:
        return Refused("days", REASONS["too_often"], {"count": made})
    return Refused("days", REASONS["too_long"], {"days": longest}) if days > longest else None


def pause_refused(days: int, hours: OfficeHours) -> Refused | None:
    """Whether a pause may last so long. None: it may."""
    if days < 1:
        return Refused("days", REASONS["no_days"])
    most = hours.preset.pause_days
    return Refused("days", REASONS["too_long"], {"days": most}) if days > most else None


def return_refused(now: datetime, sent_at: datetime, hours: OfficeHours) -> Refused | None:
    """Whether a department may still give back what it was sent then. None: it may."""
    until = return_until(sent_at, hours)
    if now <= until:
        return None
    return Refused("reason", REASONS["return_late"], {"until": f"{until.astimezone(hours.zone):%Y-%m-%d %H:%M}"})


# --- inside --------------------------------------------------------------------------------------------------------


def _facts(basis: str) -> dict[str, Any]:
    """What a basis holds; nothing where the clock was unknown or nothing was due."""
    return dict(json.loads(basis)) if basis.startswith("{") else {}


def _worked_out(since: datetime, facts: dict[str, Any], hours: OfficeHours) -> Due:
    if "hours" in facts:
        at = later(since, timedelta(hours=facts["hours"]))
    else:
        at = hours.closing(_last_day(since, facts["workdays"], hours, is_same_day=facts.get("same_day", False)))
    if "upper" in facts:
        upper_due = datetime.fromisoformat(facts["upper"])
        at = min(at, *(own_limit(upper_due, since, whose) for whose in (hours, hours.office or hours)))
    steps = facts.get("steps", [])
    due = _due(at, {name: value for name, value in facts.items() if name != "steps"}, hours)
    for step in steps:
        due = _with_step(due, step, hours)
    return due


def _last_day(since: datetime, days: int, hours: OfficeHours, *, is_same_day: bool) -> date:
    day = hours.local_date(since)
    counts_today = is_same_day and hours.calendar.is_workday(day) and since < hours.closing(day)
    return hours.calendar.add_workdays(day, days - 1 if counts_today else days)


def _with_step(current: Due, step: list[Any], hours: OfficeHours) -> Due:
    facts = _facts(current.basis)
    facts["steps"] = [*facts.get("steps", ()), step]
    return _due(_moved(current.at, step, facts, hours), facts, hours)


def _moved(at: datetime, step: list[Any], facts: Mapping[str, Any], hours: OfficeHours) -> datetime:
    kind, *how = step
    if kind == "extended":
        return _closing_after_due(at, how[0], hours)
    paused_at, resumed_at = (datetime.fromisoformat(text) for text in how)
    if "hours" in facts:
        return later(at, max(resumed_at - paused_at, timedelta(0)))
    return hours.add_working(at, hours.working_between(paused_at, resumed_at))


def _due(at: datetime, facts: dict[str, Any], hours: OfficeHours) -> Due:
    """With the calendar that it was worked out by, and a mark where that year's holidays aren't known yet."""
    facts = {name: value for name, value in facts.items() if name not in {"calendar", "provisional", "open"}}
    if hours.pattern:
        facts["open"] = hours.pattern
    if hours.calendar.version:
        facts["calendar"] = hours.calendar.version
    if "workdays" in facts and hours.calendar.is_provisional(hours.due_date(at)):
        facts["provisional"] = True
    return Due(at, json.dumps(facts, separators=(",", ":")))


def _closing_after(now: datetime, days: int, hours: OfficeHours) -> datetime:
    return hours.closing(hours.calendar.add_workdays(hours.local_date(now), days))


def _closing_after_due(due_at: datetime, days: int, hours: OfficeHours) -> datetime:
    return hours.closing(hours.calendar.add_workdays(hours.due_date(due_at), days))
