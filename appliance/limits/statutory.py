"""The thirteen statutory holidays of mainland China by their dates, for years whose notice is not published yet.

State Council order 795 (in force since 2025): New Year 1 day, Spring Festival 4 (the eve included), Tomb-sweeping 1,
Labour Day 2, Dragon Boat 1, Mid-autumn 1, National Day 3. Which days around them are swapped is in the yearly notice
alone, so everything made from this file is provisional. Pure.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

FIXED = {
    (1, 1): "new_years_day",
    (5, 1): "labour_day",
    (5, 2): "labour_day",
    (10, 1): "national_day",
    (10, 2): "national_day",
    (10, 3): "national_day",
}

# First day of the first lunar month, fifth of the fifth, fifteenth of the eighth, as (month, day).
LUNAR = {
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
    2037: ((2, 15), (6, 18), (9, 24)),
    2038: ((2, 4), (6, 7), (9, 13)),
    2039: ((1, 24), (5, 27), (10, 2)),
    2040: ((2, 12), (6, 14), (9, 20)),
    2041: ((2, 1), (6, 3), (9, 10)),
    2042: ((1, 22), (6, 22), (9, 28)),
    2043: ((2, 10), (6, 11), (9, 17)),
    2044: ((1, 30), (5, 31), (10, 5)),
    2045: ((2, 17), (6, 19), (9, 25)),
    2046: ((2, 6), (6, 8), (9, 15)),
    2047: ((1, 26), (5, 29), (10, 4)),
    2048: ((2, 14), (6, 15), (9, 22)),
    2049: ((2, 2), (6, 4), (9, 11)),
    2050: ((1, 23), (6, 23), (9, 30)),
}


def statutory_name(day: date) -> str:
    """The holiday that falls on this date ("spring_festival"), or ''."""
    return _of_year(day.year).get((day.month, day.day), "")


def statutory_days(year: int) -> dict[date, str]:
    """Every holiday by law of this year, by date; without the lunar ones beyond the table."""
    return {date(year, *day): name for day, name in sorted(_of_year(year).items())}


@cache
def _of_year(year: int) -> dict[tuple[int, int], str]:
    days = dict(FIXED)
    days[(4, _tomb_sweeping_day(year))] = "tomb_sweeping_day"
    if year in LUNAR:
        spring, dragon_boat, mid_autumn = LUNAR[year]
        first = date(year, *spring)
        for number in range(-1, 3):
            day = first + timedelta(days=number)
            days[(day.month, day.day)] = "spring_festival"
        days[dragon_boat] = "dragon_boat_festival"
        days[mid_autumn] = "mid_autumn_festival"
    return days


def _tomb_sweeping_day(year: int) -> int:
    """The day of April when the sun reaches 15 degrees; the usual approximation, right from 2000 to 2099."""
    short = year % 100
    return int(short * 0.2422 + 4.81) - short // 4
