"""A PIN is tried once, whatever is started anew; one that was right may open the card again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.people.keys import BoxKey
from appliance.upkeep.pin_tries import PinTries
from db.store import Store

HOLDER = "imei:004999010640000"


class Starts:
    """The same data folder, opened by one process after another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.stores: list[Store] = []

    def __call__(self) -> PinTries:
        self.stores.append(Store(self._folder / "hotline.db"))
        return PinTries(self.stores[-1], RealClock(), BoxKey.load(self._folder))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starts]:
    starts = Starts(tmp_path)
    yield starts
    for store in starts.stores:
        store.close()


def test_a_pin_is_given_once_also_by_the_next_process(start: Callable[[], PinTries]) -> None:
    assert start().may_try(HOLDER, "1234")
    for _ in range(3):
        again = start()
        assert not again.may_try(HOLDER, "1234")
        assert not again.may_try(HOLDER, "1234")


def test_another_pin_and_another_module_have_a_try_of_their_own(start: Callable[[], PinTries]) -> None:
    assert start().may_try(HOLDER, "1234")
    assert start().may_try(HOLDER, "4321")
    assert start().may_try("line:line2", "1234")
    assert not start().may_try(HOLDER, "4321")


def test_what_the_card_took_is_given_again_and_once_each_time(start: Callable[[], PinTries]) -> None:
    first = start()
    assert first.may_try(HOLDER, "1234")
    first.was_right(HOLDER, "1234")
    after_a_power_cut = start()
    assert after_a_power_cut.may_try(HOLDER, "1234")
    assert not start().may_try(HOLDER, "1234"), "another card may be in the module now: its answer is awaited"


def test_that_a_pin_was_right_says_nothing_about_another(start: Callable[[], PinTries]) -> None:
    tries = start()
    assert tries.may_try(HOLDER, "1234")
    tries.was_right(HOLDER, "4321")
    assert not tries.may_try(HOLDER, "1234")


def test_the_file_holds_no_pin_and_nothing_it_could_be_guessed_from(start: Starts, tmp_path: Path) -> None:
    assert start().may_try(HOLDER, "83517264")
    (row,) = start.stores[0].rows("SELECT * FROM pin_try")
    assert row["digest"] == BoxKey.load(tmp_path).digest("sim pin", HOLDER, "83517264")
    assert "83517264" not in str(tuple(row))
    assert BoxKey.load(tmp_path / "other").digest("sim pin", HOLDER, "83517264") != row["digest"]


def test_without_a_record_nothing_is_tried(start: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = start()
    start.stores[0].close()  # as good as a disk that takes nothing
    with pytest.raises(sqlite3.Error), start.stores[0].transaction():
        pass
    assert not tries.may_try(HOLDER, "1234")
    tries.was_right(HOLDER, "1234")
    start.stores.clear()
    assert start().may_try(HOLDER, "1234")
