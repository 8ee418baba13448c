"""What the office asks of a landline: handed to whom it concerns, or refused with the reason. Pure."""

from __future__ import annotations

from collections.abc import Callable

from modem.commands import (
    Answer,
    Command,
    Dial,
    HandOver,
    HangUp,
    Join,
    Listen,
    Measure,
    Play,
    RawCommand,
    SendKeys,
    StopSound,
)
from modem.gsm_picture import Picture
from modem.voice_landline import Landline
from modem.voice_measuring import Measurements
from modem.voice_sounds import Sounds
from modem.voice_upkeep import Upkeep
from modem.voice_wishes import NO_VOICE, Wishes

NO_TEXTS = "a landline carries no text messages"
OfCall = Answer | HangUp | Join | HandOver | Dial | SendKeys


class Orders:
    """One row per command; nothing is carried out here."""

    def __init__(
        self,
        land: Landline,
        picture: Picture,
        *,
        upkeep: Upkeep,
        wishes: Wishes,
        sounds: Sounds,
        measurements: Measurements,
    ) -> None:
        self._land, self._picture, self._upkeep = land, picture, upkeep
        self._wishes, self._sounds, self._measurements = wishes, sounds, measurements

    def take(self, command: Command, *, is_answering: bool) -> None:
        """`is_answering`: the modem is in step, so that a command typed by hand may go out."""
        if isinstance(command, RawCommand):
            self._upkeep.raw(command, is_answering=is_answering)
        elif (take := _TABLE.get(type(command))) is not None:
            take(self, command)
        else:
            self._land.refuse(command, NO_TEXTS)

    def _sound(self, command: Play | Listen) -> None:
        self._sounds.take(command)

    def _stop_sound(self, command: StopSound) -> None:
        if self._land.call is not None and self._land.call.serial == command.call:
            self._sounds.stop()

    def _measure(self, command: Measure) -> None:
        land = self._land
        if not self._upkeep.is_up:
            land.refuse(command, f"the line is not ready: {self._picture.now.state}")
        elif land.call is not None or land.is_off_hook:
            land.refuse(command, "the line is in a call; try again after it")
        elif not land.has_voice:
            land.refuse(command, NO_VOICE)
        elif self._measurements.is_running:
            land.refuse(command, "the modem is being measured already")
        elif land.telephone_is_lifted and not command.with_telephone:
            land.refuse(command, "the telephone is lifted; hang it up first")
        else:
            self._measurements.want(command)

    def _of_call(self, command: OfCall) -> None:
        if not self._upkeep.is_up:
            self._land.refuse(command, f"the line is not ready: {self._picture.now.state}")
        elif self._measurements.is_running and isinstance(command, Dial):
            self._land.refuse(command, "the line is in use")
        else:
            _WISHES[type(command)](self._wishes, command)


_WISHES: dict[type, Callable[..., None]] = {
    Answer: Wishes.answer,
    HangUp: Wishes.hang_up,
    Join: Wishes.join,
    HandOver: Wishes.hand_over,
    Dial: Wishes.dial,
    SendKeys: Wishes.press,
}
_TABLE: dict[type, Callable[..., None]] = {
    **dict.fromkeys(_WISHES, Orders._of_call),
    Play: Orders._sound,
    Listen: Orders._sound,
    StopSound: Orders._stop_sound,
    Measure: Orders._measure,
}
