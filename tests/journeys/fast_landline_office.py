"""A whole office with one landline in fake time: our conversation, call flow, desk and SQLite on a simulated modem.

No pty, no thread, no process; everything else is the real thing, and every wait is as long as it would be. The port,
the recorder's thread and the desk's are told over here in a few lines; the true ones are tried by
test_landline_endings_in_real_time.py.
"""

from __future__ import annotations

import heapq
from collections import deque
from pathlib import Path
from typing import Any

from appliance.config import ModemSettings
from appliance.desk import IDLE_S
from modem.audio.sink import Sink
from modem.commands import Command, Listen, Play, SendSms, Wake
from modem.events import CallDialing, CallEnded, CallRinging, CommandRefused, Event, LineState, SoundEnded, TimeUp
from modem.inbox import Inbox
from modem.simulator.voice.calls import Stage
from modem.simulator.voice.hooks import MODEM, TELEPHONE
from modem.simulator.voice.words import VoiceWords
from tests.appliance.small_office import GSM, MORNING, SmallOffice
from tests.modem.fast_landline import FastLandline, measured

LINE = "line1"  # of FastLandline
LANDLINE = ModemSettings(LINE, kind="voice", talk_path="parallel", number="057185330000")
MOBILE = ModemSettings("mobile", number=GSM.number, talk_path="none")  # carries the texts
RECORDER_S = 0.25
MINUTE_S = 60.0
LOOKS_FOR_DEVICE_S = 2.0


