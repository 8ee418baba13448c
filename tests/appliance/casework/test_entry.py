"""What an operator says of a ticket besides its words: moments, the office above, who may know whose it is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from appliance.casework import entry
from appliance.casework.views import Arrival, TicketForm
from appliance.clock import from_utc_text
from appliance.errors import FieldWrong
from appliance.limits.hours import OfficeHours
from appliance.limits.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = OfficeHours.parse("mon-fri 08:30-12:00 14:00-17:30").at(WorkCalendar(), SHANGHAI)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_moment_is_typed_in_the_time_of_the_office_and_drawn_as_it_was_typed() -> None:
    found = entry.moment_of("occurred_at", "2026-11-22T21:05", SHANGHAI, MONDAY)
    assert found == datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
    assert entry.as_typed(found, SHANGHAI) == "2026-11-22T21:05"


def test_nothing_typed_is_no_moment() -> None:
    assert entry.moment_of("occurred_at", "", SHANGHAI, MONDAY) is None
    assert entry.as_typed(None, SHANGHAI) == ""


@pytest.mark.parametrize(
    "typed", ["yesterday", "2026-13-01T00:00", "2026-11-22T25:00", "9999-12-31T23:59", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_moment_names_the_field(typed: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        entry.moment_of("occurred_at", typed, SHANGHAI, MONDAY)
    assert wrong.value.field == "occurred_at"


def test_the_future_is_refused_while_the_box_knows_the_time_and_only_then() -> None:
    with pytest.raises(FieldWrong):
        entry.moment_of("happened_at", "2026-11-23T09:01", SHANGHAI, MONDAY)
    assert entry.moment_of("happened_at", "2026-11-23T09:01", SHANGHAI, None) == local("2026-11-23T09:01")


def test_a_ticket_from_paper_carries_the_time_at_which_it_came() -> None:
    found = entry.arrived(Arrival(taken_at="2026-11-20T16:40"), HOURS, MONDAY, is_known=True)
    assert found["created_at"] == "2026-11-20T08:40:00.000Z"
    assert found["entered_at"] == "2026-11-23T01:00:00.000Z"


def test_a_ticket_that_came_just_now_was_not_entered_later() -> None:
    assert entry.arrived(None, HOURS, MONDAY, is_known=True) == {"created_at": "2026-11-23T01:00:00.000Z"}
    assert entry.arrived(Arrival("visit"), HOURS, MONDAY, is_known=True)["entered_at"] is None


@pytest.mark.parametrize("typed", ["2026-11-23T10:00", "2025-11-20T16:40"])
def test_paper_is_neither_from_tomorrow_nor_from_the_year_before(typed: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        entry.arrived(Arrival(taken_at=typed), HOURS, MONDAY, is_known=True)
    assert wrong.value.field == "taken_at"


def test_while_the_box_does_not_know_the_time_what_stands_on_the_paper_is_taken() -> None:
    at_1970 = datetime(1970, 1, 1, tzinfo=UTC)
    found = entry.arrived(Arrival(taken_at="2026-11-20T16:40"), HOURS, at_1970, is_known=False)
    assert found["created_at"] == "2026-11-20T08:40:00.000Z"


def test_the_office_above_waits_until_the_end_of_its_day() -> None:
    found = entry.arrived(Arrival("upper", upper_no="SZ-7", upper_due_on="2026-11-27"), HOURS, MONDAY, is_known=True)
    assert found["upper_no"] == "SZ-7"
    assert from_utc_text(str(found["upper_due_at"])) == local("2026-11-27T17:30")


@pytest.mark.parametrize("typed", ["Friday", "2026-11-22", "2026-02-30"])
def test_a_limit_that_is_no_day_or_over_already_names_the_field(typed: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        entry.arrived(Arrival(upper_due_on=typed), HOURS, MONDAY, is_known=True)
    assert wrong.value.field == "upper_due_on"


def test_a_report_is_confidential_unless_the_operator_says_otherwise() -> None:
    assert TicketForm(type="report").is_confidential
    assert not TicketForm(type="report", privacy="open").is_confidential
    assert not TicketForm(type="help").is_confidential
    assert TicketForm(type="help", privacy="confidential").is_confidential
    assert TicketForm(privacy="anonymous").is_anonymous


def test_what_stands_in_the_tickets_row_holds_no_words() -> None:
    form = TicketForm(title="路灯", content="不亮", type="help", town="CGZ", occurred_at="2026-11-22T21:05")
    found = entry.columns(form, SHANGHAI, MONDAY)
    assert found["town"] == "CGZ"
    assert found["occurred_at"] == "2026-11-22T13:05:00.000Z"
    assert not {"路灯", "不亮"} & set(found.values())
