"""COMPOSITION ROOT: builds, starts and stops everything, and owns the real clock.

Threads, all named: main (signals, watchdog), one per modem port, the finder of modules, one per call with sound, short
ones that open and ask a port (it may hang), desk, web and waitress's workers, Huey's worker and scheduler, gate
(commands from the shell), transcriber (only with transcribe_command). Whoever is started here is stopped here, within
five seconds together.
"""

from __future__ import annotations

import functools
import logging
import signal
import threading
from collections.abc import Sequence
from types import FrameType

from appliance import __version__, sdnotify
from appliance.clock import Clock, RealClock
from appliance.config import ModemSettings, Settings
from appliance.desk import DeskThread
from appliance.gate import Gate, ProcessLock
from appliance.jobs import Jobs
from appliance.office import Office, Town
from appliance.people.keys import BoxKey
from appliance.prompts.sound import NotASound, SoundForms
from appliance.services import Services
from appliance.shell import TABLE
from appliance.talk_paths import SoundLevels
from appliance.upkeep.pin_tries import PinTries
from appliance.webserver import WebServer
from db.store import Store
from modem.audio import laws
from modem.audio.kept_speech import has_speech
from modem.audio.polish import polish
from modem.audio.riff import NotSound
from modem.audio.sink import Sink
from modem.audio.wav import read_wav
from modem.events import Event
from modem.fleet import Fleet, LineSettings
from modem.multipart import join, text_of
from modem.voice_profile import SampleFormat
from web import create_app
from web.settings import DemoUser, WebSettings

log = logging.getLogger(__name__)

SIGN_OF_LIFE_S = 10.0


