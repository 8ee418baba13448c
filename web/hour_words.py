"""Opening hours (appliance.limits.hours) as people read them: "mon-fri 08:30-12:00" with the names of days."""

from __future__ import annotations

import re
from collections.abc import Mapping

from web import language
from web.marks import N_

DAYS: Mapping[str, str] = {
    "mon": N_("Mon"),
    "tue": N_("Tue"),
    "wed": N_("Wed"),
    "thu": N_("Thu"),
    "fri": N_("Fri"),
    "sat": N_("Sat"),
    "sun": N_("Sun"),
    "daily": N_("Every day"),
}
_DAYS = re.compile(r"\b([a-z]+)(?:-([a-z]+))?\b")


def said(pattern: str) -> str:
    """Times stay as they are written; "" for none."""
    groups = filter(None, (group.strip() for group in pattern.lower().split(";")))
    return language.gettext("; ").join(_DAYS.sub(_days, group) for group in groups)


def _days(found: re.Match[str]) -> str:
    first, last = (language.gettext(DAYS.get(day, day)) if day else "" for day in found.groups())
    return language.gettext("%(first)s to %(last)s", first=first, last=last) if last else first
