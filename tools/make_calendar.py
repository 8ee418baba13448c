"""Writes appliance/limits/calendar_cn.csv from the PyPI package chinesecalendar (a developer's tool, not in our lock).

    python -m venv /tmp/calendar && /tmp/calendar/bin/pip install -U chinesecalendar
    /tmp/calendar/bin/python tools/make_calendar.py

Run it in late November or December, when the State Council has published next year's days and the package has them.
At run time the package is of no use to us: it raises for a year it does not know.
"""

from __future__ import annotations

import csv
import importlib
import importlib.metadata
import io
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "appliance" / "limits" / "calendar_cn.csv"
SATURDAY = 5

HEADER = """\
# Days of mainland China that differ from the plain rule "Monday to Friday are working days".
# Years covered, each whole: {first}-{last}. A day of a covered year that is not listed follows the plain rule.
# Facts only, taken from chinesecalendar {version} (MIT licence, Lirian Su) by tools/make_calendar.py.
"""


def rows(
    holidays: Mapping[date, str], workdays: Mapping[date, str], names: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, str, str, str, str]]:
    """(on, is_workday, key, name_zh, name_en) for each day that is not what its weekday says."""
    day, last = date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)
    while day <= last:
        is_weekend = day.weekday() >= SATURDAY
        reason = workdays.get(day) if is_weekend else holidays.get(day)
        if reason is not None:
            key, chinese = names[reason]
            yield day.isoformat(), str(int(is_weekend)), key, chinese, reason
        day += timedelta(days=1)


def calendar_text() -> str:
    constants = importlib.import_module("chinese_calendar.constants")
    names = {holiday.value: (holiday.name, holiday.chinese) for holiday in constants.Holiday}
    lines = list(rows(constants.holidays, constants.workdays, names))
    out = io.StringIO()
    version = importlib.metadata.version("chinesecalendar")
    out.write(HEADER.format(first=lines[0][0][:4], last=lines[-1][0][:4], version=version))
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("on", "is_workday", "key", "name_zh", "name_en"))
    table.writerows(lines)
    return out.getvalue()


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(calendar_text(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(TARGET.read_text(encoding='utf-8').splitlines())} lines\n")
