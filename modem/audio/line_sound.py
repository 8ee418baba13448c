"""The sound of one line: opened when a call's sound begins, closed when it ends.

Each call has a thread of its own, because opening a port of a module that hangs can take for ever. What is broken is
tried again as long as the call lasts; nothing here ever ends a call. Clips are said and the far side is listened to
in turns (modem/audio/turn_queue.py); each of them is told with SoundEnded once, whatever becomes of sound and call.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from modem.audio.alsa import AlsaCard
from modem.audio.bridge import Bridge, Levels
from modem.audio.clock import Clock
from modem.audio.frames import SoundGone, SoundStream
from modem.audio.handset import Handset
from modem.audio.pcm_tty import PcmTty
from modem.audio.sink import Ear, OpenSink, no_sink
from modem.audio.turn_queue import TurnQueue
from modem.audio.turns import Listening, Playing, Turn
from modem.events import CallAnswered, CallEnded, CallSound, EndReason, Event, KeyPressed, SoundEnd, SoundEnded
from modem.trouble import where

ALSA = "alsa:"  # in front of a name in audio_device
OPEN_WITHIN_S = 3.0
AGAIN_AFTER_S = 1.0
STOP_WITHIN_S = 1.0

NO_CALL, TOO_MANY = "no such call is up", "too many sounds wait already"  # as landlines say it
_ENDS = {EndReason.LOCAL: SoundEnd.STOPPED, EndReason.LOST: SoundEnd.FAILED, EndReason.FAILED: SoundEnd.FAILED}

log = logging.getLogger(__name__)


class LineSound:
    """Told every event of its line, and every key of it; tells the keys it hears as KeyPressed, and SoundEnded.

    No method waits, but for `stop`.
    """

    def __init__(
        self,
        line: str,
        audio_device: str,
        handset_device: str | None,
        deliver: Callable[[KeyPressed | SoundEnded], None],
        clock: Clock,
        *,
        open_sink: OpenSink = no_sink,
        ear: Ear | None = None,
    ) -> None:
        """`audio_device`: path of a PCM port, or alsa:NAME. `handset_device`: an ALSA name; None: we only listen.

        `deliver` and `ear` are called on the thread that carries the sound, or on the one that ended it.
        """
        self._line, self._audio_device, self._handset_device = line, audio_device, handset_device
        self._deliver, self._clock = deliver, clock
        self._open_sink, self._ear = open_sink, ear
        self._turns = TurnQueue(line, deliver, clock)
        self._lock = threading.Lock()
        self._up: set[int] = set()  # calls that are
        self._threads: list[_CallThread] = []  # that may still hold the devices; the last one is of the latest call

    def on_event(self, event: Event) -> None:
        """Take note of calls and of their sound; all others pass by."""
        if not isinstance(event, CallSound | CallAnswered | CallEnded) or event.line != self._line:
            return
        with self._lock:
            if isinstance(event, CallAnswered):
                self._up.add(event.call)
            elif isinstance(event, CallEnded):
                self._up.discard(event.call)
            self._follow(event)
        if isinstance(event, CallEnded):
            self._turns.end_all(_ENDS.get(event.reason, SoundEnd.HUNG_UP), event.call)

    def play(self, call: int, ref: int, clips: Sequence[bytes], *, until_key: bool = True) -> str:
        """Say clips (u-law) instead of what the handset says. "", or why it is refused."""
        return self._take(Playing(call, ref, clips, until_key=until_key))

    def listen(
        self,
        call: int,
        ref: int,
        *,
        most_s: float,
        until_keys: str = "",
        quiet_s: float | None = None,
        keep: bool = False,
        beep: bool = False,
    ) -> str:
        """Hear the far side, and keep both if asked to. "", or why it is refused."""
        sink = (lambda: self._open_sink(self._line, call, ref)) if keep else None
        turn = Listening(
            call, ref, most_s=most_s, until_keys=until_keys, quiet_s=quiet_s, open_sink=sink, beep=beep
        )  # fmt: skip
        return self._take(turn)

    def stop_sound(self, call: int) -> None:
        """What plays or listens in this call ends now, and what waits behind it."""
        self._turns.end_all(SoundEnd.STOPPED, call)

    def press(self, call: int, key: str) -> None:
        """A key of this line was told, wherever it was found."""
        self._turns.press(call, key)

    def _take(self, turn: Turn) -> str:
        with self._lock:
            if turn.call not in self._up:
                return NO_CALL
            return "" if self._turns.take(turn) else TOO_MANY

    def _follow(self, event: CallSound | CallAnswered | CallEnded) -> None:
        if isinstance(event, CallAnswered):
            return
        current = self._current()
        if isinstance(event, CallSound) and event.is_on:
            if current is None:
                self._begin(event.call)
            else:
                current.call = event.call  # the sound goes on, another call has it
        elif current is not None and current.call == event.call:
            current.stopping.set()

    def levels(self) -> Levels:
        """Of the present call, or the last one."""
        threads = self._threads
        return threads[-1].levels if threads else Levels()

    @property
    def is_on(self) -> bool:
        """Whether sound is being carried, or should be."""
        return self._current() is not None

    @property
    def trouble(self) -> str:
        """Why the present call's sound is not as it should be, a sentence; "" if nothing is wrong."""
        current = self._current()
        return current.trouble(self._clock.monotonic_s()) if current is not None else ""

    def stop(self, timeout_s: float = STOP_WITHIN_S) -> bool:
        """End all sound; True if everything was given back in time."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.stopping.set()
        self._turns.end_all(SoundEnd.STOPPED)
        until_s = self._clock.monotonic_s() + timeout_s
        for thread in threads:
            thread.join(max(0.0, until_s - self._clock.monotonic_s()))
        return not any(thread.is_alive() for thread in threads)

    def _current(self) -> _CallThread | None:
        threads = self._threads
        return threads[-1] if threads and not threads[-1].stopping.is_set() else None

    def _begin(self, call: int) -> None:
        before = [thread for thread in self._threads if thread.is_alive()]
        thread = _CallThread(
            self._line, call, before=before, open_module=self._open_module, handset=self._handset(),
            deliver=self._deliver, clock=self._clock, turns=self._turns, ear=self._ear,
        )  # fmt: skip
        self._threads = [*before, thread]
        thread.start()

    def _open_module(self) -> SoundStream:
        if self._audio_device.startswith(ALSA):
            return AlsaCard(self._audio_device.removeprefix(ALSA))
        return PcmTty(self._audio_device)

    def _handset(self) -> Handset:
        name = self._handset_device
        return Handset(self._line, None if name is None else lambda: AlsaCard(name))


class _CallThread(threading.Thread):
    """Carries one call's sound until told to stop."""

    def __init__(
        self,
        line: str,
        call: int,
        *,
        before: list[_CallThread],
        open_module: Callable[[], SoundStream],
        handset: Handset,
        deliver: Callable[[KeyPressed], None],
        clock: Clock,
        turns: TurnQueue,
        ear: Ear | None,
    ) -> None:
        super().__init__(name=f"sound-{line}", daemon=True)
        self.call, self.stopping = call, threading.Event()
        self._line, self._before, self._open_module, self._handset = line, before, open_module, handset
        self._deliver, self._clock, self._turns, self._ear = deliver, clock, turns, ear
        self._bridge: Bridge | None = None
        self._levels = Levels()
        self._opening_since_s: float | None = clock.monotonic_s()
        self._failure = self._logged = ""
        self._was_opened = False

    @property
    def levels(self) -> Levels:
        bridge = self._bridge
        return self._levels if bridge is None else bridge.levels

    def trouble(self, now_s: float) -> str:
        since_s, bridge = self._opening_since_s, self._bridge
        if self._failure:
            return self._failure
        if since_s is not None:
            return "the module's sound port does not open" if now_s - since_s >= OPEN_WITHIN_S else ""
        return bridge.trouble if bridge is not None else ""

    def run(self) -> None:
        for thread in self._before:  # it has the devices; one that hangs keeps them, and we wait as long as the call
            while thread.is_alive() and not self.stopping.is_set():
                thread.join(0.05)
        self._before = []
        try:
            while not self.stopping.is_set():
                self._carry_until_gone()
        finally:
            self._handset.close()

    def _carry_until_gone(self) -> None:
        try:
            self._carry()
        except SoundGone as gone:
            self._fail(gone.reason, gone.reason)
        except Exception as error:  # a fault of ours must not leave the call without sound
            self._fail("internal error, see the log", where(error))

    def _fail(self, reason: str, detail: str) -> None:
        if detail != self._logged:
            log.warning("%s call %d has no sound: %s", self._line, self.call, detail)
        self._failure, self._logged = reason, detail
        self._clock.wait(self.stopping, AGAIN_AFTER_S)

    def _carry(self) -> None:
        self._opening_since_s = self._clock.monotonic_s()
        module = self._open_module()
        try:
            self._opening_since_s, self._failure = None, ""
            if not self._was_opened:  # a card that opens and fails each second is told of once
                log.info("%s opened the sound of call %d", self._line, self.call)
            self._was_opened = True
            self._bridge = Bridge(
                module, self._handset, clock=self._clock, stopping=self.stopping, on_key=self._tell_key,
                turn=lambda: self._turns.turn_of(self.call), on_turn_over=self._turns.end, ear=self._ear,
            )  # fmt: skip
            self._run_bridge(self._bridge)
        finally:
            if self._bridge is not None:
                self._levels, self._bridge = self._bridge.levels, None
            module.close()

    def _run_bridge(self, bridge: Bridge) -> None:
        try:
            bridge.run()
        except Exception:
            if turn := self._turns.turn_of(self.call):  # what was said or heard of it is not whole
                self._turns.end(turn, SoundEnd.FAILED)
            raise
        finally:
            self._turns.let_go()

    def _tell_key(self, key: str) -> None:
        self._deliver(KeyPressed(self._line, self.call, key))
