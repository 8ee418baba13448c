"""The recorder: nobody waits for the disk, what was said is kept in order, and a full disk ends a recording softly."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.clock import FastClock, RealClock
from appliance.recordings import writer
from appliance.recordings.layout import PART, Finished, Mark
from appliance.recordings.recorder import Recorder
from appliance.recordings.repair import repair
from appliance.recordings.space import GIB, Room, Water, room_of, water
from appliance.recordings.track import Track
from tests.appliance.recordings.sounds import (
    FRAMES_PER_S,
    SEALER,
    frames,
    heard,
    recorder,
    sound,
)
from tests.support import ROOT, eventually

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


class Disk:
    """A file system of 100 GB with as much room as a test wants."""

    def __init__(self) -> None:
        self.free_share = 0.5

    def __call__(self, folder: Path) -> Room:
        return Room(round(self.free_share * 30 * GIB), 30 * GIB)


class Bench:
    """A recorder without its thread, on a clock moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.disk = folder / "recordings", FastClock(NOW), Disk()
        self.recorder = recorder(self.folder, self.clock, self.disk)

    def listens(self, call_id: int = 7, ref: int = 1, kind: str = "voicemail") -> Track | None:
        self.recorder.expect("line1", ref, call_id=call_id, kind=kind)
        return self.recorder.open("line1", 1, ref)

    def keeps(self, call_id: int = 7, ref: int = 1) -> Track:
        track = self.listens(call_id, ref)
        assert track is not None
        return track

    def speaks(self, track: Track, seconds: float, first: int = 0) -> bool:
        """As in a call: 20 ms of sound each 20 ms, and the recorder looks in now and then."""
        is_kept = True
        for number, frame in enumerate(frames(round(seconds * FRAMES_PER_S), first)):
            is_kept = track.write([frame])
            self.clock.advance(0.02)
            if number % 12 == 11:
                self.recorder.round()
        self.recorder.round()
        return is_kept

    def ends(self, track: Track) -> Finished:
        track.close()
        self.recorder.round()
        return self.recorder.finished.get_nowait()

    def path(self, finished: Finished) -> Path:
        return self.folder / finished.header.file_name


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Recorder]:
    keeper = recorder(tmp_path / "recordings", RealClock())
    keeper.start()
    yield keeper
    keeper.stop()


def test_what_a_line_says_is_a_file_of_its_call_and_kind(bench: Bench) -> None:
    track = bench.keeps(call_id=42)
    assert bench.speaks(track, 3.5)
    finished = bench.ends(track)
    assert (finished.header.call_id, finished.header.kind, finished.header.clock_ok) == (42, "voicemail", True)
    assert finished.header.started_at == "2026-11-23T01:30:00.000Z"
    assert (finished.seconds, finished.ending) == (3.5, "")
    assert heard(bench.path(finished)) == sound(3.5)


def test_what_nobody_expected_is_not_kept_and_an_expectation_serves_once(bench: Bench) -> None:
    assert bench.recorder.open("line1", 1, 1) is None
    assert bench.listens(ref=2) is not None
    assert bench.recorder.open("line1", 1, 2) is None
    bench.recorder.expect("line1", 3, call_id=1, kind="talk")
    assert bench.recorder.open("line2", 1, 3) is None


def test_expectations_that_are_never_met_do_not_pile_up(bench: Bench) -> None:
    for ref in range(1000):
        bench.recorder.expect("line1", ref, call_id=1, kind="talk")
    assert bench.recorder.open("line1", 1, 0) is None
    assert bench.recorder.open("line1", 1, 999) is not None


def test_at_no_moment_is_more_than_a_second_and_a_half_only_in_memory(bench: Bench) -> None:
    track = bench.keeps()
    for said in range(1, 200):
        bench.speaks(track, 0.02)
        on_disk = sum(path.stat().st_size for path in bench.folder.iterdir())
        assert on_disk >= (said * 0.02 - 1.5) * 16_000


def test_a_mark_stands_where_the_sound_was_when_it_was_made(bench: Bench) -> None:
    track = bench.keeps(call_id=42)
    bench.speaks(track, 1.3)
    assert bench.recorder.mark(42, "key", "3")
    bench.speaks(track, 2)
    assert bench.recorder.mark(42, "answered")
    assert not bench.recorder.mark(43, "key", "1")
    finished = bench.ends(track)
    assert finished.marks == (Mark(1.3, "key", "3"), Mark(3.3, "answered"))
    assert not bench.recorder.mark(42, "key", "4")


