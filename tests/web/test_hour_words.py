"""Opening hours are written by letters and read as days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.limits.hours import DAYS
from tests.web.house import House
from web import hour_words

WRITTEN = "Mon-Fri 08:30-12:00 14:00-17:30; sat 09:00-12:00"


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        ("zh_CN", WRITTEN, "周一至周五 08:30-12:00 14:00-17:30；周六 09:00-12:00"),
        ("zh_CN", "daily 00:00-24:00", "每天 00:00-24:00"),
        ("en", WRITTEN, "Mon to Fri 08:30-12:00 14:00-17:30; Sat 09:00-12:00"),
        ("en", "daily 00:00-24:00", "Every day 00:00-24:00"),
    ],
)
@pytest.mark.parametrize("path", ["/settings/departments", "/knowledge/directory"])
def test_the_pages_say_them_with_the_names_of_days(
    house: House, language: str, written: str, read: str, path: str
) -> None:
    city = house.office.departments.by_code("CG")
    assert city is not None
    house.office.departments.put(replace(city, hours=written), house.user("li"))
    html = house.seat("li", language=language).html(path)
    assert f"<span>{read}</span>" in html, "as a number it would be cut off where it is long"


def test_every_day_that_may_be_written_has_a_name() -> None:
    assert hour_words.DAYS.keys() == {*DAYS, "daily"}
