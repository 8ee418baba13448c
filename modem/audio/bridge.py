"""One call's sound: carries it between the module and the handset, measures it, and finds the caller's keys.

What the box does by itself in the call (modem/audio/turns.py) has its place in the middle: a clip is said instead of
the handset's sound, and what is kept, or listened in to, is both directions mixed.

Paced by the module's frames (modem/audio/pacing.py). Every queue on the way is short and drops what is late, so the
delay stays under 0.3 s each way however far the clocks of module, box and sound card drift apart:
module -> 20 ms -> pipe 100 ms -> aplay 100 ms, and arecord 20 ms -> 100 ms -> port 200 ms at the very most.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from modem.audio.clock import Clock
from modem.audio.frames import FRAME_S, SoundStream
from modem.audio.handset import Handset
from modem.audio.hearing import Hearing
from modem.audio.levels import Level, LevelMeter
from modem.audio.mixing import Mixer
from modem.audio.pacing import Pacer
from modem.audio.sink import Ear
from modem.audio.turns import Turn
from modem.events import SoundEnd

DEAF_AFTER_S = 3.0  # some modules' ports fall silent from the second call on, or take nothing, until they are reset
TELL_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a call is: `far` says the module, `near` the handset. The last second, and the whole call."""

    far: Level = Level()
    near: Level = Level()
    seconds: float = 0.0  # of far sound heard
    dropped_frames: int = 0  # that came too late to be of use, both ways

    @property
    def far_dbfs(self) -> float:
        return self.far.mean_dbfs

    @property
    def near_dbfs(self) -> float:
        return self.near.mean_dbfs


class Bridge:
    """Runs on its caller's thread until `stopping` is set or the module's stream is gone."""

    def __init__(
        self,
        module: SoundStream,
        handset: Handset,
        *,
        clock: Clock,
        stopping: threading.Event,
        on_key: Callable[[str], None] = lambda key: None,
        turn: Callable[[], Turn | None] = lambda: None,
        on_turn_over: Callable[[Turn, SoundEnd], None] = lambda turn, why: None,
        ear: Ear | None = None,
    ) -> None:
        """`turn` tells whose turn it is now."""
        self._module, self._handset, self._clock, self._on_key = module, handset, clock, on_key
        self._turn, self._on_turn_over, self._ear = turn, on_turn_over, ear
        self._hearing, self._mixer = Hearing(), Mixer()
        self._far, self._near = LevelMeter(), LevelMeter()
        self._stopping = stopping
        self._is_deaf = self._is_mute = False
        self._took_s = clock.monotonic_s()  # when the module last took all it was given
        self.levels = Levels()  # replaced whole, so that any thread may read it

    @property
    def trouble(self) -> str:
        """What is wrong with the sound now, a sentence; "" if nothing is."""
        if self._is_deaf:
            return "no sound comes from the module"
        return "the module takes no sound" if self._is_mute else self._handset.trouble

    def run(self) -> None:
        """Carry sound. Raises SoundGone when the module's stream ends; both streams stay their owner's to close."""
        heard_s = told_s = self._clock.monotonic_s()
        pacer = Pacer(heard_s)
        while not self._stopping.is_set():
            received = self._module.read(FRAME_S)
            now_s = self._clock.monotonic_s()
            if received:
                heard_s = now_s
                self._hear(received)
            self._is_deaf = now_s - heard_s >= DEAF_AFTER_S
            self._handset.look_after(now_s)
            turn = self._turn()
            due = pacer.frames_due(len(received), now_s)
            spoken = self._speak(due, turn, now_s) if due else []
            self._pass_on(received, spoken, turn)
            if turn is not None and (why := turn.look(now_s, self._hearing)):
                self._on_turn_over(turn, why)
            if now_s - told_s >= TELL_EVERY_S:
                told_s = now_s
                self._tell_levels()
        self._tell_levels()

    def _hear(self, frames: list[bytes]) -> None:
        """Carry over what the module says; first of all to the operator's ear."""
        self._handset.play(frames)
        for frame in frames:
            self._far.feed(frame)
            keys, _ = self._hearing.feed(frame)
            for key in keys:
                self._on_key(key)

    def _speak(self, count: int, turn: Turn | None, now_s: float) -> list[bytes]:
        """Give the module so many frames: of a clip, or of the handset, which is mute meanwhile."""
        frames = self._handset.take(count)
        if turn is not None and (said := turn.say(count)) is not None:
            frames = said
        dropped_before = self._module.dropped_frames
        self._module.write(frames)
        if self._module.dropped_frames == dropped_before:
            self._took_s = now_s
        self._is_mute = now_s - self._took_s >= DEAF_AFTER_S
        for frame in frames:
            self._near.feed(frame)
        return frames

    def _pass_on(self, far: Sequence[bytes], near: Sequence[bytes], turn: Turn | None) -> None:
        mixed = self._mixer.mix(far, near)
        if not mixed:
            return
        if turn is not None:
            turn.carried(mixed)
        if self._ear is not None:
            self._ear(mixed)

    def _tell_levels(self) -> None:
        self.levels = Levels(
            self._far.last_second(),
            self._near.last_second(),
            round(self._far.frames * FRAME_S, 2),
            self._handset.dropped_frames + self._module.dropped_frames,
        )
