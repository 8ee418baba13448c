"""Calling somebody for the operator, who lifts the telephone when there is somebody to talk to, or for the box itself,
which speaks to whoever answers. Jobs.

Modems dial and wait for a carrier; so this listens for the dial tone, sends the digits as sound, which works on every
voice modem, and hears what the exchange says. No exchange tells that somebody answered: it is heard by a voice, or by
a ring-back tone that has stopped. Music in place of the tone counts as a voice, so nobody is sure of an answer.
"""

from __future__ import annotations

import re

from modem.audio.frames import RATE_HZ
from modem.audio.tones import key_tone
from modem.commands import Dial, SendKeys
from modem.events import CallAnswered, CallTone, EndReason, ToneHeard
from modem.voice_hook import Hook
from modem.voice_landline import Call, CallState, Landline
from modem.voice_steps import Job, Pause

RINGS_FIRST_S = 1.0  # before the box calls for itself: who rings in this moment comes first
DIAL_TONE_S = 3.0  # modems.md 7.1
NO_ANSWER_S = 60.0
RING_BACK_GONE_S = 6.0  # 1 s on, 4 s off (YD/T 1486): somebody has answered without a word
LIFT_WITHIN_S = 20.0  # after somebody answered: nobody of ours wants to speak
KEY_S = 0.1  # and as long a pause; ITU-T Q.24 wants 40 ms of each
MOST_STREAMS = 3  # that the modem ends by itself, within one call
NUMBER_TO_DIAL = re.compile(r"\+?[0-9*#]{1,40}")
KEYS = re.compile(r"[0-9*#A-D]{1,40}")
INTERNATIONAL, COUNTRY, TRUNK = "00", "+86", "0"


class Dialing:
    """One call of ours, until it is handed over, the box speaks in it, or it ends."""

    def __init__(self, land: Landline, hook: Hook) -> None:
        self._land, self._hook = land, hook

    def dial(self, command: Dial) -> Job[None]:
        """Take the line, dial, wait. What becomes of it is told; at the end the line is to be let go of, or is up."""
        land, call = self._land, self._land.call
        if command.speaks:
            yield Pause(RINGS_FIRST_S)
            if land.call is not call:
                return
        if not (yield from self._hook.lift_somehow(land.profile.vls_line)):
            land.leave(EndReason.FAILED)
        if land.leaving is None and not (yield from self._hook.look(CallTone.DIAL, DIAL_TONE_S)):
            land.leave(EndReason.FAILED)
        if land.leaving is None and not (yield from self._hook.transmit(sound_of(keys_of(command.number)))):
            land.leave(EndReason.FAILED)
        for _ in range(MOST_STREAMS):
            if land.leaving is None and not land.is_up:
                yield from self._wait_for_answer(speaks=command.speaks)
        if not land.is_up:
            land.leave(EndReason.FAILED)

    def press(self, command: SendKeys) -> Job[None]:
        """Keys in a call that is up."""
        if not (yield from self._hook.transmit(sound_of(command.keys))):
            self._land.refuse(command, "the modem did not send the keys")

    def _wait_for_answer(self, *, speaks: bool) -> Job[None]:
        land, call = self._land, self._land.call
        assert call is not None
        until_s = call.up_s + NO_ANSWER_S
        last: CallTone | None = None
        spoke_s: float | None = None

        def on_tone(tone: CallTone) -> None:
            nonlocal last
            if tone is not last:
                last = tone
                land.tell(ToneHeard(land.line, call.serial, tone))
            if tone in (CallTone.BUSY, CallTone.DIAL):
                land.leave(EndReason.BUSY if spoke_s is None else EndReason.REMOTE)

        def take(data: bytes, now_s: float) -> None:
            nonlocal spoke_s
            listening.take(data)
            if land.is_up or land.leaving is not None:
                return
            is_silent = last is CallTone.RING_BACK and listening.without_tone_s >= RING_BACK_GONE_S
            if spoke_s is None and listening.has_spoken:
                spoke_s = now_s
                on_tone(CallTone.VOICE)
            if speaks and (spoke_s is not None or is_silent):
                self._is_up(call)
            elif spoke_s is not None and now_s - spoke_s >= LIFT_WITHIN_S:
                land.leave(EndReason.LOCAL)
            elif spoke_s is None and now_s >= until_s:
                land.leave(EndReason.NO_ANSWER)

        listening = self._hook.hear(on_tone)
        land.on_tone = on_tone
        yield from self._hook.receive(take, until_s - land.now_s + LIFT_WITHIN_S)
        land.on_tone = None

    def _is_up(self, call: Call) -> None:
        """Somebody has answered, as far as can be heard: what plays and listens comes next."""
        land = self._land
        call.state, call.up_s = CallState.UP, land.now_s
        land.tell(CallAnswered(land.line, call.serial))
        land.interrupt()


def keys_of(number: str) -> str:
    """What an office's telephone dials for a number of the address book."""
    if number.startswith(COUNTRY):
        rest = number.removeprefix(COUNTRY)
        return rest if re.fullmatch("1[3-9][0-9]{9}", rest) else TRUNK + rest
    return number.replace("+", INTERNATIONAL)


def sound_of(keys: str) -> bytes:
    """Keys as s16le, with pauses between them."""
    pause = bytes(2 * round(KEY_S * RATE_HZ))
    return b"".join(key_tone(key, seconds=KEY_S) + pause for key in keys)
