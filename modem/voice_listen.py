"""Sound of the far side on its way: to the recording, to who listens in, and to the ears for keys, tones and speech."""

from __future__ import annotations

from collections.abc import Callable

from modem.audio.call_tones import DIAL_AFTER_S
from modem.audio.frames import FRAME_S, FRAME_SAMPLES
from modem.audio.hearing import Hearing
from modem.audio.laws import FrameReader, silence
from modem.audio.sink import Ear, Sink
from modem.events import CallTone
from modem.voice_profile import SampleFormat

START_FRAMES = 5  # a key found so early was pressed before
NEAR_FRAMES = 50  # a second: more than the pause of any tone that says that somebody has hung up

OnKey = Callable[[str, bool], None]  # the key, and whether it was there from the start
OnTone = Callable[[CallTone], None]


class Listening:
    """One Listen, or one look at the line. Given sample bytes, over as many streams as it takes."""

    def __init__(
        self,
        form: SampleFormat,
        ear: Ear,
        *,
        on_key: OnKey,
        on_tone: OnTone,
        sink: Sink | None = None,
        dial_after_s: float = DIAL_AFTER_S,
    ) -> None:
        self._form, self._ear, self._sink = form, ear, sink
        self._on_key, self._on_tone = on_key, on_tone
        self._reader = FrameReader(form)
        self._hearing = Hearing(dial_after_s)
        self._samples_over = 0  # of a frame that is not whole yet, in bytes
        self.frames = 0
        self.tone_frames = 0  # that were of the exchange's frequency
        self._last_tone_frame = 0
        self.is_full = False

    @property
    def seconds(self) -> float:
        """Listened to."""
        return self.frames * FRAME_S

    @property
    def quiet_s(self) -> float:
        return self._hearing.speech.quiet_s

    @property
    def without_tone_s(self) -> float:
        """How long the exchange's frequency was not heard."""
        return (self.frames - self._last_tone_frame) * FRAME_S

    @property
    def is_near_tone(self) -> bool:
        """The exchange's frequency was heard a moment ago."""
        return self.tone_frames > 0 and self.frames - self._last_tone_frame <= NEAR_FRAMES

    @property
    def has_spoken(self) -> bool:
        return self._hearing.speech.has_spoken

    def take(self, data: bytes) -> None:
        """Sample bytes as they come, in any portions."""
        width = len(silence(self._form)) // FRAME_SAMPLES
        self._samples_over = (self._samples_over + len(data)) % (FRAME_SAMPLES * width)
        frames = self._reader.feed(data)
        if not frames:
            return
        self._ear(frames)
        if self._sink is not None and not self.is_full:
            self.is_full = not self._sink.write(frames)
        for frame in frames:
            self.frames += 1
            keys, tones = self._hearing.feed(frame)
            if self._hearing.is_tone_on:
                self.tone_frames += 1
                self._last_tone_frame = self.frames
            for key in keys:
                self._on_key(key, self.frames <= START_FRAMES)
            for tone in tones:
                self._on_tone(tone)

    def close(self) -> None:
        """No more comes: the last samples are kept as well, and the recording is whole."""
        if self._samples_over:
            self.take(silence(self._form)[self._samples_over :])
        if self._sink is not None:
            self._sink.close()
