"""What sound costs and how good the key detector is: `python -m tests.modem.audio.bench` prints a table.

The delay is measured in real time with the real arecord and aplay on files: aplay's buffer of 100 ms is in it, a real
card's own conversion is not.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from modem.audio.frames import FRAME_BYTES, FRAME_S, RATE_HZ, SILENCE
from modem.audio.goertzel import DtmfDetector
from modem.audio.levels import LevelMeter
from modem.audio.line_sound import LineSound
from modem.audio.tones import in_frames, sine
from modem.events import CallSound
from tests.modem.audio.alsa_bench import AlsaBench
from tests.modem.audio.keypad import Line, dialled, heard
from tests.modem.audio.pty_sound import PtySound, frames_of
from tests.modem.audio.test_goertzel import HARD_LINES, SPEECH_AND_MUSIC


def row(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:<58} {figure}\n")
    sys.stdout.flush()


def quality(keys: int) -> None:
    for name, line in HARD_LINES.items():
        row(f"keys heard of {keys}, 40/40 ms: {name}", _score(line, keys))
    for snr_db in (10.0, 8.0):
        row(f"keys heard of {keys}, 40/40 ms: {snr_db:.0f} dB SNR", _score(Line(snr_db=snr_db), keys))


def _score(line: Line, count: int) -> str:
    chance, missed, added = random.Random(1), 0, 0
    for _ in range(count // 50):
        keys, sound = dialled(50, line, chance)
        found = heard(sound)
        missed, added = missed + max(0, len(keys) - len(found)), added + max(0, len(found) - len(keys))
        if len(keys) == len(found):
            missed += sum(one != other for one, other in zip(keys, found, strict=True))
    return f"{100 * (1 - missed / count):.2f} % ({missed} missed, {added} added)"


def false_keys() -> None:
    listened_s, found, cpu_s = 0.0, 0, 0.0
    for file in sorted(SPEECH_AND_MUSIC.glob("**/*.wav")):
        with wave.open(str(file)) as recording:
            sound = recording.readframes(recording.getnframes())
        began_s = time.process_time()
        found += len(heard(sound))
        cpu_s += time.process_time() - began_s
        listened_s += len(sound) / 2 / RATE_HZ
    if listened_s:
        row(f"false keys in {listened_s / 60:.1f} min of speech and music", str(found))
        row("CPU of the detector, speech and music", f"{1000 * cpu_s / listened_s:.2f} ms per second of sound")


def cpu() -> None:
    _, sound = dialled(200, Line(), random.Random(3))
    seconds = len(sound) / 2 / RATE_HZ
    for name, feed in (("detector, keys all the time", DtmfDetector().feed), ("level meter", LevelMeter().feed)):
        began_s = time.process_time()
        for frame in frames_of(sound):
            feed(frame)
        row(f"CPU of the {name}", f"{1000 * (time.process_time() - began_s) / seconds:.2f} ms per second of sound")


def call(seconds: float, *, busy_threads: int = 0) -> None:
    """One call with a headset: CPU of its thread, memory, dropped frames, and the delay of a tone each way."""
    done = threading.Event()
    row(f"-- a call beside {busy_threads} threads that always compute", "")
    for _ in range(busy_threads):
        threading.Thread(target=_compute, args=(done,), daemon=True).start()
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        PtySound(Path(folder)) as module,
    ):
        headset = AlsaBench(Path(folder), patch)
        sound = LineSound("line1", module.path, "headset", lambda event: None, RealClock())
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
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
        row("CPU of a call's thread", f"{1000 * cpu_s / levels.seconds:.1f} ms per second of sound")
        row("RSS grown by a call", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb} kB")
        row("frames dropped", f"{levels.dropped_frames} of {round(2 * levels.seconds / FRAME_S)}")
        row("delay module -> headset, aplay's buffer included", f"{1000 * (far_heard_s - far_said[0]):.0f} ms")
        row("delay headset -> module", f"{1000 * (near_heard_s - near_said[0]):.0f} ms")
        done.set()
        sound.stop()
        headset.stop()


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
    words.add_argument("--keys", type=int, default=2000)
    words.add_argument("--seconds", type=float, default=10.0)
    told = words.parse_args()
    row("machine", f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    quality(told.keys)
    cpu()
    call(told.seconds)
    call(told.seconds, busy_threads=1)
    false_keys()


if __name__ == "__main__":
    main()
