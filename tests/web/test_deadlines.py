"""The pages of time limits and holidays: chosen, written, looked at, entered; and the list of the late."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest

from tests.web.house import House

LIMITS, HOLIDAYS = "/settings/deadlines", "/settings/calendar"
NOTICE = {
    "year": "2027",
    "name-1": "元旦", "first-1": "2027-01-01", "last-1": "2027-01-03",
    "name-2": "春节", "first-2": "2027-02-05", "last-2": "2027-02-11", "worked-2": "2027-01-30 2027-02-20",
    "name-3": "清明节", "first-3": "2027-04-03", "last-3": "2027-04-05",
    "name-4": "劳动节", "first-4": "2027-05-01", "last-4": "2027-05-05", "worked-4": "2027-05-08",
    "name-5": "端午节", "first-5": "2027-06-09", "last-5": "2027-06-09",
    "name-6": "中秋节", "first-6": "2027-09-15", "last-6": "2027-09-15",
    "name-7": "国庆节", "first-7": "2027-10-01", "last-7": "2027-10-07", "worked-7": "2027-09-26,2027-10-09",
}  # fmt: skip


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', html)
    assert found is not None, html
    return found[1]


# --- limits ---


def test_a_lead_chooses_a_set_of_limits_and_it_counts_at_once(house: House) -> None:
    seat = house.seat("li", language="en")
    html = seat.html(LIMITS)
    assert "Usual limits" in html
    assert "Guangdong 2022" in html
    assert seat.post(f"{LIMITS}/choose", {"key": "guangdong_2022"}).status_code == 302
    assert house.office.limits.deadlines.in_force.key == "guangdong_2022"
    row = re.search(r'<tr aria-current="true">(.*?)</tr>', seat.html(LIMITS), re.S)
    assert row is not None
    assert "Guangdong 2022" in row[1]


def test_limits_of_our_own_are_checked_field_by_field_and_kept(house: House) -> None:
    seat = house.seat("li", language="en")
    html = seat.html(LIMITS)
    form = dict(re.findall(r'<input class="form-control short" id="\w+" name="(\w+)"[^>]*value="(\d+)"', html))
    assert form["days_help"] == "5"
    answer = seat.post(f"{LIMITS}/own", form | {"days_help": "0"})
    assert answer.status_code == 422
    assert "Please write a whole number from 1 to 60." in answer.text
    assert house.office.limits.deadlines.in_force.key == "default"
    assert seat.post(f"{LIMITS}/own", form | {"days_help": "7"}).status_code == 302
    in_force = house.office.limits.deadlines.in_force
    assert (in_force.key, in_force.workdays_of("help"), in_force.counts_from_next_day) == ("custom", 7, False)
    assert "Our own limits" in seat.html(LIMITS)


def test_nobody_chooses_limits_that_do_not_exist(house: House) -> None:
    assert house.seat("li").post(f"{LIMITS}/choose", {"key": "custom"}).status_code == 404


def test_an_operator_reads_the_limits_and_changes_nothing(house: House) -> None:
    seat = house.seat("wang", language="en")
    html = seat.html(LIMITS)
    assert "Use these" not in html
    assert 'id="own"' not in html
    assert seat.post(f"{LIMITS}/choose", {"key": "bureau"}).status_code == 403
    assert "Look what would change" not in seat.html(f"{HOLIDAYS}?year=2027")
    assert seat.post(f"{HOLIDAYS}/notice", NOTICE | {"do": "look"}).status_code == 403


def test_the_list_of_the_late_names_departments_and_no_citizen(house: House) -> None:
    seat = house.seat("wang", language="en")
    assert "No department is long past its time." in seat.html(f"{LIMITS}/late")
    no = house.ticket("dispatched")
    house.clock.advance(timedelta(days=30).total_seconds())
    html = house.seat("wang", language="en").html(f"{LIMITS}/late")
    assert f"{no:06d}" in html
    assert "City management" in html


# --- holidays ---


def test_a_year_is_looked_at_entered_and_known(house: House) -> None:
    seat = house.seat("li", language="en")
    assert "Provisional: not published yet" in seat.html(f"{HOLIDAYS}?year=2027")
    looked = seat.post(f"{HOLIDAYS}/notice", NOTICE | {"do": "look"})
    assert looked.status_code == 200
    assert "0 due times move by this." in looked.text
    assert house.office.limits.holidays.year(2027).state == "provisional"
    saved = seat.post(f"{HOLIDAYS}/notice", NOTICE | {"do": "save", "seen": seen(looked.text)})
    assert saved.status_code == 302
    assert "As it was entered here" in seat.html(f"{HOLIDAYS}?year=2027")
    assert 'value="春节"' in seat.html(f"{HOLIDAYS}?year=2027")
    assert house.office.limits.holidays.year(2027).breaks[1].worked == (date(2027, 1, 30), date(2027, 2, 20))


def test_what_was_not_looked_at_is_not_entered(house: House) -> None:
    seat = house.seat("li", language="en")
    looked = seat.post(f"{HOLIDAYS}/notice", NOTICE | {"do": "look"})
    other = NOTICE | {"last-7": "2027-10-08", "do": "save", "seen": seen(looked.text)}
    answer = seat.post(f"{HOLIDAYS}/notice", other)
    assert answer.status_code == 200
    assert "Enter it like this" in answer.text
    assert house.office.limits.holidays.year(2027).state == "provisional"


def test_due_times_that_move_are_shown_before_and_listed_after(house: House) -> None:
    no = house.ticket("dispatched")
    seat = house.seat("li", language="en")
    form = {"day_on": "2026-11-24", "name": "大雪", "is_workday": "0"}
    looked = seat.post(f"{HOLIDAYS}/own", form | {"do": "look"})
    assert f"{no:06d}" in looked.text
    assert "2 due times move by this." in looked.text or "1 due time moves by this." in looked.text
    before = house.office.tickets.row(no).due_at
    saved = seat.post(f"{HOLIDAYS}/own", form | {"do": "save", "seen": seen(looked.text)})
    assert saved.status_code == 302
    after = house.office.tickets.row(no).due_at
    assert before is not None
    assert after is not None
    assert after > before
    assert f"{no:06d}" in seat.html(saved.headers["Location"])
    html = seat.html(f"{HOLIDAYS}?year=2026")
    assert "大雪" in html
    assert "What was changed" in html
    assert seat.post(f"{HOLIDAYS}/own", {"day_on": "2026-11-24", "do": "drop"}).status_code == 302
    assert house.office.tickets.row(no).due_at == before


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"day_on": "", "name": "x"}, "Please choose a day."),
        ({"day_on": "2026-11-24", "name": "", "do": "save"}, "Please write a name for this holiday."),
        ({"day_on": "2026-11-28", "name": "x"}, "That day is like this already."),
    ],
)
def test_a_day_of_our_own_that_makes_no_sense_is_refused(house: House, form: dict[str, str], words: str) -> None:
    seat = house.seat("li", language="en")
    answer = seat.post(f"{HOLIDAYS}/own", {"is_workday": "0", "do": "look"} | form)
    if form.get("do") == "save":  # looked at first, as a browser does
        answer = seat.post(f"{HOLIDAYS}/own", {"is_workday": "0"} | form | {"seen": seen(answer.text)})
    assert answer.status_code == 422
    assert words in answer.text
    assert house.office.limits.holidays.own_days() == ()


def test_a_wrong_line_is_named_and_the_others_are_kept(house: House) -> None:
    seat = house.seat("li", language="en")
    answer = seat.post(f"{HOLIDAYS}/notice", NOTICE | {"last-2": "2027-02-01", "do": "look"})
    assert answer.status_code == 422
    assert re.search(r'id="name-2-wrong">.*?The last day lies before the first\.', answer.text, re.S)
    assert 'value="国庆节"' in answer.text


def test_a_forgotten_holiday_is_doubted_before_anything_is_entered(house: House) -> None:
    seat = house.seat("li", language="en")
    form = {name: value for name, value in NOTICE.items() if not name.endswith("-5")}
    answer = seat.post(f"{HOLIDAYS}/notice", form | {"do": "look"})
    assert "2027-06-09 is a holiday by law and is not among the days off." in answer.text


def test_a_file_fills_the_form_and_enters_nothing(house: House) -> None:
    seat = house.seat("li", language="en")
    text = "name,first,last,worked\n国庆节,2027-10-01,2027-10-07,2027-09-26 2027-10-09\n"
    for raw in (b"\xef\xbb\xbf" + text.encode(), text.encode("gb18030"), text.replace(",", "\t").encode("utf-16")):
        answer = seat.post(f"{HOLIDAYS}/file", {"file": (io.BytesIO(raw), "2027.csv")})
        assert 'value="2027-09-26 2027-10-09"' in answer.text
        assert 'value="国庆节"' in answer.text
        assert "Holidays 2027" in answer.text
    assert house.office.limits.holidays.year(2027).state == "provisional"
    for content, words in (
        ("x", "The first line must name the columns"),
        ("\xff", "Line 1 holds bytes that are no text in GB18030. Save the list again as CSV UTF-8."),
        ("name,first,last,worked\n" + "x" * 140_000, "This is not a CSV file. Save it again as CSV UTF-8."),
    ):
        answer = seat.post(f"{HOLIDAYS}/file", {"file": (io.BytesIO(content.encode("latin-1")), "x.csv")})
        assert answer.status_code == 422
        assert words in answer.text


def test_a_year_that_is_none_is_not_there(house: House) -> None:
    seat = house.seat("li")
    assert seat.get(f"{HOLIDAYS}?year=1800").status_code == 404
    assert seat.get(f"{HOLIDAYS}/changes/7").status_code == 404


def test_the_desk_leads_to_the_year_that_is_missing(house: House) -> None:
    house.office.limits.holidays.prompt()
    html = house.seat("li", language="en").html("/")
    assert f"{HOLIDAYS}?year=2027" in html
