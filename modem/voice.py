"""The conversation with a landline voice modem (V.253): bytes, the office's commands and the time in; events and bytes
out. Sans-I/O.

The theory. One wire carries commands and their answers, or a stream of sound; never both. So there is one job at a
time, a straight generator of steps (modem.voice_steps): start-up, what the office wants of the call, a sound, upkeep.
What the modem tells meanwhile (rings, events behind DLE, callers) is taken note of at once, and may cut a sound short;
what follows from it is the next job. Every step has a deadline, and a stream that does not end ends with the modem
started anew: nothing here waits for ever, and nothing holds the line for ever.
"""

from __future__ import annotations

from collections.abc import Callable

from modem.at import Ask, AtEngine, Done, Heard, InStep, News, Noise
from modem.at_words import FinalKind
from modem.audio.shield import Sound, Unshield
from modem.audio.sink import Ear, OpenSink, no_sink
from modem.commands import Command
from modem.events import EndReason, Event, LineState, SoundEnd
from modem.gsm_picture import Picture
from modem.gsm_unasked import NoiseGate
from modem.voice_calls import Calls
from modem.voice_heard import Unasked, is_news
from modem.voice_hook import Hook, no_ear
from modem.voice_landline import Landline
from modem.voice_measuring import Measurements
from modem.voice_orders import Orders
from modem.voice_profile import VoiceProfile
from modem.voice_sounds import Sounds
from modem.voice_steps import Found, Job, Pause, Step, Stream, Text
from modem.voice_upkeep import Upkeep
from modem.voice_wishes import Wishes

STUCK = "the modem does not let go of the line"
ECHOES_BEFORE_ATE0 = 3  # of ATZ, ATH0 and ATE0 itself
STRIKES = 3  # commands without any answer, nothing working in between


