"""Programs that a technician plugs in by config.ini: one that speaks, one that writes down what was spoken.

Off by default. What they give is a machine's draft: shown as one, listened to or read by a person, never taken for a
citizen's own words. They run one at a time of each kind, at the lowest priority, outside the desk's and lines' threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from appliance.bounded_program import ProgramFailed, run
from appliance.clock import Clock
from appliance.config import CommandsSettings
from appliance.errors import OfficeError
from appliance.plain import plain

log = logging.getLogger(__name__)

SPEAK_WITHIN_S = 30.0
MOST_SPOKEN_BYTES = 12 * 1024 * 1024  # as much as may be uploaded
TRANSCRIBE_AT_LEAST_S = 60.0
TRANSCRIBE_FACTOR = 10.0  # so many seconds for one of sound
MOST_TRANSCRIBE_S = 1800.0
TELEPHONE_BYTES_A_SECOND = 16000.0
MOST_TEXT_BYTES = 64 * 1024
LONGEST_TEXT = 4000
LONGEST_SPOKEN_TEXT = 2000
REASONS = {"nothing": "it wrote nothing", "no_text": "it wrote something that is no UTF-8 text"}


class NotPluggedIn(OfficeError):
    message = "No program for this stands in config.ini, section [commands]."


class PluginBusy(OfficeError):
    message = "The program is busy with something else. Try again in a minute."


class PluginFailed(OfficeError):
    message = "The program %(program)s gave nothing that can be used: %(reason)s. %(said)s"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a machine wrote down. Whoever shows it says so."""

    text: str
    program: str


@dataclass(frozen=True, slots=True)
class SpokenDraft:
    """What a machine said; not checked, it may be anything."""

    wav: bytes
    program: str


class Plugins:
    """Safe to call from any thread that may wait; never from the desk's or a line's."""

    def __init__(self, settings: CommandsSettings, clock: Clock) -> None:
        self._speak, self._transcribe, self._clock = settings.speak_command, settings.transcribe_command, clock
        self._stop = threading.Event()
        self._speaking, self._transcribing = threading.Lock(), threading.Lock()

    @property
    def can_speak(self) -> bool:
        return bool(self._speak)

    @property
    def can_transcribe(self) -> bool:
        return bool(self._transcribe)

    def speak(self, text: str) -> SpokenDraft:
        """Have this said. Raises NotPluggedIn, PluginBusy, PluginFailed."""
        if not self._speak:
            raise NotPluggedIn
        if not self._speaking.acquire(blocking=False):
            raise PluginBusy
        given = plain(text)[:LONGEST_SPOKEN_TEXT].encode() + b"\n"
        try:
            wav = self._run(self._speak, given, SPEAK_WITHIN_S, MOST_SPOKEN_BYTES)
        except ProgramFailed as failed:  # what it complains of is about the office's own words
            said = plain(failed.complaint).splitlines()[-1:]
            raise PluginFailed(program=_name(self._speak), reason=failed.reason, said="".join(said)) from failed
        finally:
            self._speaking.release()
        return SpokenDraft(wav, _name(self._speak))

    def transcribe(self, wav: bytes) -> Draft | None:
        """What is said in this recording (8000 Hz, 16 bit, mono). None where no program gives anything; never raises.

        Waits for its turn, and for minutes then: call it from a thread that has nothing else to do.
        """
        if not self._transcribe:
            return None
        within_s = min(
            MOST_TRANSCRIBE_S, TRANSCRIBE_AT_LEAST_S + TRANSCRIBE_FACTOR * len(wav) / TELEPHONE_BYTES_A_SECOND
        )
        name = _name(self._transcribe)
        with self._transcribing:
            try:
                text = _readable(self._run(self._transcribe, wav, within_s, MOST_TEXT_BYTES))
            except ProgramFailed as failed:  # its complaint may hold what the citizen said: never in the log
                log.warning("%s gave nothing that can be used: %s (%s)", name, failed.reason, failed.code)
                return None
        return Draft(text, name) if text else None

    def stop(self) -> None:
        """End what runs, and run nothing any more: the box goes down."""
        self._stop.set()

    def _run(self, argv: Sequence[str], given: bytes, within_s: float, most_bytes: int) -> bytes:
        written = run(argv, given, within_s=within_s, most_bytes=most_bytes, clock=self._clock, stop=self._stop)
        if not written.strip():
            raise ProgramFailed(REASONS["nothing"])
        return written


def _readable(written: bytes) -> str:
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise ProgramFailed(REASONS["no_text"]) from wrong
    return plain(text).strip()[:LONGEST_TEXT]


def _name(argv: Sequence[str]) -> str:
    return PurePath(argv[0]).name
