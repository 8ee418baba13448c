"""All lines of the box: starts and stops their threads, one inbox for their events, the latest picture of each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from modem.audio.key_merge import KeyMerge
from modem.audio.line_sound import ALSA, LineSound
from modem.audio.sink import OpenSink, no_sink
from modem.claims import Wish
from modem.commands import Command, Play, SoundCommand, StopSound
from modem.dialect import Dialect, SoundWay
from modem.dialects import all_dialects
from modem.events import CommandRefused, Event, KeyPressed, LineChanged, LineState, SoundEnded
from modem.finder import Finder
from modem.gsm import GsmConversation
from modem.gsm_pin import OnceInAProcess, PinTries
from modem.inbox import Inbox
from modem.nodes import SEARCH
from modem.port import Clock, Conversation, Port
from modem.serial_device import DeviceGone
from modem.voice import VoiceConversation
from modem.voice_profile import VoiceProfile

VOICE = "voice"
KINDS = ("auto", "gsm", VOICE)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LineSettings:
    """One `[modem NAME]` of config.ini, as far as telephones need it."""

    name: str
    device: str  # a path, "imei:" and 15 digits, or "auto"
    kind: str = "auto"  # "auto" | "gsm" | "voice"
    baudrate: int = 115200
    pin: str | None = None
    dialect: str | None = None  # a name out of modem/dialects; None: by what the module says of itself
    audio_device: str = ""  # where the module's sound comes out: a path, or alsa:NAME
    handset_device: str = ""  # ALSA name of the handset on the box


class UnknownKind(ValueError):
    """`kind` is no kind of line that can be built."""

    def __init__(self, line: str, kind: str) -> None:
        super().__init__(f"line {line}: kind {kind!r} is unknown; use one of {', '.join(KINDS)}")
        self.line, self.kind = line, kind


class UnknownDialect(ValueError):
    """`dialect` is no file in modem/dialects."""

    def __init__(self, line: str, dialect: str, known: Sequence[str]) -> None:
        super().__init__(f"line {line}: dialect {dialect!r} is unknown; use one of {', '.join(known)}")
        self.line, self.dialect = line, dialect


class Fleet:
    """The lines, by name."""

    def __init__(
        self,
        settings: Sequence[LineSettings],
        clock: Clock,
        *,
        at_once: Callable[[Event], None] = lambda event: None,
        search: Sequence[str] = SEARCH,
        pin_tries: PinTries | None = None,
        open_sink: OpenSink = no_sink,
        ear: Callable[[str, Sequence[bytes]], None] = lambda line, frames: None,
        profile_of: Callable[[str, str], str] = lambda line, identity: "",
    ) -> None:
        """Raises UnknownKind, UnknownDialect. Nothing is opened yet.

        `at_once` is called with every event before it is in the inbox: on its line's own thread, and for a key found
        in the sound on the sound's; it must neither wait nor raise. `search` are the patterns of paths where modules
        are looked for. `open_sink` tells where a recording goes, `ear` hears every call (line, frames), and
        `profile_of` knows what was measured of a landline modem (line, identity): the JSON of a VoiceProfile, or "".
        """
        self._open_sink, self._ear, self._profile_of = open_sink, ear, profile_of
        self.inbox = Inbox()
        self._clock, self._at_once = clock, at_once
        self._lock = threading.Lock()
        self._pictures = {line.name: LineChanged(line.name, LineState.STARTING) for line in settings}
        self._pin_tries = pin_tries or OnceInAProcess()
        self._finder = Finder(
            [Wish(line.name, line.device) for line in settings], clock, search=search,
            avoid=[line.audio_device for line in settings if line.audio_device.startswith("/")],
            baudrates=tuple(dict.fromkeys(line.baudrate for line in settings)),
        )  # fmt: skip
        self._ports = {line.name: self._port(line, clock) for line in settings}
        self._keys = {line.name: KeyMerge() for line in settings}
        self._sounds = {
            line.name: self._sound(line, clock) for line in settings if line.audio_device and line.kind != VOICE
        }

    def start(self) -> None:
        if self._finder.is_needed:
            self._finder.start()
        for port in self._ports.values():
            port.start()

    def is_alive(self) -> bool:
        """Whether every line's thread runs. A thread that ended by itself is a fault of ours."""
        is_finding = self._finder.is_alive() or not self._finder.is_needed
        return is_finding and all(port.is_alive() for port in self._ports.values())

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Stop all lines at once; True if all had ended in time."""
        threads: list[Port | Finder] = [self._finder, *self._ports.values()]
        started = [thread for thread in threads if thread.is_alive()]
        for thread in started:
            thread.stop()
        for sound in self._sounds.values():
            sound.stop(0.0)
        until_s = self._clock.monotonic_s() + timeout_s
        for thread in started:
            thread.join(max(0.0, until_s - self._clock.monotonic_s()))
        for sound in self._sounds.values():
            sound.stop(max(0.0, until_s - self._clock.monotonic_s()))
        return not any(thread.is_alive() for thread in started)

    def send(self, line: str, command: Command) -> bool:
        """Hand a command to a line; False if there is no such line, or it has stopped. Answers come to the inbox.

        What is to be heard goes to the sound of a GSM line, everything else to its port.
        """
        port, sound = self._ports.get(line), self._sounds.get(line)
        if sound is not None and port is not None and port.is_alive() and isinstance(command, SoundCommand):
            if reason := _sent(sound, command):
                self._tell(CommandRefused(line, command, reason))
            return True
        return port is not None and port.send(command)

    def lines(self) -> tuple[LineChanged, ...]:
        """How each line stands now."""
        with self._lock:
            return tuple(self._pictures.values())

    def sound(self, line: str) -> LineSound | None:
        """The sound of this line's calls; None where the box carries none."""
        return self._sounds.get(line)

    def wake(self) -> None:
        """The clock was moved by hand: every line looks at it again."""
        for port in self._ports.values():
            port.wake()

    def _port(self, line: LineSettings, clock: Clock) -> Port:
        make = {"auto": self._gsm, "gsm": self._gsm, VOICE: self._voice}.get(line.kind)
        if make is None:
            raise UnknownKind(line.name, line.kind)
        dialect = _dialect(line)
        return Port(
            line.name, line.device, line.baudrate,
            make_conversation=lambda: make(line, dialect), deliver=self._take, clock=clock,
            place=self._finder.place(line.name),
        )  # fmt: skip

    def _gsm(self, line: LineSettings, dialect: Dialect | None) -> Conversation:
        return GsmConversation(
            line.name, dialect, pin=line.pin, pin_tries=self._pin_tries,
            has_sound=bool(line.audio_device),
            sound_way=SoundWay.CARD if line.audio_device.startswith(ALSA) else SoundWay.TTY,
        )  # fmt: skip

    def _voice(self, line: LineSettings, _: Dialect | None) -> Conversation:
        return VoiceConversation(
            line.name, open_sink=self._open_sink,
            ear=lambda frames: self._ear(line.name, frames),
            profile_of=lambda identity: self._profile(line.name, identity),
        )  # fmt: skip

    def _profile(self, line: str, identity: str) -> VoiceProfile | None:
        """What was measured of this modem; what can't be read is measured anew."""
        try:
            return VoiceProfile.from_json(known) if (known := self._profile_of(line, identity)) else None
        except ValueError as wrong:
            log.warning("%s: what is stored of its modem can't be read: %s", line, wrong)
            return None

    def _take(self, event: Event) -> None:
        if isinstance(event, LineChanged):
            event = replace(event, node=self._ports[event.line].node)
            with self._lock:
                self._pictures[event.line] = event
            if event.node and event.imei:
                self._module_told(event.line, event.imei)
        if isinstance(event, KeyPressed):
            self._press("modem", event)
            return
        if event.line in self._sounds:
            self._sounds[event.line].on_event(event)
        self._tell(event)

    def _press(self, source: str, event: KeyPressed) -> None:
        """A key counts once, whether the module tells it, or it is found in the sound, or both."""
        with self._lock:
            is_new = self._keys[event.line].is_new(source, event.call, event.key, self._clock.monotonic_s())
        if not is_new:
            return
        self._tell(event)
        if event.line in self._sounds:
            self._sounds[event.line].press(event.call, event.key)

    def _take_of_sound(self, event: KeyPressed | SoundEnded) -> None:
        if isinstance(event, KeyPressed):
            self._press("sound", event)
        else:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        self._at_once(event)
        self.inbox.put(event)

    def _sound(self, line: LineSettings, clock: Clock) -> LineSound:
        return LineSound(
            line.name,
            line.audio_device,
            line.handset_device or None,
            self._take_of_sound,
            clock,
            open_sink=self._open_sink,
            ear=lambda frames: self._ear(line.name, frames),
        )

    def _module_told(self, line: str, imei: str) -> None:
        """Two lines must never have one module; nor a line another's."""
        for other in self._finder.told(line, imei):
            self._ports[other].leave(DeviceGone(LineState.MISSING, f"the module here, {imei}, is not this line's"))


def _sent(sound: LineSound, command: SoundCommand) -> str:
    """ "", or why it is refused."""
    if isinstance(command, StopSound):
        sound.stop_sound(command.call)
        return ""
    if isinstance(command, Play):
        return sound.play(command.call, command.ref, command.clips, until_key=command.until_key)
    return sound.listen(
        command.call, command.ref, most_s=command.most_s, until_keys=command.until_keys, quiet_s=command.quiet_s,
        keep=command.keep, beep=command.beep,
    )  # fmt: skip


def _dialect(line: LineSettings) -> Dialect | None:
    if line.dialect is None:
        return None
    known = {dialect.name: dialect for dialect in all_dialects()}
    if line.dialect not in known:
        raise UnknownDialect(line.name, line.dialect, sorted(known))
    return known[line.dialect]
