"""A clock without a battery starts in 1970; nothing is decided until it is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.clock import FastClock
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