def test_marks_survive_a_crash_in_the_file_itself(bench: Bench) -> None:
    track = bench.keeps(call_id=42)
    bench.speaks(track, 1.0)
    bench.recorder.mark(42, "key", "3")
    bench.speaks(track, 2.0)
    part = next(bench.folder.glob("*" + PART))
    finished = repair(part, SEALER)
    assert finished is not None
    assert finished.marks == (Mark(1.0, "key", "3"),)
    assert finished.ending == "crash"


def test_four_lines_at_once_are_four_files(bench: Bench) -> None:
    tracks = [bench.keeps(call_id=each, ref=each) for each in range(1, 5)]
    for number, frame in enumerate(frames(150)):
        for each, track in enumerate(tracks):
            track.write([frame] if number >= 10 * each else [])
        bench.clock.advance(0.02)
        bench.recorder.round()
    found = {(finished := bench.ends(track)).header.call_id: heard(bench.path(finished)) for track in tracks}
    assert found == {each: sound(3.0)[320 * 10 * (each - 1) :] for each in range(1, 5)}


def test_a_recording_without_a_word_leaves_nothing(bench: Bench) -> None:
    track = bench.keeps()
    bench.recorder.round()
    track.close()
    bench.recorder.round()
    assert bench.recorder.finished.empty()
    assert list(bench.folder.iterdir()) == []
    assert bench.recorder.open_names() == frozenset()


def test_closing_twice_does_nothing_and_a_closed_one_takes_nothing(bench: Bench) -> None:
    track = bench.keeps()
    bench.speaks(track, 1.0)
    finished = bench.ends(track)
    track.close()
    assert not track.write(frames(1))
    bench.recorder.round()
    assert bench.recorder.finished.empty()
    assert heard(bench.path(finished)) == sound(1.0)


# --- the disk ---


@pytest.mark.parametrize(
    ("free_gib", "size_gib", "mark"),
    [
        (15, 30, Water.LOW), (5.9, 30, Water.WARN), (2.9, 30, Water.STOP), (1.4, 30, Water.FULL),
        (20, 250, Water.LOW), (7, 250, Water.WARN), (3.9, 250, Water.STOP), (1.9, 250, Water.FULL),
        (1.5, 4, Water.LOW), (0.3, 4, Water.STOP), (0, 0, Water.FULL),
    ],
)  # fmt: skip
def test_the_water_marks_are_shares_of_small_disks_and_room_on_large_ones(
    free_gib: float, size_gib: float, mark: Water
) -> None:
    assert water(Room(round(free_gib * GIB), round(size_gib * GIB))) is mark


def test_the_room_is_that_of_the_real_file_system(tmp_path: Path) -> None:
    found = room_of(tmp_path)
    assert 0 <= found.free_bytes <= found.size_bytes
    assert found.size_bytes > 0


def test_above_the_first_mark_the_desk_is_told_and_above_the_second_nothing_new_is_recorded(bench: Bench) -> None:
    running = bench.keeps(call_id=1)
    for free_share, state, is_kept in [(0.19, "filling", True), (0.09, "full", False), (0.5, "", True)]:
        bench.disk.free_share = free_share
        bench.clock.advance(3)
        bench.recorder.round()
        assert bench.recorder.state == state
        assert (bench.listens(ref=9) is not None) is is_kept
        assert running.write(frames(1))


def test_a_disk_that_fills_ends_the_recording_and_keeps_what_is_there(bench: Bench) -> None:
    track = bench.keeps()
    assert bench.speaks(track, 4.0)
    bench.disk.free_share = 0.04
    assert not bench.speaks(track, 3.0, first=200)
    finished = bench.recorder.finished.get_nowait()
    assert finished.ending == "full"
    said = heard(bench.path(finished))
    assert sound(7.0).startswith(said)
    assert finished.seconds >= 4.0
    assert bench.recorder.state == "full"


def test_a_write_that_fails_ends_the_recording_and_the_others_go_on(tmp_path: Path) -> None:
    """A real limit on the size of files, in a process of its own; the second, shorter recording stays below it."""
    script = f"""
import resource, signal
from pathlib import Path
from tests.appliance.recordings.test_recorder import Bench
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
bench = Bench(Path({str(tmp_path)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
long = bench.keeps(call_id=1, ref=1)
assert bench.speaks(long, 4.0)
short = bench.keeps(call_id=2, ref=2)
print(bench.speaks(long, 6.0, first=200), bench.recorder.state)
assert bench.speaks(short, 2.0)
bench.ends(short)
print(bench.recorder.state)
"""
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["False broken", ""], said.stderr
    lengths = sorted(len(heard(path)) / 16_000 for path in (tmp_path / "recordings").iterdir())
    assert lengths[0] == 2.0
    assert 5.0 <= lengths[1] <= 100_000 / 16_000


