"""How well keys and tones are found on bad lines, how often they are found where none are, and what it costs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from modem.audio.frames import RATE_HZ
from modem.audio.hearing import Hearing
from modem.audio.laws import FrameReader, decode, encode
from modem.audio.levels import LevelMeter
from modem.audio.shield import Sound, Unshield, escape
from modem.audio.tones import in_frames
from modem.audio.wav import read_wav
from modem.events import CallTone
from modem.voice_profile import SampleFormat
from tests.bench.figure import Figure
from tests.modem.audio.exchange import (
    BUSY,
    CONGESTION,
    DIAL,
    MUSIC,
    RING_BACK,
    SPEECH,
    STUTTER_DIAL,
    Trunk,
    recordings,
    told,
    tone,
)
from tests.modem.audio.keypad import Line, dialled, heard
from tests.modem.audio.wav_files import wav_file

PORTION = 96  # bytes of one read from a modem's port
MOST_CPU_MS = 5.0
TONES = {
    "busy": (BUSY, 4.5, CallTone.BUSY),
    "congestion": (CONGESTION, 7.5, CallTone.BUSY),
    "ring-back": (RING_BACK, 12.0, CallTone.RING_BACK),
    "dial tone": (DIAL, 2.5, CallTone.DIAL),
    "dial tone, interrupted": (STUTTER_DIAL, 2.5, CallTone.DIAL),
}


def keys(count: int) -> Iterator[Figure]:
    """Random keys at 40/40 ms, 15 dB, twist within 6 dB, tune within 1.5 %; and the same through each law."""
    chance, found = random.Random(1), dict.fromkeys(SampleFormat, 0)
    added = dict.fromkeys(SampleFormat, 0)
    for _ in range(count // 50):
        pressed, sound = dialled(50, Line(), chance)
        for form in SampleFormat:
            got = heard(decode(encode(sound, form), form))
            found[form] += sum(one == other for one, other in zip(pressed, got, strict=False))
            added[form] += max(0, len(got) - len(pressed))
    for form in SampleFormat:
        percent = 100 * found[form] / count
        yield Figure(
            f"keys heard, {form}", percent, "%", ">= 99.9 %", percent >= 99.9, f"of {count}; {added[form]} too many"
        )


def tones(count: int) -> Iterator[Figure]:
    """Each tone so often: within 20 Hz of 450, -40 to -6 dBFS, 12 to 30 dB over noise, begun anywhere."""
    chance = random.Random(2)
    for name, (cadence, seconds, expected) in TONES.items():
        found = wrong = 0
        for _ in range(count):
            trunk = Trunk(
                chance.uniform(430, 470), chance.uniform(-40, -6), chance.uniform(12, 30), chance.choice((0.0, 6.0))
            )
            got = told(tone(cadence, seconds, trunk, chance, 0.0 if cadence == DIAL else chance.uniform(0, 5)))
            found, wrong = found + (expected in got), wrong + any(each is not expected for each in got)
        percent = 100 * found / count
        yield Figure(f"{name} recognised", percent, "%", ">= 99 %", percent >= 99, f"of {count}; {wrong} as another")


def false_alarms_and_cost() -> Iterator[Figure]:
    """The whole way of a landline's sound: from the bytes of its port to keys, tones and speech."""
    minutes, false_keys, false_tones = 0.0, 0, 0
    for name, folder in (("speech", SPEECH), ("music", MUSIC)):
        if not folder.is_dir():
            continue
        seconds = cpu_s = 0.0
        for _, sound in recordings(folder):
            got, cost_s = _whole_way(sound)
            seconds, cpu_s = seconds + len(sound) / 2 / RATE_HZ, cpu_s + cost_s
            false_keys += sum(not isinstance(each, CallTone) for each in got)
            false_tones += sum(isinstance(each, CallTone) for each in got)
        minutes += seconds / 60
        yield _cost(f"CPU of all that listens, {name}", cpu_s, seconds)
    note = f"in {minutes:.1f} min of speech and music"
    yield Figure("false keys", false_keys, "", "0 in 10 min and more", minutes >= 10 and not false_keys, note)
    yield Figure("false tones", false_tones, "", "0", minutes >= 10 and not false_tones, note)


def cost() -> Iterator[Figure]:
    chance = random.Random(3)
    _, pressed = dialled(300, Line(), chance)
    busy = tone(BUSY, 30.0, Trunk(), chance)
    for name, sound in (("keys all the time", pressed), ("busy tone", busy), ("silence", bytes(2 * 30 * RATE_HZ))):
        _, cpu_s = _whole_way(sound)
        yield _cost(f"CPU of all that listens, {name}", cpu_s, len(sound) / 2 / RATE_HZ)
    yield _cost("CPU of a level meter", _cpu_s(lambda: _meter(pressed)), len(pressed) / 2 / RATE_HZ, most_ms=None)
    upload = wav_file(bytes(10 * 48_000 * 2), rate_hz=48_000)
    upload_s = _cpu_s(lambda: read_wav(upload, 60))
    yield Figure("10 s of 48 kHz WAV read", upload_s, "s CPU", "<= 1.5 s", upload_s <= 1.5)


def _whole_way(sound: bytes) -> tuple[list[str | CallTone], float]:
    wire = escape(encode(sound, SampleFormat.ULAW))
    portions = [wire[at : at + PORTION] for at in range(0, len(wire), PORTION)]
    unshield, reader, hearing = Unshield(), FrameReader(SampleFormat.ULAW), Hearing()
    got: list[str | CallTone] = []

    def listen() -> None:
        for portion in portions:
            for part in unshield.feed(portion):
                for frame in reader.feed(part.data) if isinstance(part, Sound) else ():
                    found_keys, found_tones = hearing.feed(frame)
                    got.extend([*found_keys, *found_tones])

    return got, _cpu_s(listen)


def _meter(sound: bytes) -> None:
    meter = LevelMeter()
    for frame in in_frames(sound):
        meter.feed(frame)


def _cpu_s(work: Callable[[], object]) -> float:
    begun_s = time.process_time()
    work()
    return time.process_time() - begun_s


def _cost(what: str, cpu_s: float, seconds: float, most_ms: float | None = MOST_CPU_MS) -> Figure:
    found_ms = 1000 * cpu_s / seconds
    if most_ms is None:
        return Figure(what, found_ms, "ms/s")
    return Figure(what, found_ms, "ms/s", f"<= {most_ms:g} ms/s", found_ms <= most_ms)
