"""What is known of one landline now: its call, its hook, who holds it, and what has been told. All parts share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from modem.audio.key_merge import KeyMerge
from modem.commands import Command
from modem.events import (
    CallEnded,
    CallTone,
    CommandRefused,
    EndReason,
    Event,
    KeyPressed,
    ProfileMeasured,
    SoundEnd,
)
from modem.voice_profile import VoiceProfile
from modem.voice_steps import Stream

HELD_KEY_S = 3.0  # a key of the last sound that is still held when the next begins
TALK_S = 1800.0  # so long a call that went to another telephone may go on without a sign of it
_MAY_GO_ON = (EndReason.ELSEWHERE, EndReason.UNSEEN)


class CallState(Enum):
    RINGING = auto()
    UP = auto()  # the box has answered
    JOINED = auto()  # beside the office's own telephone
    DIALING = auto()  # the box dials, or waits for somebody to answer


@dataclass(slots=True)
class Call:
    """The call on this line. There is one at most: what waits in the exchange only clicks."""

    serial: int
    state: CallState
    number: str | None = None
    rings: int = 0
    bursts: int = 0  # the same, also those that are not counted
    is_off_beat: bool = False  # one was not
    named_at_burst: int = 0  # how many there were when its number came
    rang_s: float = 0.0  # the last time
    burst_s: float = 0.0  # when that ring began
    up_s: float = 0.0  # since when it is up
    was_lifted: bool = False  # the telephone beside the modem, while it rang
    is_ending: bool = False  # its ringing is: somebody answers, refuses it, or looks what became of it
    vls: int | None = None  # +VLS by which it was joined
    way: str = ""  # how it was answered, as long as that is not sure
    ways_left: tuple[str, ...] = ()  # other ways to answer it


class Landline:
    """Facts that change; every entry of the conversation sets `now_s`."""

    def __init__(self, line: str, profile: VoiceProfile, first_call: int) -> None:
        self.line, self.profile = line, profile
        self.identity = ""  # of the modem
        self.has_voice = False  # as far as start-up found
        self.now_s = 0.0
        self.call: Call | None = None
        self.next_serial = first_call
        self.is_off_hook = False
        self.moved_s = 0.0  # when the modem's own hook last moved
        self.listened_s = 0.0  # the last time, or when the line was taken
        self.is_stuck = False  # the modem did not let go of the line
        self.telephone_is_lifted: bool | None = None  # None: not seen
        self.ended_s = 0.0  # when the last call did
        self.may_talk_until_s = 0.0  # people, at another telephone on this line
        self.leaving: EndReason | None = None  # the line is to be let go of, and what that means for the call
        self.must_answer_again = False  # it said OK and goes on ringing
        self.stream: Stream | None = None
        self.is_sounding = False  # a Play or a Listen of the office's
        self.why: SoundEnd | None = None  # and why it has ended, or shall
        self.on_tone: Callable[[CallTone], None] | None = None  # of who knows better what a tone means now
        self.on_key: Callable[[str], None] | None = None  # of what plays or listens
        self.events: list[Event] = []
        self._keys = KeyMerge()
        self._last_key: tuple[str, float] = ("", 0.0)

    # -- calls

    def begin(self, state: CallState, number: str | None = None) -> Call:
        """A new call."""
        self.call = Call(
            self.next_serial, state, number, rings=1, bursts=1, named_at_burst=1,
            rang_s=self.now_s, burst_s=self.now_s, up_s=self.now_s,
        )  # fmt: skip
        self.next_serial += 1
        self.leaving, self.must_answer_again = None, False
        if state is CallState.RINGING:  # nobody holds a line that rings: a chip may tell lifting and nothing else
            self.telephone_is_lifted = None
        return self.call

    def begin_again(self, serial: int) -> Call:
        """The call that has gone elsewhere: the modem is about to listen to it there."""
        self.call = Call(serial, CallState.RINGING, rang_s=self.now_s)
        self.leaving = None
        return self.call

    def end(self, reason: EndReason) -> None:
        """The call, if there is one, is over."""
        call, self.call = self.call, None
        self.leaving, self.must_answer_again = None, False
        if call is not None:
            self.ended_s = self.now_s
            if reason in _MAY_GO_ON:
                self.may_talk_until_s = self.now_s + TALK_S
            self.tell(CallEnded(self.line, call.serial, reason))

    def leave(self, reason: EndReason, why: SoundEnd = SoundEnd.STOPPED) -> None:
        """Let go of the line as soon as what plays or listens has ended. The first reason stands."""
        self.leaving = self.leaving or reason
        self.cut(why)

    @property
    def is_up(self) -> bool:
        """Something may be played and heard."""
        return self.call is not None and self.call.state in (CallState.UP, CallState.JOINED) and self.leaving is None

    def hook(self, *, is_off: bool) -> None:
        """The modem's own hook has moved."""
        self.is_off_hook, self.moved_s, self.listened_s = is_off, self.now_s, self.now_s

    # -- sound

    def begin_sound(self, on_key: Callable[[str], None] | None) -> None:
        """A sound of the office's is about to begin."""
        self.is_sounding, self.why, self.on_key = True, None, on_key

    def end_sound(self) -> SoundEnd:
        """It is over; why."""
        why, self.is_sounding, self.why, self.on_key = self.why, False, None, None
        return why or SoundEnd.FAILED

    def cut(self, why: SoundEnd) -> None:
        """What plays or listens ends now; the first reason stands."""
        if self.is_sounding:
            self.why = self.why or why
        if self.stream is not None:
            self.stream.stop(self.now_s)

    def interrupt(self) -> None:
        """The present stream ends; what plays or listens decides whether it begins another."""
        if self.stream is not None:
            self.stream.stop(self.now_s)

    def key(self, source: str, key: str, *, at_start: bool = False) -> None:
        """A key of the far side. `at_start`: heard as soon as there was sound, so it may be one that is still held."""
        if not self.is_up or self.call is None:
            return
        last, last_s = self._last_key
        if at_start and key == last and self.now_s - last_s < HELD_KEY_S:
            return
        if self._keys.is_new(source, self.call.serial, key, self.now_s):
            self._last_key = key, self.now_s
            self.tell(KeyPressed(self.line, self.call.serial, key))
            if self.on_key is not None:
                self.on_key(key)

    # -- telling

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def refuse(self, command: Command, reason: str) -> None:
        self.tell(CommandRefused(self.line, command, reason))

    def found(self, **fields: object) -> None:
        """Something about this modem that the call just showed."""
        if all(getattr(self.profile, name) == value for name, value in fields.items()) and set(fields) <= set(
            self.profile.measured
        ):
            return
        self.profile = self.profile.found(**fields)
        self.tell(ProfileMeasured(self.line, self.identity, self.profile.as_json()))
