"""The desk thread: takes one event after the other from the lines' inbox and hands it to the service it concerns.

`Desk` holds the table and gives back what is to be sent; `DeskThread` around it is dull on purpose.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from appliance.callflow.runner import Runner
from appliance.clock import Clock
from appliance.forwarding import Forwarding
from appliance.intake.hearing import Hearing
from appliance.intake.sms_in import SmsIntake
from appliance.lines import DEAD, Lines
from appliance.outreach.sending import Sending
from appliance.trouble import where
from appliance.voice_profiles import VoiceProfiles
from db.store import StoreError
from modem.commands import (
    Answer,
    AskForwarding,
    Command,
    Dial,
    HangUp,
    Join,
    Measure,
    SendKeys,
    SendSms,
    SetForwarding,
)
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallRang,
    CallRinging,
    CallSound,
    CommandRefused,
    Event,
    ForwardingTold,
    KeyPressed,
    LineChanged,
    ProfileMeasured,
    RawAnswer,
    SmsFailed,
    SmsPartSent,
    SmsReport,
    SmsSent,
    SmsStored,
    SoundEnded,
    TelephoneMoved,
    TimeUp,
    ToneHeard,
    Unrecognised,
)

log = logging.getLogger(__name__)

Outgoing = tuple[str, Command]  # line and command
IDLE_S = 1.0  # how often the desk looks up when nothing comes
BUSY_S = 0.05  # and when events pour in: looking up after each would cost more than the events do
HUNG_AFTER_S = 60.0  # a round that takes longer is no round any more
SLOW_LOOK_S = 30.0  # late parts, messages beyond the plan


class Inbox(Protocol):
    def get(self, timeout_s: float) -> Event | None: ...


class Desk:
    """One event in, commands out. Runs in one thread."""

    def __init__(
        self,
        clock: Clock,
        lines: Lines,
        *,
        hearing: Hearing,
        flow: Runner,
        intake: SmsIntake,
        sending: Sending,
        forwarding: Forwarding,
        voice_profiles: VoiceProfiles,
        send: Callable[[str, Command], bool],
        every_round: Sequence[Callable[[], object]] = (),
    ) -> None:
        """`every_round`: short looks at what others have finished."""
        self._every_round = every_round
        self._clock, self._lines, self._hearing, self._intake, self._sending = clock, lines, hearing, intake, sending
        self._send, self._forwarding, self._flow = send, forwarding, flow
        self._voice_profiles = voice_profiles
        self._is_closing = False
        self._next_slow_look_s = 0.0
        self._at_once: dict[type[Any], Callable[[Any], object]] = {
            CallRinging: hearing.hear_ringing,
            CallerKnown: hearing.hear_caller,
            TelephoneMoved: hearing.hear_telephone,
        }
        self._table: dict[type[Any], Callable[[Any], object]] = {
            CallRinging: hearing.on_ringing,
            CallerKnown: hearing.on_caller_known,
            CallDialing: hearing.on_dialing,
            CallAnswered: hearing.on_answered,
            CallEnded: hearing.on_ended,
            SmsReport: intake.take_report,
            SmsPartSent: sending.on_part_sent,
            SmsSent: sending.on_sent,
            SmsFailed: sending.on_failed,
            LineChanged: self._line_changed,
            CommandRefused: self._refused,
            CallSound: self._nothing,
            CallRang: self._nothing,
            ToneHeard: hearing.on_tone,
            TelephoneMoved: hearing.on_telephone,
            SoundEnded: hearing.on_sound_ended,
            TimeUp: self._nothing,
            ProfileMeasured: voice_profiles.on_measured,
            KeyPressed: hearing.on_key,
            ForwardingTold: forwarding.on_told,
            RawAnswer: self._nothing,
            Unrecognised: self._nothing,
        }

    def recover(self) -> None:
        """Before the first event: settle what the last run left unfinished."""
        self._sending.recover()
        self._hearing.recover()

    def close_for_new(self) -> None:
        """The end is near: no message is claimed from the outbox any more. What happens on the lines is still heard."""
        self._is_closing = True

    def at_once(self, event: Event) -> None:
        """What can't wait for the desk thread, which may be waiting for the disk: the screen pop, and the call flow.

        For the thread that brings the event, before it goes into the inbox. Never raises, never writes.
        """
        hear = self._at_once.get(type(event))
        if hear is not None:
            try:
                hear(event)
            except Exception as bug:
                log.error("%s: %s could not be announced: %s", event.line, type(event).__name__, where(bug))
        self._flow.at_once(event)

    def handle(self, event: Event) -> list[Outgoing]:
        """Do what the event asks for. A bug or a full disk costs this one event at most, never the thread."""
        try:
            if not isinstance(event, LineChanged):
                self._lines.heard(event.line)
            if isinstance(event, SmsStored):
                return [(event.line, self._intake.take(event))]
            self._table[type(event)](event)
            self._voice_profiles.hear(event)
        except (sqlite3.Error, OSError, StoreError) as trouble:
            # Nothing is deleted from the module, which tells the message again in a minute.
            log.error("%s: %s could not be written: %s", event.line, type(event).__name__, type(trouble).__name__)
        except Exception as bug:
            log.error("%s: %s could not be handled: %s", event.line, type(event).__name__, where(bug))
        return []

    def tick(self) -> list[Outgoing]:
        """What time brings: decide on missed calls, look for late parts, carry the outbox. None holds up the others."""
        self._guarded(self._hearing.tick)
        for look in self._every_round:
            self._guarded(look)
        if self._clock.monotonic_s() >= self._next_slow_look_s:
            self._next_slow_look_s = self._clock.monotonic_s() + SLOW_LOOK_S
            self._guarded(self._intake.show_waiting)
            self._guarded(self._sending.overflow)
            self._guarded(self._forwarding.look)
        sends: list[Outgoing] = []
        if not self._is_closing:
            self._guarded(lambda: sends.extend(self._sending.pump()))
        return sends

    def post(self, outgoing: list[Outgoing]) -> None:
        """Hand commands to their lines; a message that isn't taken goes back into the queue."""
        for line, command in outgoing:
            if not self._send(line, command) and isinstance(command, SendSms):
                self._sending.not_taken(line, command.ref)

    def _guarded(self, step: Callable[[], object]) -> None:
        try:
            step()
        except (sqlite3.Error, OSError, StoreError) as trouble:
            log.error("the desk could not write: %s", type(trouble).__name__)
        except Exception as bug:
            log.error("the desk's round failed: %s", where(bug))

    def _line_changed(self, event: LineChanged) -> None:
        self._lines.on_changed(event)
        if event.state in DEAD:
            self._hearing.on_line_lost(event.line)

    def _refused(self, event: CommandRefused) -> None:
        log.warning("%s refused %s: %s", event.line, type(event.command).__name__, event.reason)
        if isinstance(event.command, SendSms):
            self._sending.not_taken(event.line, event.command.ref)
        elif isinstance(event.command, SetForwarding | AskForwarding):
            self._forwarding.on_refused(event)
        elif isinstance(event.command, Measure):
            self._voice_profiles.on_refused(event)
        elif isinstance(event.command, Dial):
            self._hearing.on_dial_refused(event.command.ref, event.reason)
        elif isinstance(event.command, Answer | HangUp | SendKeys | Join):
            self._hearing.on_refused(
                event.line, event.command.call, event.reason, was_answer=isinstance(event.command, Answer)
            )

    def _nothing(self, event: Event) -> None:
        """For the technician's page and the log only."""


