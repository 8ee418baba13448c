"""All parts together, on their own threads: what a crash left is mended by itself, and the end comes when asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.people.keys import BoxKey
from appliance.recordings.recordings import Recordings
from appliance.recordings.remaking import Polish, Sound, as_it_is
from appliance.upkeep.audit import Audit
from db import recordings as rows
from db.store import Store
from tests.appliance.recordings.shelf import ZONE, Shelf
from tests.appliance.recordings.sounds import MUCH_ROOM, frames
from tests.support import eventually


class Running:
    def __init__(self, folder: Path, polish: Polish = as_it_is) -> None:
        self.store, clock = Store(folder / "hotline.db"), RealClock()
        key = BoxKey.load(folder)
        self.all = Recordings(
            folder, self.store, clock, Audit(self.store, clock, key), key,
            zone=ZONE, clock_ok=lambda: True, polish=polish, look=lambda path: MUCH_ROOM,
        )  # fmt: skip
        self.all.start(warm=True)

    def kept(self) -> list[float]:
        """The lengths of all that has its row."""
        return [row["seconds"] for row in rows.rows(self.store, None, 50)]

    def stop(self) -> None:
        self.all.stop_recording()
        self.all.stop()
        self.store.close()


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """A data folder in which the power went out during a message."""
    shelf = Shelf(tmp_path)
    shelf.breaks_off(seconds=4)
    shelf.store.close()
    return tmp_path


def test_what_a_crash_left_is_mended_after_the_start_by_itself(crashed: Path) -> None:
    running = Running(crashed)
    assert running.all.is_alive()
    eventually(lambda: running.kept() == [4.0])
    running.stop()
    assert not running.all.is_alive()


def test_the_end_closes_what_is_being_said_and_it_has_its_row(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.all.recorder.expect("line1", 1, call_id=7, kind="talk")
    track = running.all.recorder.open("line1", 1, 1)
    assert track is not None
    track.write(frames(25))
    running.all.stop_recording()
    running.all.register.settle()
    assert running.kept() == [0.5]
    running.stop()


def test_the_end_does_not_wait_for_a_polish_that_takes_long(crashed: Path) -> None:
    begun = threading.Event()

    def for_ever(read: Sound, kind: str) -> Iterator[bytes]:
        while True:
            begun.set()
            yield b""

    running = Running(crashed, for_ever)
    eventually(lambda: running.kept() == [4.0])
    with running.store.transaction() as tx:
        rows.belongs_to(tx, 1, None)
    running.all.keeper.wake()
    assert begun.wait(20)
    assert running.all.keeper.stop()
    running.stop()
    assert [path.suffix for path in (crashed / "recordings").iterdir()] == [".raw"]
