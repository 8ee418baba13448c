"""What a SIM may still send. How it steers the outbox is told in test_sending.py."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from appliance.clock import FastClock
from appliance.config import ModemSettings
from appliance.outreach.budget import SmsBudget
from appliance.outreach.purposes import MOST_PER_NUMBER_AND_DAY, PURPOSES, limited_with, purpose
from db.store import Store
from tests.appliance.small_office import MORNING


@pytest.fixture
def clock() -> FastClock:
    return FastClock(MORNING)


def budget(tmp_path: Path, clock: FastClock, *, sms_per_day: int = 0) -> SmsBudget:
    modem = ModemSettings("line1", sms_per_day=sms_per_day)
    return SmsBudget([modem], Store(tmp_path / "a.db"), clock, ZoneInfo("Asia/Shanghai"))


def test_no_cap_means_no_end(tmp_path: Path, clock: FastClock) -> None:
    free = budget(tmp_path, clock)
    free.spend("line1", 100_000)
    assert free.has_room_today("line1", purpose("rating"), 1)
    assert free.may_send_now("line1", 1)


def test_room_for_anything_is_room_for_the_longest_message_of_the_last_purpose(
    tmp_path: Path, clock: FastClock
) -> None:
    plan = budget(tmp_path, clock, sms_per_day=1000)
    plan.spend("line1", int(1000 * 0.5) - 255)
    assert plan.has_room_for_anything("line1")
    plan.spend("line1", 1)
    assert not plan.has_room_for_anything("line1")
    assert plan.has_room_today("line1", purpose("notice"), 254)
    assert budget(tmp_path, clock).has_room_for_anything("line1")


def test_giving_back_more_than_was_spent_leaves_nothing_owed(tmp_path: Path, clock: FastClock) -> None:
    small = budget(tmp_path, clock, sms_per_day=2)
    small.give_back("line1", 5)
    assert small.sent_today("line1") == 0
    small.spend("line1", 2)
    assert not small.has_room_today("line1", purpose("emergency"), 1)


def test_purposes_are_spent_in_the_settled_order() -> None:
    order = ("emergency", "dispatch", "receipt", "progress", "reminder", "rating", "notice")
    rows = [purpose(key) for key in order]
    assert [row.rank for row in rows] == sorted(row.rank for row in rows)
    assert [row.share for row in rows] == sorted((row.share for row in rows), reverse=True)


def test_the_night_holds_only_what_it_may() -> None:
    held = {row.key for row in PURPOSES if row.waits_for_morning}
    assert held == {"reminder", "rating", "result", "supervision", "task", "question", "notice", "conference"}


def test_whoever_stopped_texts_still_gets_his_answers_and_every_warning() -> None:
    assert {row.key for row in PURPOSES if row.is_stopped_by_td} == {"question", "rating", "notice"}


def test_every_limit_has_its_number() -> None:
    assert {row.limited_as for row in PURPOSES} - {""} == MOST_PER_NUMBER_AND_DAY.keys()
    assert "receipt" in limited_with("progress")
    assert limited_with("emergency") == ()
