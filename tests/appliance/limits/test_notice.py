"""A year's notice as a person types it: what it becomes, what is refused, what is doubted."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from appliance.limits import notice
from appliance.limits.notice import Break, NoticeWrong
from appliance.limits.published import published_days, read_days
from appliance.limits.statutory import LUNAR, statutory_days
from appliance.limits.workdays import WorkCalendar
from tests.appliance.office_bed import HOURS, local

# As the notice of 2026 was published.
NOTICE_2026 = """\ufeffname,first,last,worked
New Year,2026-01-01,2026-01-03,2026-01-04
Spring Festival,2026-02-15,2026-02-23,2026-02-14 2026-02-28
Tomb-sweeping,2026-04-04,2026-04-06,
Labour Day,2026-05-01,2026-05-05,2026-05-09
Dragon Boat,2026-06-19,2026-06-21,
Mid-autumn,2026-09-25,2026-09-27,
National Day,2026-10-01,2026-10-07,2026-09-20;2026-10-10
"""


def line(name: str = "National Day", first: str = "", last: str = "", worked: str = "") -> dict[str, str]:
    return {"name": name, "first": first, "last": last, "worked": worked}


def entered(*lines: dict[str, str], year: int = 2027) -> None:
    notice.days_of(year, notice.breaks_of(lines))


def test_the_printed_notice_of_2026_gives_the_calendar_that_came_with_the_program() -> None:
    year, days = notice.read_csv(NOTICE_2026.lstrip("\ufeff").splitlines())
    assert year == 2026
    shipped = [day for day in published_days() if day.on.year == 2026]
    assert [(day.on, day.is_workday) for day in days] == [(day.on, day.is_workday) for day in shipped]
    assert notice.doubts(2026, days) == ()


def test_a_file_like_the_programs_own_is_read_too() -> None:
    text = "# a comment\non,is_workday,key,name_zh,name_en\n2027-10-01,0,national_day,国庆节,National Day\n"
    year, days = notice.read_csv(text.splitlines())
    assert (year, days) == (2027, read_days(text.splitlines()))


@pytest.mark.parametrize("year", range(2004, 2027))
def test_days_become_lines_and_the_same_days_again(year: int) -> None:
    shipped = [day for day in published_days() if day.on.year == year]
    again = notice.days_of(year, notice.breaks_from(shipped))
    assert [(day.on, day.is_workday) for day in again] == [(day.on, day.is_workday) for day in shipped]
    assert len(notice.breaks_from(shipped)) <= notice.MOST_LINES


def test_lines_are_called_as_the_office_speaks() -> None:
    shipped = [day for day in published_days() if day.on.year == 2026]
    assert notice.breaks_from(shipped)[0].name == "元旦"
    assert notice.breaks_from(shipped, "en")[0].name == "New Year's Day"


def test_days_worked_for_nothing_that_is_off_keep_a_line_of_their_own() -> None:
    lines = [line("Flood", worked="2027-07-10, 2027-07-11")]
    (row,) = notice.breaks_from(notice.days_of(2027, notice.breaks_of(lines)))
    assert row == Break("Flood", None, None, (date(2027, 7, 10), date(2027, 7, 11)))


def test_weekends_inside_a_break_are_off_anyway_and_not_kept() -> None:
    days = notice.days_of(2027, notice.breaks_of([line(first="2027-10-01", last="2027-10-07"), line("")]))
    assert [day.on.day for day in days] == [1, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("lines", "number", "sentence"),
    [
        ([], 1, "Nothing was entered. Write at least one holiday."),
        ([line("")], 1, "Nothing was entered. Write at least one holiday."),
        ([line("", first="2027-10-01", last="2027-10-07")], 1, "Please write a name for this holiday."),
        ([line(first="2027-10-01")], 1, "A break needs its first and its last day."),
        ([line(last="2027-10-01")], 1, "A break needs its first and its last day."),
        ([line(first="1.10.2027", last="2027-10-07")], 1, "1.10.2027 is not a date. Write it as 2027-10-01."),
        ([line(worked="2027-02-30")], 1, "2027-02-30 is not a date. Write it as 2027-10-01."),
        ([line(first="2027-10-07", last="2027-10-01")], 1, "The last day lies before the first."),
        ([line(first="2027-01-01", last="2027-10-07")], 1,
         "A break of 280 days is longer than any that was ever given. Look at its dates again."),
        ([line(first="2026-10-01", last="2026-10-07")], 1, "2026-10-01 does not belong to 2027."),
        ([line(first="2027-10-01", last="2027-10-07"), line("Mid-autumn", "2027-10-07", "2027-10-07")], 2,
         "2027-10-07 is entered twice."),
        ([line(first="2027-10-01", last="2027-10-07", worked="2027-10-02")], 1, "2027-10-02 is entered twice."),
        ([line(worked="2027-10-08")], 1, "2027-10-08 is no Saturday or Sunday: only those are worked in exchange."),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_meant_is_refused_with_its_number(
    lines: list[dict[str, str]], number: int, sentence: str
) -> None:
    with pytest.raises(NoticeWrong) as refused:
        entered(*lines)
    assert (refused.value.line, refused.value.reason % refused.value.fields) == (number, sentence)
    assert str(refused.value) == f"line {number}: {sentence}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The first line must name the columns name,first,last,worked."),
        ("day,off\n2027-10-01,1\n", "The first line must name the columns name,first,last,worked."),
        ("name,first,last,worked\n", "Nothing was entered. Write at least one holiday."),
        ("on,is_workday,key,name_zh,name_en\n", "Nothing was entered. Write at least one holiday."),
        ("on,is_workday,key,name_zh,name_en\n2027-10-01,yes,,,\n", "is_workday must be 0 or 1."),
        ("name,first,last,worked\nX,2027-10-01\n", "A break needs its first and its last day."),
    ],
)
def test_a_file_that_is_something_else_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(NoticeWrong) as refused:
        notice.read_csv(text.splitlines())
    assert refused.value.reason == sentence


def test_a_file_that_no_spreadsheet_wrote_is_refused() -> None:
    with pytest.raises(NoticeWrong, match="This is not a CSV file"):
        notice.read_csv(["name,first,last,worked", '"' + "x" * 200_000])


@pytest.mark.parametrize("year", ["0001", "2003", "2101", "9999"])
def test_a_file_of_a_year_that_cannot_be_meant_is_refused(year: str) -> None:
    text = f"name,first,last,worked\n假,{year}-12-30,{year}-12-31,\n"
    with pytest.raises(NoticeWrong, match=r"is no year of a notice: it is one from 2004 to 2100\."):
        notice.read_csv(text.splitlines())


def test_a_new_years_break_may_begin_in_the_year_before() -> None:
    days = notice.days_of(2028, notice.breaks_of([line("New Year", "2027-12-31", "2028-01-02", "2028-01-08")]))
    assert [day.on for day in days] == [date(2027, 12, 31), date(2028, 1, 8)]


def test_a_forgotten_holiday_and_too_few_days_off_are_doubted() -> None:
    lines = [line(first="2027-10-04", last="2027-10-07", worked="2027-05-01")]
    said = [doubt.reason % doubt.fields for doubt in notice.doubts(2027, notice.days_of(2027, notice.breaks_of(lines)))]
    assert "2027-10-01 is a holiday by law and is not among the days off." in said
    assert "2027-05-01 is a holiday by law and is not among the days off." in said  # a Saturday, but worked
    assert "2027-10-02 is a holiday by law and is not among the days off." not in said  # a Saturday
    assert said[-1] == "There are only 4 days off on Mondays to Fridays. Every year since 2004 had 16 or more."


def test_a_year_nobody_published_is_proposed_with_its_days_by_law() -> None:
    proposed = notice.proposal(2027, {"national_day": "National Day"})
    assert [(row.name, row.first, row.last) for row in proposed] == [
        ("new_years_day", date(2027, 1, 1), date(2027, 1, 1)),
        ("spring_festival", date(2027, 2, 5), date(2027, 2, 8)),
        ("tomb_sweeping_day", date(2027, 4, 5), date(2027, 4, 5)),
        ("labour_day", date(2027, 5, 1), date(2027, 5, 2)),
        ("dragon_boat_festival", date(2027, 6, 9), date(2027, 6, 9)),
        ("mid_autumn_festival", date(2027, 9, 15), date(2027, 9, 15)),
        ("National Day", date(2027, 10, 1), date(2027, 10, 3)),
    ]
    assert len(statutory_days(2027)) == 13
    assert len(statutory_days(2031)) == 12  # the mid-autumn festival is on the first of October
    assert 2051 not in LUNAR
    assert len(statutory_days(2051)) == 7


@pytest.mark.parametrize(
    ("now", "published", "years"),
    [
        (local(2026, 11, 14, 23, 59), (2026,), ()),
        (local(2026, 11, 15, 0, 0), (2026,), (2027,)),
        (local(2026, 12, 31, 23, 59), (2026, 2027), ()),
        (local(2027, 1, 1, 0, 0), (2026,), (2027,)),
        (local(2027, 11, 20, 9, 0), (2026,), (2027, 2028)),
    ],
)
def test_from_the_middle_of_november_the_next_year_is_asked_for(
    now: datetime, published: tuple[int, ...], years: tuple[int, ...]
) -> None:
    hours = HOURS.under(calendar=WorkCalendar(published_years=published))
    assert notice.years_to_enter(now, hours) == years
