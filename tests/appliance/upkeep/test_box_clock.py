"""A clock without a battery starts in 1970; nothing is decided until it is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.clock import FastClock
from appliance.errors import FieldWrong
from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit
from appliance.upkeep.box_clock import BoxClock
from db.store import Store

TODAY = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "hotline.db")
    yield opened
    opened.close()


def lived_until(store: Store, moment: datetime) -> None:
    with store.transaction() as tx:
        BoxClock(store, FastClock(moment)).note_in(tx)


@pytest.mark.parametrize(
    ("now", "is_ok"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(2000, 1, 1, tzinfo=UTC), False),
        (TODAY, True),
        (TODAY + timedelta(days=400), True),
        (datetime(2106, 2, 7, tzinfo=UTC), False),
    ],
)
def test_impossible_times_are_not_believed(store: Store, now: datetime, is_ok: bool) -> None:
    assert BoxClock(store, FastClock(now)).is_ok() is is_ok


def test_a_clock_that_went_back_behind_what_was_lived_through_is_not_believed(store: Store) -> None:
    lived_until(store, TODAY)
    assert not BoxClock(store, FastClock(TODAY - timedelta(days=1))).is_ok()
    assert BoxClock(store, FastClock(TODAY - timedelta(minutes=30))).is_ok()


def test_a_wrong_time_is_never_remembered(store: Store) -> None:
    lived_until(store, TODAY)
    lived_until(store, datetime(1970, 1, 1, tzinfo=UTC))
    assert not BoxClock(store, FastClock(TODAY - timedelta(days=1))).is_ok()


def test_time_is_noted_now_and_then_and_nothing_is_written_in_between(store: Store) -> None:
    clock = FastClock(TODAY)
    box_clock = BoxClock(store, clock)
    box_clock.note()
    first = store.row("SELECT value FROM meta WHERE key = 'last_seen_at'")
    clock.advance(minutes=5)
    box_clock.note()
    assert store.row("SELECT value FROM meta WHERE key = 'last_seen_at'") == first
    clock.advance(hours=7)
    box_clock.note()
    assert store.row("SELECT value FROM meta WHERE key = 'last_seen_at'") != first


WRONG_2035 = datetime(2035, 6, 1, tzinfo=UTC)


def run(store: Store, start: datetime, hours: float) -> bool:
    """One run of the program, its minute job now and then, stopped cleanly; whether its clock was believed."""
    clock = FastClock(start)
    box_clock = BoxClock(store, clock)
    was_ok = box_clock.is_ok()
    for _ in range(int(hours)):
        box_clock.note()
        clock.advance(hours=1)
    with store.transaction() as tx:
        box_clock.note_in(tx)
    return was_ok


def test_a_start_in_a_wrong_future_does_not_make_the_true_time_unbelievable(store: Store) -> None:
    assert run(store, TODAY, 30)
    assert run(store, WRONG_2035, 20)
    assert run(store, TODAY + timedelta(days=3), 2)
    assert not run(store, TODAY - timedelta(days=3), 2)  # what was lived through is still known


def test_a_step_into_a_wrong_future_and_back_is_forgotten(store: Store) -> None:
    clock = FastClock(TODAY)
    box_clock = BoxClock(store, clock)
    for _ in range(60):
        box_clock.note()
        clock.advance(hours=1)
    clock.step(timedelta(days=3000).total_seconds())
    for _ in range(20):
        box_clock.note()
        clock.advance(hours=1)
    clock.step(-timedelta(days=3000).total_seconds())
    assert box_clock.is_ok()
    box_clock.note()
    assert run(store, TODAY + timedelta(days=4), 1)
    assert not run(store, TODAY + timedelta(days=2), 1)


def test_weeks_of_work_are_remembered_without_a_pause(store: Store) -> None:
    assert run(store, TODAY, 24 * 45)
    assert not run(store, TODAY + timedelta(days=44), 1)


def test_half_a_year_switched_off_is_believed_at_once_and_remembered_after_a_day(store: Store) -> None:
    run(store, TODAY, 30)
    later = TODAY + timedelta(days=183)
    assert run(store, later, 23)
    assert run(store, TODAY + timedelta(days=40), 1)
    assert run(store, later, 30)
    assert not run(store, later - timedelta(days=1), 1)


def test_a_person_may_say_that_the_clock_is_right(store: Store, tmp_path: Path) -> None:
    run(store, WRONG_2035, 48)  # a wrong year for two days: now it is remembered
    box_clock = BoxClock(store, clock := FastClock(TODAY))
    audit = Audit(store, clock, BoxKey.load(tmp_path))
    assert not box_clock.is_ok()
    assert box_clock.trust(audit) == TODAY
    assert box_clock.is_ok()
    assert run(store, TODAY + timedelta(days=1), 1)
    row = store.row("SELECT action, role FROM audit")
    assert row is not None
    assert tuple(row) == ("clock_trusted", "shell")


def test_an_impossible_time_can_not_be_trusted(store: Store, tmp_path: Path) -> None:
    clock = FastClock(datetime(1970, 1, 1, tzinfo=UTC))
    with pytest.raises(FieldWrong):
        BoxClock(store, clock).trust(Audit(store, clock, BoxKey.load(tmp_path)))
    assert store.row("SELECT 1 FROM audit") is None
