"""Sets of time limits that offices were found to work by, one row each; the office chooses one or writes its own. Pure.

Days are working days, hours of `clock_hours` pass at night too, `sign_hours` are hours of office time. What a source
does not say is as in the default row. Sources: the figures of 2.2 in the domain's specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

TYPES = ("enquiry", "help", "suggestion", "complaint", "report", "praise")
UNKNOWN_TYPE_WORKDAYS = 5
# The office's own limits, in hours of office time (domain 0.1), whatever the departments' are.
OWN_HOURS: Mapping[str, int] = MappingProxyType({"accept": 1, "dispatch": 4, "review": 8, "return": 8, "confer": 16})

LABELS = {
    "default": "Usual limits",
    "guangdong_2022": "Guangdong 2022",
    "shandong_2020": "Shandong 2020",
    "shandong_2017": "Shandong 2017",
    "bureau": "A city bureau",
    "hengyang": "Hengyang",
    "custom": "Our own limits",
}


def _limits(values: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(values))


CLOCK_HOURS = _limits({"urgent": 24, "critical": 2})


@dataclass(frozen=True, slots=True)
class Preset:
    """Every limit of a department, and of what it may ask for."""

    key: str
    workdays: Mapping[str, int] = field(hash=False)  # by type of ticket
    clock_hours: Mapping[str, int] = field(default_factory=lambda: CLOCK_HOURS, hash=False)  # by urgency
    sign_hours: int = 4
    return_days: int = 1  # until when a department may say that it isn't its duty
    extension_days: int = 0  # the longest; 0: as long as the limit itself
    extension_count: int = 1
    pause_days: int = 10
    yellow_days: int = 1  # this long before its end a limit is "soon"
    supervise_days: int = 1  # this long after it the ticket is supervised
    listed_days: int = 5  # this long after it the ticket stands on the list of the late
    counts_from_next_day: bool = True  # False: a working day's own dispatches count it as the first

    @property
    def label(self) -> str:
        """The name on the page (message id)."""
        return LABELS[self.key]

    def workdays_of(self, type_: str) -> int:
        return self.workdays.get(type_, UNKNOWN_TYPE_WORKDAYS)


def _days(*days: int) -> Mapping[str, int]:
    """In the order of TYPES."""
    return _limits(dict(zip(TYPES, days, strict=True)))


DEFAULT = Preset("default", _days(2, 5, 5, 10, 15, 5))
PRESETS = (
    DEFAULT,
    Preset("guangdong_2022", _days(2, 10, 10, 15, 15, 10)),
    Preset("shandong_2020", _days(5, 5, 5, 5, 5, 5), extension_days=10, return_days=2),
    Preset("shandong_2017", _days(2, 5, 5, 15, 15, 5), extension_days=7),
    # "The same day" for what is urgent: eight hours by the clock, so that it ends for a call at 23:00 too.
    Preset("bureau", _days(3, 3, 13, 13, 13, 13), clock_hours=_limits({"urgent": 8, "critical": 2})),
    Preset("hengyang", _days(5, 5, 5, 5, 5, 5)),
)
CUSTOM = "custom"
_PRESET = {row.key: row for row in PRESETS}


def preset(key: str) -> Preset:
    """The row of this name; KeyError if there is none."""
    return _PRESET[key]
