"""Four GSM lines that say clips and record at once, in real time, on ptys: what is lost, what it takes, how fast."""

from __future__ import annotations

import json
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from appliance.clock import RealClock
from appliance.people.keys import BoxKey
from appliance.recordings.recorder import Recorder
from appliance.recordings.sealing import PURPOSE, Sealer
from modem.audio.frames import RATE_HZ
from modem.audio.laws import decode, encode
from modem.audio.line_sound import LineSound
from modem.audio.sink import Sink
from modem.audio.tones import in_frames, key_tone, sine
from modem.events import CallAnswered, CallEnded, CallSound, EndReason, Event, KeyPressed, SoundEnd, SoundEnded
from modem.voice_profile import SampleFormat
from tests.bench.figure import Figure, percentile
from tests.modem.audio.pty_sound import PtySound
from tests.support import eventually

LINES = 4
MOST_RSS_MB, MOST_KEY_MS = 6.0, 200.0


class _Line:
    """One call on one line."""

    def __init__(self, folder: Path, number: int, open_sink: Callable[[str, int, int], Sink | None]) -> None:
        self.name = f"line{number}"
        self.module = PtySound(folder, f"pcm{number}")
        self.told: list[Event] = []
        self.module.__enter__()
        self.sound = LineSound(self.name, self.module.path, None, self._take, RealClock(), open_sink=open_sink)

    def _take(self, event: KeyPressed | SoundEnded) -> None:
        self.told.append(event)
        if isinstance(event, KeyPressed):
            self.sound.press(event.call, event.key)

    def begins(self) -> None:
        self.sound.on_event(CallAnswered(self.name, 1))
        self.sound.on_event(CallSound(self.name, 1, is_on=True))

    def end_of(self, ref: int) -> SoundEnd | None:
        return next((event.why for event in self.told if isinstance(event, SoundEnded) and event.ref == ref), None)

    def close(self) -> None:
        self.sound.on_event(CallEnded(self.name, 1, EndReason.REMOTE))
        self.sound.stop(5.0)
        self.module.unplug()


class _Memory:
    """A sink that only counts on being asked."""

    def __init__(self) -> None:
        self.sound = bytearray()

    def write(self, frames: object) -> bool:
        self.sound += b"".join(frames)  # type: ignore[arg-type]
        return True

    def close(self) -> None:
        """Nothing to do."""


def whole(seconds: float) -> Iterator[Figure]:
    """Half of the lines say a clip while the other half records; then the other way round."""
    clip = encode(_noise(seconds, 1), SampleFormat.ULAW)
    speech, sinks = _noise(seconds, 2), {f"line{number}": _Memory() for number in range(LINES)}
    said = kept = 0
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        lines = [_Line(Path(folder), number, lambda line, call, ref: sinks[line]) for number in range(LINES)]
        for line in lines:
            stack.callback(line.close)
            line.module.play()
            line.begins()
        eventually(lambda: all(line.sound.levels().seconds > 0.2 for line in lines))
        for ref, (players, recorders) in enumerate(((lines[::2], lines[1::2]), (lines[1::2], lines[::2]))):
            for line in recorders:
                line.sound.listen(1, ref, most_s=seconds + 1.5, keep=True)
                line.module.say.extend(in_frames(bytes(RATE_HZ) + speech))
            for line in players:
                line.sound.play(1, ref, [clip])
            eventually(lambda ref=ref: all(line.end_of(ref) for line in lines), seconds + 20)  # type: ignore[misc]
            time.sleep(0.5)
            said += sum(decode(clip, SampleFormat.ULAW) in line.module.hear() for line in players)
            kept += sum(speech in sinks[line.name].sound for line in recorders)
        dropped = sum(line.sound.levels().dropped_frames for line in lines)
    note = f"{seconds:.0f} s on {LINES} lines at once, two saying, two recording"
    yield Figure("clips said without a gap", said, f"of {LINES}", f"{LINES}", said == LINES, note)
    yield Figure("recordings with every sample", kept, f"of {LINES}", f"{LINES}", kept == LINES, note)
    yield Figure("frames dropped meanwhile", dropped, "", "0", dropped == 0)


