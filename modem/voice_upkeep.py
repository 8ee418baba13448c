"""The rise of a landline modem, and what keeps it telling callers: the same again after each call and now and then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from modem.at import Ask
from modem.commands import RawCommand
from modem.events import LineState
from modem.gsm_picture import Picture
from modem.gsm_raw import RawCommands
from modem.voice_landline import Landline
from modem.voice_profile import VoiceProfile
from modem.voice_said import WAYS_OUT
from modem.voice_start import Modem, arm, start_up
from modem.voice_steps import Job
from modem.voice_wishes import NO_VOICE

ARM_EVERY_S = 600.0  # some forget +VCID=1 by themselves (modems.md 7.1)
UNANSWERED = (LineState.SILENT, LineState.GARBLED)


class Upkeep:
    """What is done while nobody calls."""

    def __init__(
        self,
        land: Landline,
        picture: Picture,
        named_profile: VoiceProfile | None,
        profile_of: Callable[[str], VoiceProfile | None],
    ) -> None:
        self._land, self._picture = land, picture
        self._named_profile, self._profile_of = named_profile, profile_of
        self._raw = RawCommands(land.line)
        self._out = bytearray()
        self._arm_at_s: float | None = None
        self._armed_before = 0  # the call that was to come when it was said last
        self._must_start = self._has_risen = False
        self.is_up = False  # start-up went through
        self.is_unknown = False  # nobody has measured this modem

    def begin(self, why: str = "") -> None:
        """The port was just opened, or the modem started anew."""
        if not why:
            self._out += WAYS_OUT
        self.is_up, self._must_start = False, True
        before = self._picture.now
        self._picture.set(state=LineState.STARTING, detail=why)
        if before.state in UNANSWERED:  # so it stays until somebody answers
            self._picture.set(state=before.state, detail=before.detail)

    def answers(self) -> None:
        """The modem is in step."""
        if not self.is_up and self._picture.now.state in UNANSWERED:
            self._picture.set(state=LineState.STARTING, detail="")

    def lost(self, reason: str) -> None:
        self.is_up = self._must_start = False
        self._arm_at_s = None
        self._land.events += self._raw.drop(reason)

    def send_first(self, data: bytes) -> None:
        """Before any further command."""
        self._out += data

    def data_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def raw(self, command: RawCommand, *, is_answering: bool) -> None:
        if is_answering:
            self._land.events += self._raw.add(command)
        else:
            self._land.refuse(command, "the module does not answer")

    # -- jobs

    def start_job(self) -> Job[None] | None:
        """Before everything else."""
        if not self._must_start:
            return None
        self._must_start = False
        return self._start()

    def has_risen(self) -> bool:
        """Once after each start-up."""
        has_risen, self._has_risen = self._has_risen, False
        return has_risen

    def next_job(self) -> Job[None] | None:
        if (ask := self._raw.next_ask()) is not None:
            return self._ask_raw(ask)
        if not self.is_up or self._arm_at_s is None:
            return None
        if self._land.now_s < self._arm_at_s and self._land.next_serial == self._armed_before:
            return None
        self._arm_later()
        return arm(has_voice=self._land.has_voice)

    def next_deadline(self) -> float | None:
        return self._arm_at_s

    def _start(self) -> Job[None]:
        land, modem = self._land, Modem()
        yield from start_up(modem)
        land.has_voice, land.identity = modem.has_voice, modem.identity
        land.profile = self._profile(modem)
        self.is_up = self._has_risen = True
        self._arm_later()
        self._picture.set(
            state=LineState.READY, detail="" if modem.has_voice else NO_VOICE, maker=modem.maker, model=modem.model,
            firmware=modem.firmware, identity=modem.identity, has_voice=modem.has_voice,
        )  # fmt: skip

    def _profile(self, modem: Modem) -> VoiceProfile:
        known = self._named_profile or self._profile_of(modem.identity)
        self.is_unknown = known is None
        if known is not None and (known.vsm or not modem.offered):
            return known
        known = known or VoiceProfile(has_voice=modem.has_voice)
        if not modem.offered:
            return known
        offer = modem.offered[0]
        form = known.sample_format if "sample_format" in known.measured else offer.form
        return replace(known, vsm=offer.vsm, sample_format=form)

    def _ask_raw(self, ask: Ask) -> Job[None]:
        done = yield ask
        answers, may_have_changed = self._raw.done(done)
        self._land.events += answers
        if may_have_changed and self.is_up:
            self.begin("a technician's command may have changed settings")

    def _arm_later(self) -> None:
        self._arm_at_s = self._land.now_s + ARM_EVERY_S
        self._armed_before = self._land.next_serial