class VoiceConversation:
    """One landline modem on one port. Lives over reconnects: call numbers go on."""

    def __init__(
        self,
        line: str,
        profile: VoiceProfile | None = None,
        *,
        open_sink: OpenSink = no_sink,
        ear: Ear = no_ear,
        profile_of: Callable[[str], VoiceProfile | None] = lambda identity: None,
        first_call: int = 1,
    ) -> None:
        """`profile` None: what `profile_of` knows of the modem's identity, else what is measured at the start."""
        self._line, self._named_profile = line, profile
        self._open_sink, self._ear, self._profile_of = open_sink, ear, profile_of
        self._land = land = Landline(line, profile or VoiceProfile(), first_call)
        self._engine = AtEngine(is_news, frozenset())
        self._unshield = Unshield()
        self._picture = Picture(line)
        self._noise = NoiseGate(line)
        self._calls = Calls(land)
        self._unasked = Unasked(land, self._calls)
        hook = Hook(land, ear)
        self._wishes = Wishes(land, self._calls, hook)
        self._sounds = Sounds(land, self._calls, self._wishes, hook, open_sink)
        self._upkeep = Upkeep(land, self._picture, profile, profile_of)
        self._measurements = Measurements(land, self._line_meanwhile)
        self._orders = Orders(
            land, self._picture, upkeep=self._upkeep, wishes=self._wishes, sounds=self._sounds,
            measurements=self._measurements,
        )  # fmt: skip
        self._job: Job[None] | None = None
        self._step: Step | None = None
        self._is_asked = False  # the step's command went out
        self._pause_until_s: float | None = None
        self._skips_lf = False  # the other half of CONNECT's end
        self._strikes = 0
        self._echo_is_usual = False
        self.wants_reopen = False

    # -- what the port calls

    def start(self, now_s: float) -> list[Event]:
        """The port was just opened."""
        self._land.now_s = now_s
        self.wants_reopen = self._land.is_stuck = False
        self._strikes = 0
        self._unshield, self._skips_lf = Unshield(), False
        self._engine.open(now_s)
        self._upkeep.begin()
        return self._go_on()

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        self._land.now_s = now_s
        while data:
            if self._measurements.is_running:
                self._measurements.receive(data)
                data = b""
            elif self._land.stream is not None:
                data = self._stream_says(self._land.stream, data)
            else:
                data = self._modem_says(data)
        return self._go_on()

    def tick(self, now_s: float) -> list[Event]:
        self._land.now_s = now_s
        self._measurements.tick()
        stream = self._land.stream
        if stream is not None:
            stream.tick(now_s)
            self._look_whether_over(stream)
        elif self._pause_until_s is not None and now_s >= self._pause_until_s:
            self._advance(None)
        for heard in self._engine.tick(now_s):
            self._hear(heard)
        self._unasked.tick()
        return self._go_on()

    def send(self, command: Command, now_s: float) -> list[Event]:
        """Take a command of the office; carried out when its turn comes, or refused at once."""
        self._land.now_s = now_s
        self._orders.take(command, is_answering=self._engine.is_idle or self._engine.running is not None)
        return self._go_on()

    def data_to_send(self) -> bytes:
        stream = self._land.stream
        return (
            self._upkeep.data_to_send()
            + self._engine.data_to_send()
            + (stream.data_to_send() if stream is not None else b"")
            + self._measurements.data_to_send()
        )

    def next_deadline(self) -> float | None:
        """When `tick` has something to do, if no bytes come before."""
        stream = self._land.stream
        times = [
            self._engine.next_deadline(),
            stream.next_deadline() if stream is not None else None,
            self._pause_until_s,
            self._calls.next_deadline(),
            self._unasked.next_deadline(),
            self._measurements.next_deadline(),
            self._measurements.begins_s() if self._is_free else None,
            self._upkeep.next_deadline() if self._is_free else None,
        ]
        return min((time for time in times if time is not None), default=None)

    def lost(self, reason: str, now_s: float, state: LineState = LineState.BROKEN) -> list[Event]:
        """The port is gone, or is not there: what played has failed, the call is lost for us."""
        self._land.now_s = now_s
        self._engine.close()
        self._give_up(reason)
        self._picture.set(state=state, detail=reason)
        return self._told()

    @property
    def profile(self) -> VoiceProfile:
        """What is known of the modem now."""
        return self._land.profile

    @property
    def is_sending(self) -> bool:
        """No text message ever is on its way here."""
        return False

    def successor(self) -> VoiceConversation:
        """A new conversation for the same line, after a fault of ours made this one's state doubtful."""
        return VoiceConversation(
            self._line, self._named_profile, open_sink=self._open_sink, ear=self._ear, profile_of=self._profile_of,
            first_call=self._land.next_serial,
        )  # fmt: skip

    # -- bytes

    def _modem_says(self, data: bytes) -> bytes:
        """Text, and events between it; up to where a stream begins. What is left."""
        end = next((at + 1 for at, byte in enumerate(data) if byte in b"\r\n"), len(data))
        for found in self._unshield.feed(data[:end]):
            if isinstance(found, Sound):
                for heard in self._engine.receive(found.data, self._land.now_s):
                    self._hear(heard)
            else:
                self._unasked.event(found)
        rest = self._unshield.rest + data[end:]
        if self._unshield.is_ended:  # of a stream that has ended without us
            self._unshield = Unshield()
        if not self._measurements.is_running and self._land.stream is None:
            self._start_next()  # an answer may bring the next command, and that one CONNECT, within this very portion
        return rest

    def _stream_says(self, stream: Stream, data: bytes) -> bytes:
        if self._skips_lf:
            self._skips_lf = False
            data = data.removeprefix(b"\n")
        for found in stream.receive(data, self._land.now_s):
            self._found(found)
        self._look_whether_over(stream)
        return stream.rest if stream.is_over else b""

    def _line_meanwhile(self, line: str) -> None:
        """While the modem is measured."""
        if is_news(line):
            self._unasked.line(line)

    def _found(self, found: Found) -> None:
        """What came within a stream."""
        if isinstance(found, Text):
            if is_news(found.line):
                self._unasked.line(found.line)
            else:
                self._land.events += self._noise.tell(found.line, self._land.now_s)
        elif not isinstance(found, Sound):
            self._unasked.event(found)

    def _look_whether_over(self, stream: Stream) -> None:
        if not stream.is_over or self._land.stream is not stream:
            return
        land = self._land
        self._upkeep.send_first(stream.data_to_send())
        land.stream = None
        self._unshield = Unshield()
        if stream.is_stuck:  # only the end of the port's own signals helps now (V.250 6.2.9: DTR)
            self._fell_silent("the modem does not end its stream")
            return
        if stream.is_hung_up:
            land.leave(EndReason.LOCAL, SoundEnd.FAILED)
        if not stream.is_clean:
            self._engine.break_off(land.now_s)
        self._advance(None)

    # -- what is heard

    def _hear(self, heard: Heard) -> None:
        if isinstance(heard, News):
            self._unasked.line(heard.text)
        elif isinstance(heard, Done):
            self._done(heard)
        elif isinstance(heard, Noise):
            self._land.events += self._noise.tell(heard.text, self._land.now_s)
        elif heard is InStep.GAVE_UP:
            self._fell_silent("the module does not answer")
        else:  # in step
            self._upkeep.answers()

    def _done(self, done: Done) -> None:
        self._strikes = self._strikes + 1 if done.final.kind is FinalKind.TIMEOUT else 0
        self._advance(done)
        if self._strikes >= STRIKES:
            self._fell_silent("the module does not answer")

    # -- whose turn it is

    @property
    def _is_free(self) -> bool:
        """On the hook, and nothing to do."""
        land = self._land
        is_used = land.call is not None or land.is_off_hook or self._measurements.is_running
        return self._job is None and self._engine.is_idle and not is_used

    def _go_on(self) -> list[Event]:
        """Start what is next; give away the events."""
        self._start_next()
        self._calls.tick(is_busy=self._job is not None)
        self._start_next()  # the look at the clock may have brought something to do
        return self._told()

    def _start_next(self) -> None:
        if self._measurements.has_just_ended():
            self._unshield = Unshield()
            self._engine.break_off(self._land.now_s)
        while not self._measurements.is_running:
            if self._job is None:
                self._job = self._next_job()
                if self._job is None:
                    return
                self._advance(None)
            elif self._step is not None and not self._is_asked and self._engine.is_idle:
                assert not isinstance(self._step, Pause)
                self._is_asked = True
                self._engine.run(self._step, self._land.now_s)  # type: ignore[arg-type]
            else:
                return

    def _next_job(self) -> Job[None] | None:
        if not self._engine.is_idle:
            return None
        if job := self._upkeep.start_job():
            return job
        if self._upkeep.has_risen():
            self._look_at_risen()
        if job := self._wishes.next_job() or self._sounds.next_job():
            return job
        if self._land.is_stuck:
            self._fell_silent(STUCK)
            return None
        if not self._is_free or self._measurements.begin():
            return None
        if self._engine.echoes and self._upkeep.is_up and not self._echo_is_usual:
            self._upkeep.begin("the modem started anew")  # without a word: ATE0 is forgotten, and with it all the rest
        return self._upkeep.start_job() or self._upkeep.next_job()

    def _look_at_risen(self) -> None:
        """Start-up went through: what is still to be found out."""
        self._echo_is_usual, self._engine.echoes = self._engine.echoes > ECHOES_BEFORE_ATE0, 0
        if self._upkeep.is_unknown and self._land.has_voice:
            self._measurements.want()
        elif self._upkeep.is_unknown:
            self._land.found(has_voice=False)
        self._upkeep.is_unknown = False

    def _advance(self, outcome: Done | None) -> None:
        """The step is over: the next one."""
        assert self._job is not None
        self._step, self._is_asked, self._pause_until_s = None, False, None
        try:
            step = self._job.send(outcome)
        except StopIteration:
            self._job = None
            return
        if isinstance(step, Pause):
            self._pause_until_s = self._land.now_s + step.seconds
        elif isinstance(step, Ask):
            self._step = step
        else:
            self._land.stream, self._skips_lf = step, True
            step.begin(self._land.now_s)
            if self._land.why is not None or self._land.leaving is not None:
                step.stop(self._land.now_s)  # it was cut before it began

    # -- rise and fall

    def _fell_silent(self, why: str) -> None:
        self._engine.close()
        self._give_up(why)
        self._picture.set(state=LineState.SILENT, detail=why)
        self.wants_reopen = True

    def _give_up(self, reason: str) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.close()
        self._step, self._is_asked, self._pause_until_s, self._strikes = None, False, None, 0
        self._land.stream = None
        self._wishes.lost()
        self._sounds.lost()
        self._calls.lost()
        self._unasked.lost()
        self._measurements.lost()
        self._upkeep.lost(reason)

    def _told(self) -> list[Event]:
        events, self._land.events = self._land.events, []
        return [*events, *self._picture.changed()]
