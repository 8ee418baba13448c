"""The calendar of working days: made by a tool, held in the tree, whole for every year it claims."""

from __future__ import annotations

import csv
import re
from datetime import date

from tests.house.tree import ROOT
from tools import make_calendar

NAMES = {"Labour Day": ("labour_day", "劳动节")}


def test_only_days_that_are_not_what_their_weekday_says_are_written() -> None:
    holidays = {date(2026, 5, day): "Labour Day" for day in range(1, 6)}  # Friday to Tuesday
    workdays = {date(2026, 5, 9): "Labour Day"}  # a Saturday
    rows = list(make_calendar.rows(holidays, workdays, NAMES))
    assert [(on, is_workday) for on, is_workday, *_ in rows] == [
        ("2026-05-01", "0"),
        ("2026-05-04", "0"),
        ("2026-05-05", "0"),
        ("2026-05-09", "1"),
    ]
    assert rows[0][2:] == ("labour_day", "劳动节", "Labour Day")


def test_every_day_of_the_file_differs_from_the_plain_rule_and_stands_once() -> None:
    lines = make_calendar.TARGET.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    days = [date.fromisoformat(row["on"]) for row in rows]
    assert days == sorted(set(days))
    for day, row in zip(days, rows, strict=True):
        assert (row["is_workday"] == "1") == (day.weekday() >= make_calendar.SATURDAY), row


def test_each_covered_year_has_the_shape_of_a_year() -> None:
    text = make_calendar.TARGET.read_text(encoding="utf-8")
    covered = re.search(r"covered, each whole: (\d{4})-(\d{4})", text)
    assert covered is not None
    for year in range(int(covered[1]), int(covered[2]) + 1):
        free = len(re.findall(rf"^{year}-\d\d-\d\d,0,", text, re.MULTILINE))
        made_up = len(re.findall(rf"^{year}-\d\d-\d\d,1,", text, re.MULTILINE))
        # 7 to 11 festival days a year by decree, more or less moved about; 2020 had the long Spring Festival.
        assert 8 <= free <= 25, year
        assert 1 <= made_up <= 12, year


def test_the_calendar_is_part_of_the_package() -> None:
    assert make_calendar.TARGET == ROOT / "appliance" / "limits" / "calendar_cn.csv"