def memory(seconds: float) -> list[Figure]:
    """Of a process that does nothing else: what others have left over is not taken for free memory."""
    command = [sys.executable, "-m", "tests.modem.audio.line_figures", str(seconds)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [Figure(**figure) for figure in json.loads(told)]


def recording(seconds: float) -> Iterator[Figure]:
    """Four calls into the real recorder, sealed and flushed."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sealer = Sealer(BoxKey.load(Path(folder)).secret_for(PURPOSE))
        recorder = Recorder(Path(folder) / "kept", sealer, RealClock(), clock_ok=lambda: True)
        recorder.start(warm=True)
        stack.callback(recorder.stop)
        lines = [_Line(Path(folder), number, recorder.open) for number in range(LINES)]
        for line in lines:
            stack.callback(line.close)
            line.module.play()
        time.sleep(1.0)
        before_mb, most_mb = _rss_mb(), 0.0
        for number, line in enumerate(lines):
            line.begins()
            recorder.expect(line.name, 1, call_id=number + 1, kind="talk")
            line.sound.listen(1, 1, most_s=seconds, keep=True)
            line.module.say.extend(in_frames(_noise(2.0, number)) * round(seconds / 2))
        queued_mb = sum(len(line.module.say) for line in lines) * 353 / 1e6  # what this bench itself holds
        until_s = time.monotonic() + seconds + 1
        while time.monotonic() < until_s:
            most_mb = max(most_mb, _rss_mb())
            time.sleep(0.1)
            for line in lines:
                line.module.heard.clear()
        threads = [thread for thread in threading.enumerate() if thread.name.startswith("sound-line")]
        cpu_s = sum(time.clock_gettime(time.pthread_getcpuclockid(thread.ident or 0)) for thread in threads)
        kept = sum(line.end_of(1) is SoundEnd.TIME for line in lines)
    grown_mb = most_mb - before_mb
    note = f"{kept} recordings of {seconds:.0f} s; {queued_mb:.1f} MB of the growth are this bench's own speech"
    yield Figure(
        f"RSS grown while {LINES} calls record", grown_mb, "MB", f"<= {MOST_RSS_MB:g} MB", grown_mb <= MOST_RSS_MB, note
    )
    of_line_ms = 1000 * cpu_s / (seconds + 1) / LINES
    yield Figure("CPU of a line that records", of_line_ms, "ms/s", note="its thread: port, detectors, levels, sink")


def key_acts(count: int) -> Iterator[Figure]:
    """From the first sample of a key, said by the module, to the first frame without the clip at the module."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        line = _Line(Path(folder), 1, lambda line, call, ref: None)
        stack.callback(line.close)
        line.module.play()
        line.begins()
        waited_ms = []
        clip = encode(sine(1000, seconds=10), SampleFormat.ULAW)
        for ref in range(count):
            line.sound.play(1, ref, [clip])
            eventually(lambda: any(line.module.hear()[-2000:]))
            line.module.say.extend(in_frames(key_tone("5", seconds=0.1)))
            begun_s = time.monotonic()
            eventually(lambda: not any(line.module.hear()[-320:]), every_s=0.001)
            waited_ms.append(1000 * (time.monotonic() - begun_s))
            threading.Event().wait(0.2)
    for percent in (50, 99):
        found = percentile(waited_ms, percent)
        is_reached = found <= MOST_KEY_MS
        yield Figure(f"key -> clip is silent, p{percent}", found, "ms", f"<= {MOST_KEY_MS:g} ms", is_reached)


def _noise(seconds: float, seed: int) -> bytes:
    """Like speech, no sample is like its neighbour, and none is zero: what is missing is noticed."""
    chance = random.Random(seed)
    count = round(seconds * RATE_HZ)
    return struct.pack(f"<{count}h", *(chance.choice((-1, 1)) * chance.randrange(100, 9000) for _ in range(count)))


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    sys.stdout.write(json.dumps([asdict(figure) for figure in recording(float(sys.argv[1]))]))
