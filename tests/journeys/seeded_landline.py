"""Bugs in how landlines are answered, let go of and recorded. See seeded_box.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.callflow.in_hand import Phase
from appliance.callflow.script import Script
from appliance.intake.call_ends import CallEnds
from modem import voice_calls, voice_sounds
from modem.audio.call_tones import CallToneDetector
from modem.events import EndReason, SoundEnd
from modem.voice import VoiceConversation
from modem.voice_receive import Receive
from modem.voice_sounds import Sounds
from modem.voice_transmit import Transmit
from modem.voice_wishes import Wishes

Put = Callable[[Any, str, Any], None]


def no_busy_tone(put: Put) -> None:
    """The modem tells when somebody has hung up, does it not?"""
    put(CallToneDetector, "_recognised", lambda detector: None)


def no_look_between_pieces(put: Put) -> None:
    """A prompt is played in one go."""
    put(voice_sounds, "pieces", lambda sound: [sound])
    put(Sounds, "_must_look", lambda sounds, part: False)


def no_watchdog(put: Put) -> None:
    """Whoever took the line will let go of it."""
    put(voice_calls, "UNUSED_S", 1e9)


def forgets_to_hang_up(put: Put) -> None:
    """The script says goodbye, and that is that."""

    def hang_up(script: Script) -> list[Any]:
        script._phase = Phase.OVER
        return []

    put(Script, "_hang_up", hang_up)
    put(Script, "_on", lambda script, deeds: [*deeds, *(hang_up(script) if script._walk.way_out else [])])


def no_reset(put: Put) -> None:
    """A stream ends when it is told to."""

    tick = Receive.tick

    def listens_on(stream: Receive, now_s: float) -> None:
        tick(stream, now_s)
        if stream.is_stuck:
            stream.is_stuck = stream.is_over = False
            stream._ways, stream._until_s = ["!"], now_s + 5.0

    def goes_on(stream: Transmit, now_s: float) -> None:
        stream._until_s, stream._rungs = now_s + 5.0, [stream._lose]

    put(Receive, "tick", listens_on)
    put(Transmit, "_lose", goes_on)


def swallows_an_end(put: Put) -> None:
    """A hang-up is told as the end of the call; who needs the end of the sound?"""
    ended = Sounds._ended

    def quiet(sounds: Sounds, command: Any, why: SoundEnd, seconds: float) -> None:
        if why is not SoundEnd.HUNG_UP:
            ended(sounds, command, why, seconds)

    put(Sounds, "_ended", quiet)


def never_looks_at_the_line(put: Put) -> None:
    """The rings have stopped, and nobody answered: missed."""

    def missed(wishes: Wishes) -> Any:
        wishes._land.leave(EndReason.NO_ANSWER)
        yield from ()

    put(Wishes, "_look_at_line", missed)


def takes_every_end_for_none(put: Put) -> None:
    """What the end says of a call is left to others."""
    put(CallEnds, "_outcome", lambda ends, call, reason, result: "")
    put(CallEnds, "look", lambda ends: None)


def no_second_start(put: Put) -> None:
    """A modem that comes back is as it was."""
    start = VoiceConversation.start
    begun: set[int] = set()

    def once(conversation: VoiceConversation, now_s: float) -> list[Any]:
        if id(conversation) in begun:
            return []
        begun.add(id(conversation))
        return start(conversation, now_s)

    put(VoiceConversation, "start", once)


BUGS: dict[str, Callable[[Put], None]] = {
    "no-busy-tone": no_busy_tone,
    "no-look-between-pieces": no_look_between_pieces,
    "no-watchdog": no_watchdog,
    "forgets-to-hang-up": forgets_to_hang_up,
    "no-reset": no_reset,
    "swallows-an-end": swallows_an_end,
    "never-looks-at-the-line": never_looks_at_the_line,
    "takes-every-end-for-none": takes_every_end_for_none,
    "no-second-start": no_second_start,
}
