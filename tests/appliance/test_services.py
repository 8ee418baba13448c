"""The network sets the time while the office works: the wall clock jumps, the monotonic one goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.people.passwords import Passwords
from db import people
from tests.appliance.small_office import NIGHT, WANG, ZHAO, SmallOffice

DAYS = timedelta(days=3)
GOOD, SEAT = "correct horse", "192.168.1.20"
LONG = "东街路灯不亮，已经三天了，晚上很黑，老人出门不安全。" * 6


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    opened = SmallOffice(tmp_path)
    opened.services.mend_after_clock()
    return opened


def minute(office: SmallOffice) -> None:
    office.clock.advance(60)
    office.services.mend_after_clock()


def signed_in(office: SmallOffice) -> str:
    with office.store.transaction() as tx:
        people.set_user_password(tx, office.li.id, Passwords().hash(GOOD), must_change=False)
    return office.office.users.sign_in("li", GOOD, SEAT)[0]


def test_tickets_and_call_backs_are_due_by_the_true_time_after_a_step(office: SmallOffice) -> None:
    office.text(from_=ZHAO, text="西街停水")
    office.hang_up(office.ring(from_=WANG))
    office.wait(minutes=2)
    (owed,) = office.office.callbacks.rows()
    drafted = office.office.tickets.row(office.last_no()).stage_due_at
    assert drafted is not None
    office.clock.step(DAYS.total_seconds())
    minute(office)
    (now_owed,) = office.office.callbacks.rows()
    assert now_owed.opened_at == owed.opened_at + DAYS
    assert now_owed.due_at == owed.due_at + DAYS
    assert now_owed.lateness == "none"
    assert office.office.tickets.row(office.last_no()).stage_due_at == drafted + DAYS
    assert office.sweep() == 0
    minute(office)
    assert office.office.callbacks.rows() == (now_owed,)


def test_a_step_forward_ends_no_session_and_twelve_hours_stay_twelve(office: SmallOffice) -> None:
    token = signed_in(office)
    office.clock.advance(hours=1)
    office.clock.step(DAYS.total_seconds())
    assert office.office.users.by_token(token) is not None  # before the minute's look
    minute(office)
    office.clock.advance(hours=10)
    assert office.office.users.by_token(token) is not None
    office.clock.advance(hours=1)
    assert office.office.users.by_token(token) is None


def test_a_step_back_makes_no_session_longer(office: SmallOffice) -> None:
    token = signed_in(office)
    office.clock.advance(minutes=30)
    office.services.mend_after_clock()
    office.clock.step(-timedelta(hours=6).total_seconds())
    minute(office)
    office.clock.advance(hours=11, minutes=28)
    office.services.mend_after_clock()
    assert office.office.users.by_token(token) is not None
    office.clock.advance(minutes=2)
    assert office.office.users.by_token(token) is None


def test_a_session_of_an_earlier_run_ends_when_it_should(office: SmallOffice) -> None:
    token = signed_in(office)
    office.crash()
    office.clock.step(DAYS.total_seconds())
    assert office.office.users.by_token(token) is None


def test_parts_of_one_message_find_each_other_over_a_step(office: SmallOffice) -> None:
    first, *others = office.parts(from_=WANG, text=LONG)
    office.handle(first)
    office.clock.step(DAYS.total_seconds())
    for part in others:
        office.handle(part)
    assert office.count("sms_in") == 1
    assert office.sms_row(office.last_sms())["text"] == LONG


def test_an_old_half_of_an_earlier_run_takes_no_part_in(office: SmallOffice) -> None:
    first, *others = office.parts(from_=WANG, text=LONG)
    office.handle(first)
    office.crash()
    office.clock.advance(days=3)
    office.handle(others[0])
    assert office.count("sms_in") == 2


def test_a_clock_that_was_wrong_and_is_set_gives_everything_its_true_moment(tmp_path: Path) -> None:
    bed = SmallOffice(tmp_path, now=NIGHT.replace(year=1970))
    bed.services.mend_after_clock()
    bed.hang_up(bed.ring(from_=WANG))
    bed.wait(minutes=2)
    (owed,) = bed.office.callbacks.rows()
    away = NIGHT - bed.clock.now()
    bed.clock.step(away.total_seconds())
    minute(bed)
    (now_owed,) = bed.office.callbacks.rows()
    assert now_owed.opened_at == owed.opened_at + away
