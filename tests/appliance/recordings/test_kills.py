"""`kill -9` at any moment while four lines are recorded: every recording plays, at most two seconds are missing."""

from __future__ import annotations

import os
import random
import signal
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.recordings.repair import repair
from tests import rounds
from tests.appliance.recordings.sounds import FRAME_BYTES, FRAMES_PER_S, SEALER, frames, heard
from tests.support import ROOT, eventually

LINES, AT_ONCE = 4, 3
MOST_MISSING_S = 2.0


@dataclass
class Victim:
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def told(self) -> tuple[int, ...]:
        """Frames handed over, by line."""
        return struct.unpack(f"<{LINES}I", (self.folder / "progress").read_bytes())


def start(folder: Path, *options: str) -> Victim:
    folder.mkdir()
    (folder / "progress").write_bytes(bytes(4 * LINES))
    module = "tests.appliance.recordings.recording_child"
    command = [sys.executable, "-m", module, str(folder / "rec"), str(folder / "progress"), str(LINES), *options]
    return Victim(folder, subprocess.Popen(command, cwd=ROOT))


def kill_after(victim: Victim, spoken_s: float) -> tuple[int, ...]:
    eventually(lambda: min(victim.told) >= spoken_s * FRAMES_PER_S, 60.0, every_s=0.003)
    os.kill(victim.process.pid, signal.SIGKILL)
    victim.process.wait()
    return victim.told


def missing_s(folder: Path, told: tuple[int, ...]) -> list[float]:
    """What each line lost, after everything was mended. Whatever is there must be what was said, from the start."""
    lost = list(map(float, told))
    for part in sorted((folder / "rec").glob("*.part")):
        finished = repair(part, SEALER)
        if finished is not None:
            found = heard(folder / "rec" / finished.header.file_name)
            count = len(found) // FRAME_BYTES
            assert found == b"".join(frames(count))
            lost[finished.header.call_id - 1] -= count
    assert not list((folder / "rec").glob("*.part"))
    return [each / FRAMES_PER_S for each in lost]


@pytest.mark.slow
def test_every_recording_plays_and_at_most_two_seconds_are_missing(tmp_path: Path) -> None:
    seed = time.time_ns()
    random.seed(seed)
    for number in range(rounds.count(5, soak=200)):
        victims = [start(tmp_path / f"{number}-{each}") for each in range(AT_ONCE)]
        for victim in victims:
            told = kill_after(victim, random.uniform(0.1, 4.0))
            lost = missing_s(victim.folder, told)
            assert max(lost) <= MOST_MISSING_S, (seed, number, lost)
            assert min(lost) >= -1 / FRAMES_PER_S, (seed, number, lost)


def test_the_kills_would_find_a_recorder_that_flushes_too_seldom(tmp_path: Path) -> None:
    victim = start(tmp_path / "seldom", "6.0")
    lost = missing_s(victim.folder, kill_after(victim, 4.0))
    assert max(lost) > MOST_MISSING_S
