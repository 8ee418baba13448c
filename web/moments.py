"""Moments as people say them. Pure: takes now, the office's time zone and the words; knows no request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says moments in one language, zone and moment of looking."""

    now: datetime
    zone: tzinfo
    gettext: Callable[..., str]
    ngettext: Callable[..., str]

    def full(self, moment: datetime) -> str:
        """Date and time to the minute, for the eye that lingers."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def clock(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%H:%M}"

    def when(self, moment: datetime) -> str:
        """As short as it is clear: 14:05 today, with the day otherwise, with the year if it is another."""
        there, here = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        if there.date() == here.date():
            return f"{there:%H:%M}"
        if there.date() == here.date() - timedelta(days=1):
            return self.gettext("yesterday %(clock)s", clock=f"{there:%H:%M}")
        if there.date() == here.date() + timedelta(days=1):
            return self.gettext("tomorrow %(clock)s", clock=f"{there:%H:%M}")
        return f"{there:%m-%d %H:%M}" if there.year == here.year else f"{there:%Y-%m-%d %H:%M}"

    def left(self, due: datetime) -> str:
        """How long until it is due, or how long since."""
        seconds = int((due - self.now).total_seconds())
        return self._late(-seconds) if seconds < 0 else self._left(seconds)

    def lasted(self, start: datetime, end: datetime | None = None) -> str:
        """A length as a stop-watch shows it: 2:07, 1:02:07."""
        seconds = max(0, int(((end or self.now) - start).total_seconds()))
        hours, rest = divmod(seconds, _HOUR_S)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    def _left(self, seconds: int) -> str:
        if seconds < _HOUR_S:
            return self.gettext("%(count)d min left", count=max(1, seconds // _MINUTE_S))
        if seconds < 2 * _DAY_S:
            return self.gettext("%(count)d h left", count=seconds // _HOUR_S)
        return self.ngettext("%(count)d day left", "%(count)d days left", seconds // _DAY_S, count=seconds // _DAY_S)

    def _late(self, seconds: int) -> str:
        if seconds < _HOUR_S:
            return self.gettext("%(count)d min late", count=max(1, seconds // _MINUTE_S))
        if seconds < 2 * _DAY_S:
            return self.gettext("%(count)d h late", count=seconds // _HOUR_S)
        return self.ngettext("%(count)d day late", "%(count)d days late", seconds // _DAY_S, count=seconds // _DAY_S)


def passed_percent(start: datetime, due: datetime, now: datetime) -> int:
    """How much of the time is used up, 0 to 100: the due bar."""
    whole_s = (due - start).total_seconds()
    if whole_s <= 0:
        return 100
    return max(0, min(100, round(100 * (now - start).total_seconds() / whole_s)))
