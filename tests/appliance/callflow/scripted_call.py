"""A telephone made of lists, in fast time: plays, listens and wakes as modem/commands.py says, for one script.

call = ScriptedCall(hours=HoursPlan(acts=True, menu=("1", "3")))
call.ring(); call.passes(6)          # two rings and a second: the box has answered
call.said                             # keys of prompts, in the order they were begun
call.press("1"); call.speak(5); call.hang_up()
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TypeVar

from appliance.callflow.in_hand import Opening, Setting
from appliance.callflow.plan import HoursPlan, Plan
from appliance.callflow.script import Script
from appliance.callflow.steps import (
    LEAVE,
    LONGEST_TALK_S,
    MOST_WITH_BOX_S,
    Circumstances,
    caller_steps,
    first_step,
    talk_steps,
)
from appliance.callflow.words import Ask, Deed, Heard
from modem.commands import Answer, Command, HandOver, HangUp, Join, Listen, Play, StopSound, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallRang,
    CommandRefused,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TimeUp,
)

Sent = TypeVar("Sent")
LINE, CALL, CALL_ID = "land", 7, 70
CLIP_S = 2.0


def voice(word: str) -> tuple[bytes, ...]:
    """Every prompt takes two seconds; its bytes say which one it is."""
    return (word.encode().ljust(int(CLIP_S * 8000), b"\0"),)


@dataclass
class ScriptedCall:
    hours: HoursPlan = field(default_factory=lambda: HoursPlan(acts=True, rings=2))
    is_landline: bool = True
    is_open: bool = False
    has_number: bool = True
    announcement: str = ""
    duty_phone: str = ""
    code: str = ""
    has_room: bool = True
    talk: Plan | None = None  # a conversation of people instead of a caller with the box
    first: str = ""
    settles_s: float = 0.0
    silent_prompts: frozenset[str] = frozenset()
    ignores: set[type] = field(default_factory=set)  # commands that get no answer
    refuses: set[type] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.now_s = 0.0
        self.commands: list[Command] = []
        self.asked: list[Ask] = []
        self.said: list[str] = []
        self.sound: Play | Listen | None = None
        self._sound_s = 0.0  # when it began
        self.wakes: list[tuple[float, int]] = []
        self.is_up = self.is_ended = False
        opening = Opening.RING if self.talk is None else Opening.JOIN if self.is_landline else Opening.NONE
        circumstances = Circumstances(
            self.is_open, self.has_number, self.announcement, self.duty_phone, self.code, 20.0, self.has_room
        )
        if self.talk is None:
            steps, first = caller_steps(self.hours, circumstances), first_step(self.hours)
            most_s, at_last = MOST_WITH_BOX_S, "bye"
        else:
            steps, first = talk_steps(self.talk, is_landline=self.is_landline), self.first or "notice"
            most_s, at_last = LONGEST_TALK_S, "hang_up" if self.is_landline else LEAVE
        setting = Setting(
            CALL,
            CALL_ID,
            opening,
            is_landline=self.is_landline,
            first=first,
            most_s=most_s,
            at_last=at_last,
            rings=self.hours.rings,
            settles_s=self.settles_s,
        )
        self.script = Script(setting, steps, self._voice, itertools.count(1))
        self._carry_out(self.script.begin())

    def _voice(self, word: str) -> tuple[bytes, ...]:
        return () if word in self.silent_prompts else voice(word)

    # --- what happens outside ---

    def tell(self, event: Heard) -> None:
        self._carry_out(self.script.hear(event))

    def rings(self, count: int) -> None:
        """The first ring made the script; these follow it, five seconds apart."""
        for ring in range(2, count + 1):
            self.passes(5)
            self.tell(CallRang(LINE, CALL, ring))

    def answered_by_box(self) -> ScriptedCall:
        """As many rings as it takes, and the second after them."""
        self.rings(self.hours.rings)
        self.passes(1)
        assert self.is_up, self.commands
        return self

    def passes(self, seconds: float) -> None:
        """Time, with everything that falls due in it."""
        until_s = self.now_s + seconds
        while (due_s := self._next_s()) is not None and due_s <= until_s:
            self.now_s = max(self.now_s, due_s)
            self._what_is_due()
        self.now_s = until_s

    def until_quiet(self, most_s: float = 3600) -> None:
        """Until nothing is due any more, or the script is over."""
        until_s = self.now_s + most_s
        while not self.script.is_over and (due_s := self._next_s()) is not None and due_s <= until_s:
            self.now_s = max(self.now_s, due_s)
            self._what_is_due()

    def press(self, keys: str) -> None:
        for key in keys:
            ends = (isinstance(self.sound, Play) and self.sound.until_key) or (
                isinstance(self.sound, Listen) and key in self.sound.until_keys
            )
            self.tell(KeyPressed(LINE, CALL, key))
            if ends and self.sound is not None:
                self.sound_ends(SoundEnd.KEY)

    def sound_ends(self, why: SoundEnd, seconds: float | None = None) -> None:
        assert self.sound is not None, "nothing plays or listens"
        lasted_s = self.now_s - self._sound_s if seconds is None else seconds
        ref, self.sound = self.sound.ref, None
        self.tell(SoundEnded(LINE, CALL, ref, why, lasted_s))

    def skip_words(self) -> None:
        """Listen patiently until the box listens, or has nothing more to say."""
        while isinstance(self.sound, Play):
            self.passes(self._length_s(self.sound))

    def speak(self, seconds: float) -> None:
        """Speak into a message, then be silent until it ends by itself."""
        assert isinstance(self.sound, Listen)
        assert self.sound.keep
        quiet_s = self.sound.quiet_s or 0.0
        lasted_s = min(seconds + quiet_s, self.sound.most_s)
        why = SoundEnd.TIME if lasted_s == self.sound.most_s else SoundEnd.QUIET
        self.now_s += lasted_s
        self.sound_ends(why, lasted_s)

    def hang_up(self) -> None:
        """The caller does."""
        self.end(EndReason.REMOTE)

    def end(self, reason: EndReason) -> None:
        self.is_ended, self.is_up, self.sound = True, False, None
        self.tell(CallEnded(LINE, CALL, reason))

    # --- what the script asks for ---

    def sent(self, kind: type[Sent]) -> list[Sent]:
        return [command for command in self.commands if isinstance(command, kind)]

    def _carry_out(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            if isinstance(deed, Ask):
                self.asked.append(deed)
                continue
            self.commands.append(deed)
            if type(deed) in self.refuses:
                self.tell(CommandRefused(LINE, deed, "not now"))
            elif type(deed) not in self.ignores:
                self._do(deed)

    def _do(self, command: Command) -> None:
        match command:
            case Wake(ref, after_s):
                self.wakes.append((self.now_s + after_s, ref))
            case Answer() | Join():
                self.is_up = True
                self.tell(CallAnswered(LINE, CALL))
            case Play() | Listen():
                assert self.sound is None, "the modem can't have two sounds at once"
                self.sound, self._sound_s = command, self.now_s
                if isinstance(command, Play):
                    self.said += [clip.rstrip(b"\0").decode() for clip in command.clips]
            case StopSound() if self.sound is not None:
                self.sound_ends(SoundEnd.STOPPED)
            case HangUp():
                self.end(EndReason.LOCAL)
            case HandOver():
                self.end(EndReason.ELSEWHERE)

    def _length_s(self, sound: Play | Listen) -> float:
        return sum(map(len, sound.clips)) / 8000 if isinstance(sound, Play) else min(sound.most_s, sound.quiet_s or 1e9)

    def _sound_due_s(self) -> float | None:
        if self.sound is None or type(self.sound) in self.ignores:
            return None
        return self._sound_s + self._length_s(self.sound)

    def _next_s(self) -> float | None:
        times = [due_s for due_s, _ in self.wakes]
        sound_s = self._sound_due_s()
        return min(times if sound_s is None else [*times, sound_s], default=None)

    def _what_is_due(self) -> None:
        sound_s = self._sound_due_s()
        if sound_s is not None and sound_s <= self.now_s and self.sound is not None:
            is_play = isinstance(self.sound, Play)
            is_quiet = isinstance(self.sound, Listen) and self.sound.quiet_s is not None
            self.sound_ends(SoundEnd.PLAYED if is_play else SoundEnd.QUIET if is_quiet else SoundEnd.TIME)
            return
        due = min(self.wakes)
        self.wakes.remove(due)
        self.tell(TimeUp(LINE, due[1]))