class FastLandlineOffice(FastLandline):
    """`town` and `ask` are the simulator's; `small` has the office's people, rows and services."""

    def __init__(self, folder: Path, profile: str, *, now: Any = MORNING) -> None:
        self.small = SmallOffice(folder, LANDLINE, MOBILE, now=now, are_ready=False)
        self.small.on_command = self._take_command
        self.small.line(MOBILE.name)
        self._inbox = Inbox()
        self._commands: deque[Command] = deque()
        self._wakes: list[tuple[float, int, int]] = []
        self._wakes_asked = 0
        self._look_at_s = self._record_at_s = self._minute_at_s = 0.0
        self._began_s: float | None = None
        self._alone_since_s: float | None = None
        self.is_plugged_in = True
        self.drops_commands = False  # the office has lost its mind: nothing it decides comes to the line
        self.longest_alone_s = 0.0  # since `new_round`: the modem held the line when both sides had hung up
        self.with_person_s: dict[int, float] = {}  # simulator's call -> how long both sides were there
        self._seen_s = 0.0
        self.asked: list[Play | Listen] = []  # of the line
        super().__init__(profile, known=measured(profile), open_sink=self._open_sink)
        self.on_event = self._tell
        for event in [self.picture, *self.events]:
            if event is not None:
                self._tell(event)
        self.cable = _Cable(self)
        self.town._words = VoiceWords(self.town.serial, self.cable)
        self.later(15.0)

    @property
    def is_ready(self) -> bool:
        return self.picture is not None and self.picture.state is LineState.READY

    def new_round(self) -> None:
        self.longest_alone_s = 0.0
        self.drops_commands = False

    def missing_ends(self) -> list[int]:
        """Refs of sounds that were begun and whose end nobody told."""
        ended = {event.ref for event in self.of(SoundEnded)}
        refused = {event.command.ref for event in self.of(CommandRefused) if isinstance(event.command, Play | Listen)}
        return [each.ref for each in self.asked if each.ref not in ended | refused]

    def begun(self) -> list[int]:
        """Numbers of the calls that the line told of."""
        return [event.call for event in self.events if isinstance(event, CallRinging | CallDialing)]

    def ended(self) -> list[int]:
        return [event.call for event in self.of(CallEnded)]

    # -- inside: what the port does

    def _next_deadline(self) -> float | None:
        times = [
            super()._next_deadline(),
            self._look_at_s,
            self._minute_at_s,
            *(at_s for at_s, _, _ in self._wakes[:1]),
        ]
        if self.small.services.recordings.recorder.open_names():
            times.append(self._record_at_s)
        return min(time_s for time_s in times if time_s is not None)

    def _exchange(self) -> None:
        self._follow_clock()
        while True:
            if self.is_plugged_in:
                super()._exchange()
            else:
                self.town.serial.tick(self.now_s)  # its town goes on
                self.conversation.data_to_send()
            if not (self._hand_over() | self._desk_round()):
                break
        self._watch()

    def _hand_over(self) -> bool:
        has_moved = bool(self._commands)
        while self._commands:
            command = self._commands.popleft()
            if isinstance(command, Wake):
                self._wakes_asked += 1
                heapq.heappush(self._wakes, (self.now_s + command.after_s, self._wakes_asked, command.ref))
                continue
            if isinstance(command, Play | Listen):
                self.asked.append(command)
            self._take(self.conversation.send(command, self.now_s))
        while self._wakes and self._wakes[0][0] <= self.now_s:
            _, _, ref = heapq.heappop(self._wakes)
            has_moved = True
            self._take([TimeUp(LINE, ref)])
        return has_moved

    def _take_command(self, command: Command) -> None:
        self.small.commands.clear()
        if isinstance(command, SendSms) or (self.drops_commands and not isinstance(command, Wake)):
            return
        self._commands.append(command)

    def _tell(self, event: Event) -> None:
        """As the fleet does."""
        self.small.desk.at_once(event)
        self._inbox.put(event)

    def _open_sink(self, line: str, call: int, ref: int) -> Sink | None:
        return self.small.services.recordings.recorder.open(line, call, ref)

    # -- inside: the office's threads

    def _desk_round(self) -> bool:
        desk, recorder = self.small.desk, self.small.services.recordings.recorder
        has_moved = bool(len(self._inbox))
        while len(self._inbox):
            event = self._inbox.get(0.0)
            assert event is not None
            desk.post(desk.handle(event))
        if has_moved or self.now_s >= self._look_at_s:
            self._look_at_s = self.now_s + IDLE_S
            desk.post(desk.tick())
        if recorder.open_names() and self.now_s >= self._record_at_s:
            self._record_at_s = self.now_s + RECORDER_S
            recorder.round()
        if self.now_s >= self._minute_at_s:
            self._minute_at_s = self.now_s + MINUTE_S
            recorder.round()  # it looks how much room there is
            for task in self.small.services.every_minute.values():
                task()
        return has_moved

    def _follow_clock(self) -> None:
        if self._began_s is None:
            self._began_s = self.now_s - self.small.clock.monotonic_s()
        ahead_s = self.now_s - self._began_s - self.small.clock.monotonic_s()
        if ahead_s >= 1e-6:
            self.small.clock.advance(ahead_s)

    # -- inside: the witness

    def _watch(self) -> None:
        """An own look at who holds the line, beside the simulator's counters."""
        hooks, line = self.town.line.hooks, self.town.line
        passed_s, self._seen_s = self.now_s - self._seen_s, self.now_s
        if hooks.holders == {MODEM} and hooks.far_gone:
            if self._alone_since_s is None:
                self._alone_since_s = self.now_s
            self.longest_alone_s = max(self.longest_alone_s, self.now_s - self._alone_since_s)
        else:
            self._alone_since_s = None
        if line.stage is Stage.TALKING and TELEPHONE in hooks.holders and line.call is not None:
            self.with_person_s[line.call.id] = self.with_person_s.get(line.call.id, 0.0) + passed_s


class _Cable:
    """Stands for the simulator's loop: what faults may do to the cable."""

    def __init__(self, office: FastLandlineOffice) -> None:
        self._office = office

    def unplug(self, now_s: float) -> None:
        office = self._office
        if office.is_plugged_in:
            office.is_plugged_in = False
            office.town.serial.power_off(now_s)
            office._reopens_at_s = None
            office._take(office.conversation.lost("the device was unplugged", now_s, LineState.MISSING))

    def plug(self, now_s: float) -> None:
        office = self._office
        if not office.is_plugged_in:
            office.is_plugged_in = True
            office.town.serial.power_on(now_s)
            office._reopens_at_s = now_s + LOOKS_FOR_DEVICE_S

    def rename(self, link: Path | None, pcm_link: Path | None) -> None:
        """No name has any meaning here."""

    def has_client(self) -> bool:
        return self._office.is_plugged_in

    def stop(self) -> None:
        raise AssertionError("nothing to stop")
