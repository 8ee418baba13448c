"""The far party's telephone: what is played into it for the office, and what was heard in it. Pure."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from itertools import islice

from modem.simulator import tones
from modem.simulator.tones import FRAME_BYTES, FRAME_S, FRAME_SAMPLES, TRANSFORM_SIZE, Samples

REMEMBERED_S = 60.0
AUDIBLE_DBFS = -70.0  # below this there is no frequency worth naming
_LOUDEST_FRAMES = TRANSFORM_SIZE // FRAME_SAMPLES


class Track:
    """Sounds one after the other."""

    def __init__(self) -> None:
        self._waiting: deque[Samples] = deque()
        self._place = 0  # in the first

    def add(self, samples: Samples) -> None:
        if samples:
            self._waiting.append(samples)

    def take(self, count: int) -> Samples:
        """The next `count` samples, fewer at the end."""
        taken: Samples = array("h")
        while self._waiting and len(taken) < count:
            first = self._waiting[0]
            piece = first[self._place : self._place + count - len(taken)]
            taken.extend(piece)
            self._place += len(piece)
            if self._place >= len(first):
                self._waiting.popleft()
                self._place = 0
        return taken

    def left_s(self) -> float:
        return (sum(map(len, self._waiting)) - self._place) / tones.RATE_HZ

    def clear(self) -> None:
        self._waiting.clear()
        self._place = 0


@dataclass(frozen=True, slots=True)
class _Frame:
    sound: bytes
    energy: int
    from_office: bool  # False: nothing came, it is silence


class FarTelephone:
    """One for all calls; a new call finds it silent and forgetful."""

    def __init__(self, remembered_s: float = REMEMBERED_S) -> None:
        self._voice, self._keys = Track(), Track()
        self._heard: deque[_Frame] = deque(maxlen=round(remembered_s / FRAME_S))

    def new_call(self) -> None:
        self._voice.clear()
        self._keys.clear()
        self._heard.clear()

    # mouth

    def say(self, samples: Samples) -> float:
        """Queue a sound; how long it and what is before it will take."""
        self._voice.add(samples)
        return self._voice.left_s()

    def press(self, keys: str) -> None:
        for key in keys:
            self._keys.add(tones.key_tone(key))

    def next_frame(self) -> bytes:
        """20 ms for the office. A key takes the place of the voice, which goes on unheard, as in a telephone."""
        voice, keys = self._voice.take(FRAME_SAMPLES), self._keys.take(FRAME_SAMPLES)
        if not voice and not keys:
            return bytes(FRAME_BYTES)
        keys.extend(voice[len(keys) :])
        keys.extend([0] * (FRAME_SAMPLES - len(keys)))
        return tones.to_bytes(keys)

    # ear

    def hear(self, frame: bytes | None) -> None:
        """20 ms from the office; None: nothing came."""
        sound = frame or bytes(FRAME_BYTES)
        energy = tones.energy(tones.to_samples(sound)) if any(sound) else 0
        self._heard.append(_Frame(sound, energy, frame is not None))

    def heard(self, seconds: float) -> dict[str, float | None]:
        """What the office sounded like in the last `seconds`: its silence counts, what did not come does not."""
        count = max(0, round(seconds / FRAME_S))
        frames = [one for one in islice(reversed(self._heard), count) if one.from_office]
        frames.reverse()
        if not frames:
            return {"seconds": 0.0, "level_dbfs": None, "hz": None}
        level = tones.level_dbfs(sum(one.energy for one in frames), len(frames) * FRAME_SAMPLES)
        return {
            "seconds": round(len(frames) * FRAME_S, 3),
            "level_dbfs": round(level, 1),
            "hz": round(_strongest(frames), 1) if level > AUDIBLE_DBFS else None,
        }

    def recording(self) -> bytes:
        """Everything heard in this call, or its last minute."""
        return b"".join(one.sound for one in self._heard)


def _strongest(frames: list[_Frame]) -> float:
    """Of the loudest quarter of a second: looking at everything would hold the whole simulator up."""
    starts = range(max(1, len(frames) - _LOUDEST_FRAMES + 1))
    start = max(starts, key=lambda first: sum(one.energy for one in frames[first : first + _LOUDEST_FRAMES]))
    loudest = b"".join(one.sound for one in frames[start : start + _LOUDEST_FRAMES])
    return tones.strongest_hz(tones.to_samples(loudest))