class DeskThread:
    """Runs the desk until it is asked to stop. Clean is: `close_for_new`, stop the lines, `drain`, `stop`."""

    def __init__(self, desk: Desk, inbox: Inbox, clock: Clock) -> None:
        self._desk, self._inbox, self._clock = desk, inbox, clock
        self._stop_asked = threading.Event()
        self._drain_asked = threading.Event()
        self._is_drained = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self.last_round_s = clock.monotonic_s()  # when the last round ended that went well

    def start(self) -> None:
        self.last_round_s = self._clock.monotonic_s()
        self._thread.start()

    def close_for_new(self) -> None:
        """Claim no more messages; go on hearing the lines."""
        self._desk.close_for_new()

    def drain(self, timeout_s: float = 2.0) -> bool:
        """After the lines have stopped: wait until everything they still told is handled; False if it took longer."""
        self.close_for_new()
        self._drain_asked.set()
        return self._thread.is_alive() and self._is_drained.wait(timeout_s)

    def stop(self, timeout_s: float = 2.0) -> None:
        """Ask it to end and wait: the event in hand is finished first."""
        self._stop_asked.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def is_alive(self) -> bool:
        """Whether the thread runs and gets round: one that hangs in a single event is as good as dead."""
        return self._thread.is_alive() and self._clock.monotonic_s() - self.last_round_s < HUNG_AFTER_S

    def _run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                self._round()
            except Exception as bug:
                log.error("a round of the desk failed: %s", where(bug))
                self._clock.wait(self._stop_asked, IDLE_S)

    def _round(self) -> None:
        is_draining = self._drain_asked.is_set()
        event = self._inbox.get(0.0 if is_draining else IDLE_S)
        until_s = self._clock.monotonic_s() + BUSY_S
        while event is not None:
            self._desk.post(self._desk.handle(event))
            if self._stop_asked.is_set() or self._clock.monotonic_s() >= until_s:
                break
            event = self._inbox.get(0.0)
        self._desk.post(self._desk.tick())
        self.last_round_s = self._clock.monotonic_s()
        if is_draining and event is None:
            self._is_drained.set()
            self._clock.wait(self._stop_asked, IDLE_S)  # nothing comes any more
