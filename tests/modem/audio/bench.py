"""What sound costs and how good the detectors are: `python -m tests.modem.audio.bench`, `./install.sh bench voice`.

The delay is measured in real time with the real arecord and aplay on files: aplay's buffer of 100 ms is in it, a real
card's own conversion is not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from modem.audio.frames import FRAME_BYTES, FRAME_S, SILENCE
from modem.audio.line_sound import LineSound
from modem.audio.tones import in_frames, sine
from modem.events import CallSound
from tests.bench.figure import Figure, tables
from tests.bench.programs import OURS, PEERS
from tests.modem.audio import detector_figures, line_figures
from tests.modem.audio.alsa_bench import AlsaBench
from tests.modem.audio.pty_sound import PtySound


def measure(_folder: Path | None = None) -> list[Figure]:
    """For `./install.sh bench voice`."""
    return figures(keys=5000, tones=100, seconds=10.0)


def figures(*, keys: int, tones: int, seconds: float) -> list[Figure]:
    return [
        *detector_figures.keys(keys),
        *detector_figures.tones(tones),
        *detector_figures.false_alarms_and_cost(),
        *detector_figures.cost(),
        *line_figures.whole(seconds),
        *line_figures.memory(3 * seconds),
        *line_figures.key_acts(20),
        *call(seconds),
        *call(seconds, busy_threads=1),
    ]


def call(seconds: float, *, busy_threads: int = 0) -> list[Figure]:
    """One call with a headset: CPU of its thread, dropped frames, and the delay of a tone each way."""
    done = threading.Event()
    beside = f"beside {busy_threads} threads that always compute"
    for _ in range(busy_threads):
        threading.Thread(target=_compute, args=(done,), daemon=True).start()
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        PtySound(Path(folder)) as module,
    ):
        headset = AlsaBench(Path(folder), patch)
        sound = LineSound("line1", module.path, "headset", lambda event: None, RealClock())
        sound.on_event(CallSound("line1", 1, is_on=True))
        thread = next(thread for thread in threading.enumerate() if thread.name == "sound-line1")
        near_said: list[float] = []
        headset.speak(_silence_then_tone(seconds / 2, near_said))
        far_said: list[float] = []
        far = _silence_then_tone(seconds / 2, far_said)
        far_heard_s = near_heard_s = 0.0
        next_s = time.monotonic()
        for _ in range(round(seconds / FRAME_S)):
            module.give(next(far))
            next_s += FRAME_S
            while time.monotonic() < next_s:
                far_heard_s = far_heard_s or (time.monotonic() if _is_loud(headset.heard) else 0.0)
                near_heard = module.hear()
                near_heard_s = near_heard_s or (time.monotonic() if _is_loud(near_heard) else 0.0)
                time.sleep(0.001)
        assert thread.ident is not None
        cpu_s = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        levels = sound.levels()
        found = [
            Figure("CPU of a call's thread", 1000 * cpu_s / levels.seconds, "ms/s", note=beside),
            Figure("frames dropped", levels.dropped_frames, f"of {round(2 * levels.seconds / FRAME_S)}", note=beside),
            Figure("delay module -> headset", 1000 * (far_heard_s - far_said[0]), "ms", note="with aplay's buffer"),
            Figure("delay headset -> module", 1000 * (near_heard_s - near_said[0]), "ms", note=beside),
        ]
        done.set()
        sound.stop()
        headset.stop()
    return found


def _compute(done: threading.Event) -> None:
    while not done.is_set():
        sum(number * number for number in range(1000))


def _silence_then_tone(silent_s: float, said_at_s: list[float]) -> Iterator[bytes]:
    for _ in range(round(silent_s / FRAME_S)):
        yield SILENCE
    said_at_s.append(time.monotonic())
    while True:
        yield from in_frames(sine(1000, seconds=0.1))


def _is_loud(sound: bytes) -> bool:
    return any(sound[-16 * FRAME_BYTES :])


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.modem.audio.bench")
    words.add_argument("--keys", type=int, default=5000)
    words.add_argument("--tones", type=int, default=100)
    words.add_argument("--seconds", type=float, default=10.0)
    told = words.parse_args()
    sys.stderr.write(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}\n")
    found = figures(keys=told.keys, tones=told.tones, seconds=told.seconds)
    sys.stdout.write(tables(found, OURS, PEERS) + "\n")


if __name__ == "__main__":
    main()