def test_a_folder_that_cannot_be_made_costs_the_recording_not_the_recorder(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way", encoding="utf-8")
    bench = Bench(tmp_path)
    track = bench.keeps()
    bench.recorder.round()
    assert not track.write(frames(1))
    assert bench.recorder.state == "broken"
    bench.clock.advance(minutes=16)
    assert bench.recorder.state == ""


def test_while_the_disk_hangs_nobody_waits_and_twenty_seconds_are_the_most_that_wait(
    running: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, lets_go = threading.Event(), threading.Event()
    sync = os.fdatasync

    def hang(descriptor: int) -> None:
        hangs.set()
        lets_go.wait(30)
        sync(descriptor)

    running.expect("line1", 1, call_id=1, kind="talk")
    monkeypatch.setattr(os, "fdatasync", hang)
    track = running.open("line1", 1, 1)
    assert track is not None
    assert hangs.wait(10)
    taken = 0
    while track.write(frames(FRAMES_PER_S, taken * FRAMES_PER_S)):
        taken += 1
        assert taken <= 20
    assert running.mark(1, "key") is False
    running.expect("line1", 2, call_id=2, kind="talk")
    assert running.open("line1", 1, 2) is not None
    assert taken == 20
    lets_go.set()
    finished = running.finished.get(timeout=20)
    assert (finished.seconds, finished.ending) == (20.0, "slow")


def test_stopping_closes_what_is_being_said(tmp_path: Path) -> None:
    keeper = recorder(tmp_path, RealClock())
    keeper.start()
    keeper.expect("line1", 1, call_id=1, kind="talk")
    track = keeper.open("line1", 1, 1)
    assert track is not None
    track.write(frames(30))
    assert keeper.stop()
    assert not keeper.is_alive()
    finished = keeper.finished.get_nowait()
    assert heard(tmp_path / finished.header.file_name) == sound(0.6)


def test_the_thread_writes_by_itself_and_sleeps_when_nothing_is_said(running: Recorder, tmp_path: Path) -> None:
    running.expect("line1", 1, call_id=1, kind="talk")
    track = running.open("line1", 1, 1)
    assert track is not None
    track.write(frames(10))  # less than a second: only time makes it due
    part = eventually(lambda: next((tmp_path / "recordings").glob("*" + PART), None))
    eventually(lambda: part.stat().st_size > 3200)
    track.close()
    assert running.finished.get(timeout=20).seconds == 0.2


# --- power cuts ---


def worst_power_cut_s(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> float:
    """Six seconds are said, and the power could go each seventh of a second: what would be missing at worst.

    Surely on the disk is what a file held at its last flush, under a name that its folder was flushed with.
    """
    surely: dict[str, bytes] = {}
    names: set[str] = set()
    sync, sync_any = os.fdatasync, os.fsync

    def note_file(descriptor: int) -> None:
        sync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        surely[path.name] = path.read_bytes()

    def note_folder(descriptor: int) -> None:
        sync_any(descriptor)
        names.update(path.name for path in bench.folder.iterdir())

    monkeypatch.setattr(os, "fdatasync", note_file)
    monkeypatch.setattr(os, "fsync", note_folder)
    track, worst_s = bench.keeps(), 0.0
    after = bench.folder.parent / "after"
    after.mkdir()
    for said in range(7, 300, 7):
        bench.speaks(track, 0.14, first=said)
        kept_s = 0.0
        for name in names & surely.keys():
            (after / name).write_bytes(surely[name])
            mended = repair(after / name, SEALER)
            kept_s = mended.seconds if mended is not None else 0.0
            for path in after.iterdir():
                path.unlink()
        worst_s = max(worst_s, said * 0.02 - kept_s)
    return worst_s


def test_a_power_cut_at_any_moment_costs_no_more_than_a_kill(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert worst_power_cut_s(bench, monkeypatch) <= 2.0


@pytest.mark.parametrize("bug", ["the file is never flushed", "its name is never flushed"])
def test_the_power_cuts_would_find_a_recorder_that_forgets_to_flush(
    bench: Bench, bug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bug == "the file is never flushed":
        monkeypatch.setattr(writer.SealedWriter, "sync", lambda self: None)
    else:
        monkeypatch.setattr(writer, "sync_folder", lambda folder: None)
    assert worst_power_cut_s(bench, monkeypatch) > 2.0
