"""Playing and listening in a call: what the office asks for, one after the other, each with its SoundEnded. Jobs.

What ends a sound ends the stream, and then the sound: nothing is told before the modem takes commands again. A stream
that the modem ended by itself, or that a lost byte seemed to end, is begun again as long as there is time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from modem.audio.frames import RATE_HZ
from modem.audio.laws import decode
from modem.audio.sink import OpenSink
from modem.audio.tones import sine
from modem.commands import Listen, Play
from modem.events import EndReason, SoundEnd, SoundEnded
from modem.voice_calls import Calls
from modem.voice_hook import Hook
from modem.voice_landline import CallState, Landline
from modem.voice_listen import Listening
from modem.voice_pieces import LONGEST_PIECE_S, pieces
from modem.voice_profile import SampleFormat
from modem.voice_steps import Job, ask_ok
from modem.voice_wishes import NO_CALL_UP, Wishes

MOST_WAITING = 8  # sounds behind the one that plays
LONGEST_DEAF_S = LONGEST_PIECE_S + 0.5
SOON_S = 0.5  # after a look nothing is new
LOOK_S = 0.85  # between two pieces: any part of a congestion tone (0.7 s on, 0.7 s off) so long has some tone in it
TONE_FRAMES_TO_WONDER = 5
LONGEST_LOOK_S = 5.5  # three periods of congestion tone, heard from where they begin
JOINED_QUIET_S = 8.0  # of nothing beside the office's telephone: both have hung up (modems.md 7.5)
MOST_FAILURES = 3  # streams in a row that brought nothing
WORKED_S = 1.0  # a stream of so much sound was none of them
BEEP_HZ, BEEP_TICKS, TICK_S = 933, 30, 0.01  # modems.md 7.1; shorter than its second
BEEP_DBFS = -15.0


class Sounds:
    """The sounds of the present call."""

    def __init__(self, land: Landline, calls: Calls, wishes: Wishes, hook: Hook, open_sink: OpenSink) -> None:
        self._land, self._calls, self._wishes, self._hook, self._open_sink = land, calls, wishes, hook, open_sink
        self._waiting: deque[Play | Listen] = deque()
        self._running: Play | Listen | None = None
        self._listening: Listening | None = None
        self._seconds = 0.0
        self._must_wonder = False  # the exchange may have begun to say something when we ended to listen

    def take(self, command: Play | Listen) -> None:
        call = self._land.call
        if not self._land.is_up or call is None or call.serial != command.call:
            self._land.refuse(command, NO_CALL_UP)
        elif len(self._waiting) >= MOST_WAITING:
            self._land.refuse(command, "too many sounds wait already")
        else:
            self._waiting.append(command)

    def stop(self, why: SoundEnd = SoundEnd.STOPPED) -> None:
        """All of it, what waits too."""
        waiting, self._waiting = self._waiting, deque()
        if self._running is not None:
            self._land.cut(why)
        for command in waiting:
            self._ended(command, why, 0.0)

    def lost(self) -> None:
        """The port or the modem is gone; no job runs any more."""
        running, self._running = self._running, None
        if running is not None:
            self._close()
            self._land.end_sound()
            self._ended(running, SoundEnd.FAILED, self._seconds)
        self.stop(SoundEnd.FAILED)

    def next_job(self) -> Job[None] | None:
        if not self._land.is_up:
            self.stop()
            self._must_wonder = False  # that was of the last call
        return self._run(self._waiting.popleft()) if self._waiting else None

    # -- jobs

    def _run(self, command: Play | Listen) -> Job[None]:
        self._running, self._seconds = command, 0.0
        if isinstance(command, Play):
            self._land.begin_sound(self._key_of_play(command))
            yield from self._play_aloud(command)
        else:
            self._land.begin_sound(self._key_of_listen(command))
            yield from self._listen(command)
        self._running = None
        self._ended(command, self._land.end_sound(), self._seconds)

    def _play_aloud(self, command: Play) -> Job[None]:
        """Joined by a +VLS that listens only, nobody would hear it: least of all that he is recorded."""
        land, call = self._land, self._land.call
        line, joined_by = land.profile.vls_line, call.vls if call is not None else None
        if joined_by in (None, line):
            yield from self._play(command)
        elif (yield from self._hook.change(line)):
            yield from self._play(command)
            if land.leaving is None:
                yield from self._hook.change(joined_by)

    def _play(self, command: Play) -> Job[None]:
        land = self._land
        sound = decode(b"".join(command.clips), SampleFormat.ULAW)
        parts = pieces(sound)
        failures = at = 0
        while at < len(parts) and land.why is None and failures < MOST_FAILURES:
            if self._must_look(parts[at]):
                yield from self._look()
                continue
            went = yield from self._play_part(parts[at])
            if land.must_answer_again:
                yield from self._wishes.answer_again()
                at = failures = 0
                continue
            failures = 0 if went else failures + 1
            at += went
        if at == len(parts):
            land.cut(SoundEnd.PLAYED)

    def _must_look(self, part: bytes) -> bool:
        """Whether the far side could hang up unheard for too long: nothing was listened to since other sounds."""
        land = self._land
        deaf_s = land.now_s - land.listened_s
        would_be_deaf_s = deaf_s + len(part) / (2 * RATE_HZ)
        return self._must_wonder or (deaf_s > SOON_S and would_be_deaf_s > LONGEST_DEAF_S)

    def _play_part(self, sound: bytes) -> Job[bool]:
        """Whether the modem played it, or was told not to."""
        land, begun_s = self._land, self._land.now_s
        transmit = yield from self._hook.transmit(sound)
        if transmit is None:
            return False
        self._seconds += min(transmit.seconds, land.now_s - begun_s)
        return not transmit.is_cut or land.why is not None

    def _look(self) -> Job[None]:
        """A moment of listening between two pieces; longer where it sounds as if somebody had hung up."""
        listening = self._hook.hear(self._calls.tone)

        def take(data: bytes, _now_s: float) -> None:
            listening.take(data)
            if listening.seconds >= LOOK_S and listening.tone_frames < TONE_FRAMES_TO_WONDER:
                self._land.interrupt()

        yield from self._hook.receive(take, LONGEST_LOOK_S)
        self._must_wonder = False

    def _listen(self, command: Listen) -> Job[None]:
        land = self._land
        if command.beep:
            yield from self._beep()
        sink = self._open_sink(land.line, command.call, command.ref) if command.keep else None
        if command.keep and sink is None:
            land.cut(SoundEnd.FULL)
            return
        self._listening = self._hook.hear(self._calls.tone, sink=sink)
        yield from self._listen_on(self._listening, land.now_s + command.most_s, self._quiet_s(command))
        self._close()

    def _listen_on(self, listening: Listening, until_s: float, quiet_s: float | None) -> Job[None]:
        """Over as many streams as it takes."""
        land, failures = self._land, 0

        def take(data: bytes, _now_s: float) -> None:
            listening.take(data)
            if listening.is_full:
                land.cut(SoundEnd.FULL)
            elif quiet_s is not None and listening.quiet_s >= quiet_s:
                if self._is_joined:  # they have hung up, both
                    land.leave(EndReason.LOCAL, SoundEnd.QUIET)
                land.cut(SoundEnd.QUIET)

        while land.why is None and land.now_s < until_s and failures < MOST_FAILURES:
            before_s = listening.seconds
            yield from self._hook.receive(take, until_s - land.now_s)
            if land.must_answer_again:
                yield from self._wishes.answer_again()
            failures = 0 if listening.seconds - before_s >= WORKED_S else failures + 1
        if land.now_s >= until_s:
            land.cut(SoundEnd.TIME)

    def _quiet_s(self, command: Listen) -> float | None:
        """Beside the office's telephone nothing at all may last for so long only, whatever was asked."""
        return min(command.quiet_s or JOINED_QUIET_S, JOINED_QUIET_S) if self._is_joined else command.quiet_s

    @property
    def _is_joined(self) -> bool:
        return self._land.call is not None and self._land.call.state is CallState.JOINED

    def _beep(self) -> Job[None]:
        shape = self._land.profile.tone_shape
        if shape:
            vts = shape.format(hz=BEEP_HZ, ticks=BEEP_TICKS)
            if (yield from ask_ok(f"AT+VTS={vts}")):
                return
        yield from self._play_part(sine(BEEP_HZ, seconds=BEEP_TICKS * TICK_S, dbfs=BEEP_DBFS))

    # -- helpers

    def _key_of_play(self, command: Play) -> Callable[[str], None] | None:
        return (lambda _key: self._land.cut(SoundEnd.KEY)) if command.until_key else None

    def _key_of_listen(self, command: Listen) -> Callable[[str], None]:
        def on_key(key: str) -> None:
            if key in command.until_keys:
                self._land.cut(SoundEnd.KEY)

        return on_key

    def _close(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.close()
            self._seconds = listening.seconds
            self._must_wonder = listening.tone_frames >= TONE_FRAMES_TO_WONDER and listening.is_near_tone

    def _ended(self, command: Play | Listen, why: SoundEnd, seconds: float) -> None:
        self._land.tell(SoundEnded(self._land.line, command.call, command.ref, why, round(seconds, 2)))
