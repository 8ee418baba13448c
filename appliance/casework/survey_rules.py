"""How often a citizen is asked how it was handled, and what an answer means. Pure.

A text first; whoever doesn't answer it, or can't be texted, is called: three tries on two days, then one more text,
then he counts as unreachable, and never as satisfied (domain 2.4). Not solved is not satisfied, whatever the figure.
"""

from __future__ import annotations

from datetime import date, datetime

from appliance.casework.lifecycle import HAPPY_FROM
from appliance.limits.hours import OfficeHours
from appliance.limits.workdays import NoSuchTime

TRIES, DAYS = 3, 2
TRIES_ON_FIRST_DAY = 2  # the third is made on another day
TEXT_WAITS_WORKDAYS = 2  # for the answer to a text, before somebody calls or gives up

TEXTED, CALLING, LAST_TEXT, UNHAPPY, DONE = "texted", "calling", "last_text", "unhappy", "done"
UNREACHABLE = "unreachable"

RATINGS = range(1, 6)


def after_try(tries: int, days: int, *, can_text: bool) -> str:
    """Where a survey stands after the `tries`-th call, on the `days`-th day, that nobody answered."""
    if tries < TRIES or days < DAYS:
        return CALLING
    return LAST_TEXT if can_text else UNREACHABLE


def try_on(tries: int, days: int, today: date, hours: OfficeHours) -> date:
    """The first day on which another call makes sense. Today, where a wrong clock says that no day is left."""
    if days >= DAYS or tries < TRIES_ON_FIRST_DAY:
        return today
    try:
        return hours.calendar.add_workdays(today, 1)
    except NoSuchTime:
        return today


def text_waits_until(now: datetime, hours: OfficeHours) -> datetime:
    """How long the answer to a text is waited for. Not at all where a wrong clock says that time itself ends before.

    Whoever is asked while the clock is wrong is asked about again once it is right.
    """
    try:
        return hours.closing(hours.calendar.add_workdays(hours.local_date(now), TEXT_WAITS_WORKDAYS))
    except NoSuchTime:
        return now


def is_happy(rating: int, *, solved: bool | None) -> bool:
    """Whether this answer closes the ticket (domain 4.2, rows 17 and 18)."""
    return rating >= HAPPY_FROM and solved is not False
