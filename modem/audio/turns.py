"""What the box does in a call by itself: say clips, or listen. Pure: frames and the time in, frames out, why it ended.

A turn is looked after by the thread that carries the sound (modem/audio/bridge.py). While a clip is said the handset
is mute towards the caller, and only then: whoever talks during a recording is heard, and recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from modem.audio.frames import FRAME_BYTES, FRAME_S, FRAME_SAMPLES, SILENCE
from modem.audio.hearing import Hearing
from modem.audio.laws import decode
from modem.audio.sink import Sink
from modem.audio.tones import in_frames, sine
from modem.events import CallTone, SoundEnd
from modem.voice_profile import SampleFormat

BEEP_HZ, BEEP_S, BEEP_DBFS = 933.0, 0.3, -15.0  # as a landline modem makes it (modem/voice_sounds.py)

_HUNG_UP = (CallTone.BUSY, CallTone.DIAL)


class Turn(Protocol):
    """One Play or Listen, while it lasts."""

    @property
    def call(self) -> int: ...

    @property
    def ref(self) -> int: ...

    @property
    def seconds(self) -> float:
        """Said, or listened to."""

    def say(self, count: int) -> list[bytes] | None:
        """So many frames to say now; None: the handset may speak."""

    def carried(self, mixed: Sequence[bytes]) -> None:
        """Both sides together have passed."""

    def look(self, now_s: float, hearing: Hearing) -> SoundEnd | None:
        """Why it is over; None as long as it is not."""

    def is_ended_by(self, key: str) -> bool: ...

    def close(self) -> None:
        """It is over, for whatever reason. May come from any thread, and twice."""


class Playing:
    """Clips, one after the other."""

    def __init__(self, call: int, ref: int, clips: Sequence[bytes], *, until_key: bool) -> None:
        """`clips` are u-law."""
        self.call, self.ref = call, ref
        self._clips, self._until_key = b"".join(clips), until_key
        self._said = 0  # samples

    @property
    def seconds(self) -> float:
        return round(min(self._said, len(self._clips)) * FRAME_S / FRAME_SAMPLES, 2)

    def say(self, count: int) -> list[bytes] | None:
        samples = count * FRAME_SAMPLES
        sound = decode(self._clips[self._said : self._said + samples], SampleFormat.ULAW)
        self._said += samples
        return in_frames(sound.ljust(count * FRAME_BYTES, b"\0"))

    def carried(self, mixed: Sequence[bytes]) -> None:
        """Nothing of what the box says is kept."""

    def look(self, now_s: float, hearing: Hearing) -> SoundEnd | None:
        if self._said >= len(self._clips):
            return SoundEnd.PLAYED
        return SoundEnd.HUNG_UP if hearing.tone in _HUNG_UP else None

    def is_ended_by(self, key: str) -> bool:
        return self._until_key

    def close(self) -> None:
        """There is nothing to give back."""


class Listening:
    """The far side, and the handset where somebody talks; kept or not."""

    def __init__(
        self,
        call: int,
        ref: int,
        *,
        most_s: float,
        until_keys: str = "",
        quiet_s: float | None = None,
        open_sink: Callable[[], Sink | None] | None = None,
        beep: bool = False,
    ) -> None:
        """`open_sink`: where it is kept, asked for when it begins; None: it is not to be kept."""
        self.call, self.ref = call, ref
        self._most_s, self._until_keys, self._quiet_s = most_s, until_keys, quiet_s
        self._open_sink = open_sink
        self._sink: Sink | None = None
        self._beep = in_frames(sine(BEEP_HZ, seconds=BEEP_S, dbfs=BEEP_DBFS)) if beep else []
        self._began_s: float | None = None  # when the beep was over
        self._moved_s, self._signs = 0.0, 0  # when somebody last spoke or pressed a key
        self._frames = 0
        self._is_full = self._is_closed = False

    @property
    def seconds(self) -> float:
        return round(self._frames * FRAME_S, 2)

    def say(self, count: int) -> list[bytes] | None:
        if not self._beep:
            return None
        said, self._beep = self._beep[:count], self._beep[count:]
        return said + [SILENCE] * (count - len(said))

    def carried(self, mixed: Sequence[bytes]) -> None:
        if self._began_s is None:
            return
        self._frames += len(mixed)
        if self._sink is not None and not self._sink.write(mixed):
            self._is_full = True

    def look(self, now_s: float, hearing: Hearing) -> SoundEnd | None:
        if self._beep:
            return None
        if self._began_s is None:
            self._began_s = self._moved_s = now_s
            self._open()
        if self._signs != hearing.speech.signs:
            self._moved_s, self._signs = now_s, hearing.speech.signs
        if self._is_full:
            return SoundEnd.FULL
        if hearing.tone in _HUNG_UP:
            return SoundEnd.HUNG_UP
        if now_s - self._began_s >= self._most_s:
            return SoundEnd.TIME
        is_quiet = self._quiet_s is not None and now_s - self._moved_s >= self._quiet_s
        return SoundEnd.QUIET if is_quiet else None

    def is_ended_by(self, key: str) -> bool:
        return key in self._until_keys

    def close(self) -> None:
        self._is_closed = True
        if self._sink is not None:
            self._sink.close()

    def _open(self) -> None:
        if self._open_sink is None:
            return
        self._sink = self._open_sink()
        self._is_full = self._sink is None
        if self._is_closed:  # meanwhile, by another thread
            self.close()
