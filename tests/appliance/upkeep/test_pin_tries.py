"""A PIN is tried once, whatever is started anew; one that was right may open the card again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.errors import FieldWrong
from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit
from appliance.upkeep.pin_tries import PinTries, free
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
    assert start().may_try("line1", HOLDER, "1234")
    for _ in range(3):
        again = start()
        assert not again.may_try("line1", HOLDER, "1234")
        assert not again.may_try("line1", HOLDER, "1234")


def test_another_pin_and_another_module_have_a_try_of_their_own(start: Callable[[], PinTries]) -> None:
    assert start().may_try("line1", HOLDER, "1234")
    assert start().may_try("line1", HOLDER, "4321")
    assert start().may_try("line2", "line:line2", "1234")
    assert not start().may_try("line1", HOLDER, "4321")


def test_what_the_card_took_is_given_again_and_once_each_time(start: Callable[[], PinTries]) -> None:
    first = start()
    assert first.may_try("line1", HOLDER, "1234")
    first.was_right(HOLDER, "1234")
    after_a_power_cut = start()
    assert after_a_power_cut.may_try("line1", HOLDER, "1234")
    assert not start().may_try("line1", HOLDER, "1234"), "another card may be in the module now: its answer is awaited"


def test_that_a_pin_was_right_says_nothing_about_another(start: Callable[[], PinTries]) -> None:
    tries = start()
    assert tries.may_try("line1", HOLDER, "1234")
    tries.was_right(HOLDER, "4321")
    assert not tries.may_try("line1", HOLDER, "1234")


def test_the_file_holds_no_pin_and_nothing_it_could_be_guessed_from(start: Starts, tmp_path: Path) -> None:
    assert start().may_try("line1", HOLDER, "83517264")
    (row,) = start.stores[0].rows("SELECT * FROM pin_try")
    assert row["digest"] == BoxKey.load(tmp_path).digest("sim pin", HOLDER, "83517264")
    assert "83517264" not in str(tuple(row))
    assert BoxKey.load(tmp_path / "other").digest("sim pin", HOLDER, "83517264") != row["digest"]


def test_without_a_record_nothing_is_tried(start: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = start()
    start.stores[0].close()  # as good as a disk that takes nothing
    with pytest.raises(sqlite3.Error), start.stores[0].transaction():
        pass
    assert not tries.may_try("line1", HOLDER, "1234")
    tries.was_right(HOLDER, "1234")
    start.stores.clear()
    assert start().may_try("line1", HOLDER, "1234")


def test_a_spent_try_is_known_without_another(start: Callable[[], PinTries]) -> None:
    tries = start()
    assert not tries.was_tried(HOLDER, "1234")
    assert tries.may_try("line1", HOLDER, "1234")
    assert tries.was_tried(HOLDER, "1234")
    assert start().was_tried(HOLDER, "1234")
    assert not tries.was_tried("iccid:89860099000000000011", "1234"), "another card in the same module"
    tries.was_right(HOLDER, "1234")
    assert not tries.was_tried(HOLDER, "1234")


def test_without_reading_a_pin_counts_as_tried(start: Starts) -> None:
    tries = start()
    with start.stores[0].transaction() as tx:
        tx.execute("DROP TABLE pin_try")
    assert tries.was_tried(HOLDER, "1234")


def test_a_person_frees_the_try_of_one_line_and_that_is_in_the_audit(start: Starts, tmp_path: Path) -> None:
    tries = start()
    store = start.stores[0]
    audit = Audit(store, RealClock(), BoxKey.load(tmp_path))
    assert tries.may_try("line1", HOLDER, "1234")
    assert tries.may_try("line2", "imei:004999010640777", "1234")
    assert tries.may_try("line3", "imei:004999010640785", "1234")
    tries.was_right("imei:004999010640785", "1234")
    free(audit, "line1")
    assert not tries.was_tried(HOLDER, "1234"), "in the process that runs, too"
    assert tries.may_try("line1", HOLDER, "1234")
    assert not tries.may_try("line1", HOLDER, "1234"), "once"
    assert tries.was_tried("imei:004999010640777", "1234")
    rows = store.rows("SELECT action, entity, role FROM audit")
    assert [tuple(row) for row in rows] == [("pin_freed", "line", "shell")]
    assert audit.verify().is_whole
    for line in ("line3", "line9"):
        with pytest.raises(FieldWrong, match="line1, line2"):
            free(audit, line)
    assert len(store.rows("SELECT 1 FROM audit")) == 1
