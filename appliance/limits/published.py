"""The government's calendar as it comes with the program: calendar_cn.csv, read once when it is asked for."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from appliance.limits.workdays import CalendarDay

PATH = Path(__file__).with_name("calendar_cn.csv")


@cache
def published_days(path: Path = PATH) -> tuple[CalendarDay, ...]:
    """Every day that differs from the plain week, of every year published when this version was made."""
    return read_days(path.read_text(encoding="utf-8").splitlines())


def read_days(lines: Iterable[str]) -> tuple[CalendarDay, ...]:
    """The rows of the file; its comments begin with #."""
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        CalendarDay(date.fromisoformat(row["on"]), row["is_workday"] == "1", row["key"], row["name_zh"], row["name_en"])
        for row in rows
    )