class Runtime:
    """One office at work."""

    def __init__(
        self,
        settings: Settings,
        *,
        kind: str = "office",
        town: Town | None = None,
        demo_users: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        """Open the data folder and build every part; nothing runs yet.

        `demo_users` are name, password and role of the demo's people, shown on its sign-in page.

        Raises AlreadyRunning, StoreError, OSError (the web address is taken).
        """
        self._settings = settings
        self._clock: Clock = RealClock()
        self._stop_asked = threading.Event()
        self._lock = ProcessLock(settings.data.directory)
        self._store = Store(settings.data.directory / "hotline.db", kind=kind)
        lines = [_line(modem) for modem in settings.modems]
        self._fleet = Fleet(
            lines,
            self._clock,
            at_once=self._at_once,
            search=settings.ports.search,
            pin_tries=PinTries(self._store, self._clock, BoxKey.load(settings.data.directory)),
            open_sink=self._open_sink,
            ear=self._hear,
            profile_of=self._profile_of,
        )
        self._services = Services(
            settings,
            self._store,
            self._clock,
            send=self._fleet.send,
            join_parts=join,
            text_of=text_of,
            parts={"desk": self._desk_is_alive, "jobs": self._jobs_are_alive},
            town=town,
            sound_of=self._sound_of,
            polish=polish,
            hears_voice=has_speech,
            sound_forms=sound_forms(),
        )
        self._desk = DeskThread(self._services.desk, self._fleet.inbox, self._clock)
        self._jobs = Jobs(self._services.every_minute)
        self._gate = Gate(
            settings.data.directory,
            {name: functools.partial(verb, self.office) for name, verb in TABLE.items()},
        )
        web = WebSettings(secret=self._services.web_secret, demo_users=tuple(DemoUser(*user) for user in demo_users))
        self._web = WebServer(
            create_app(self.office, web), settings.web.listen, trusted_proxy=settings.web.trusted_proxy
        )

    @property
    def office(self) -> Office:
        return self._services.office

    @property
    def url(self) -> str:
        return f"http://{self._settings.web.listen[0]}:{self._web.port}/"

    def start(self) -> None:
        """Start every thread. Pages come first: a seat sees the desk while modems are still waking up."""
        self._services.desk.recover()  # what the last end left open is settled before any line speaks
        self._web.start()
        self._gate.start()
        self._desk.start()
        self._services.recordings.start(warm=any(_can_record(modem) for modem in self._settings.modems))
        self._fleet.start()
        self._jobs.start()
        self._services.transcriber.start()
        log.info("hotline %s started: %s, %d lines", __version__, self.url, len(self._settings.modems))

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, giving systemd a sign of life while every part has one itself."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self.start()
        sdnotify.notify(f"READY=1\nSTATUS=Serving {self.url}")
        every_s = min(sdnotify.watchdog_interval_s() or SIGN_OF_LIFE_S, SIGN_OF_LIFE_S)
        while not self._stop_asked.wait(every_s):
            if self.is_well():
                sdnotify.notify("WATCHDOG=1")
        self.stop()

    def is_well(self) -> bool:
        """Desk, jobs, ports and the writer all answer. The writer is asked without writing a byte."""
        well = {
            "desk": self._desk.is_alive(),
            "jobs": self._jobs.is_alive(),
            "ports": self._fleet.is_alive(),
            "recordings": self._services.recordings.is_alive(),
            "writer": self._store.can_write(),
        }
        for name in (name for name, is_fine in well.items() if not is_fine):
            log.error("%s gave no sign of life", name)
        return all(well.values())

    def _at_once(self, event: Event) -> None:
        self._services.desk.at_once(event)  # built after the lines, which tell nothing before they are started

    def _profile_of(self, line: str, identity: str) -> str:
        return self._services.voice_profiles.profile_of(line, identity)  # built after the lines, as above

    def _sound_of(self, line: str) -> SoundLevels | None:
        sound = self._fleet.sound(line)
        if sound is None or not sound.is_on:
            return None
        levels = sound.levels()
        return SoundLevels(levels.far_dbfs, levels.near_dbfs, sound.trouble)

    def _open_sink(self, line: str, call: int, ref: int) -> Sink | None:
        tape = self._services.dictations.open(line, ref)
        return tape or self._services.recordings.recorder.open(line, call, ref)

    def _hear(self, line: str, frames: Sequence[bytes]) -> None:
        self._services.listening_in.hear(line, frames)

    def _desk_is_alive(self) -> bool:
        return self._desk.is_alive()

    def _jobs_are_alive(self) -> bool:
        return self._jobs.is_alive()

    def stop(self) -> None:
        """End cleanly: no new work, calls and messages in flight are settled, the file is closed last."""
        sdnotify.notify("STOPPING=1")
        self._gate.stop()
        self._desk.close_for_new()
        self._fleet.stop(2.0)
        self._services.recordings.stop_recording()
        if not self._desk.drain():
            log.error("the desk did not finish what the lines still told")
        self._desk.stop(0.5)
        self._services.recordings.stop()
        self._jobs.stop()
        self._services.transcriber.stop()
        self.office.feed.close()
        self._services.listening_in.close_all()
        self._web.stop()
        self._services.close()
        self._store.close()
        self._lock.release()
        log.info("hotline stopped")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop_asked.set()


def _can_record(modem: ModemSettings) -> bool:
    """Whether sound of this line comes to the box."""
    return bool(modem.audio_device) or modem.kind == "voice"


def _line(modem: ModemSettings) -> LineSettings:
    return LineSettings(
        name=modem.name,
        device=modem.device,
        kind=modem.kind,
        baudrate=modem.baudrate,
        pin=modem.pin or None,
        dialect=modem.dialect or None,
        audio_device=modem.audio_device,
        handset_device=modem.handset_device if modem.talk_path == "usb" else "",
    )


def sound_forms() -> SoundForms:
    """What the telephones' package knows of sound files, for the office, which must not import it."""

    def read(file: bytes, most_s: float) -> bytes:
        try:
            return read_wav(file, most_s)
        except NotSound as wrong:
            raise NotASound(str(wrong.fault), wrong.what) from wrong

    return SoundForms(
        read_wav=read,
        encode=lambda samples: laws.encode(samples, SampleFormat.ULAW),
        decode=lambda sound: laws.decode(sound, SampleFormat.ULAW),
    )
