"""The walk of one call through a table of steps: one sound at a time, decided by keys, the office, people and time.

The theory. A Play or a Listen goes out with a `ref`, and the walk goes on when its SoundEnded comes. A key, an answer
of the office or a person may decide earlier where it leads; the sound is then stopped, and the next one waits for its
end, so that the modem never has two. Behind every sound stands a Wake, in case its end never comes. A walk ends by
naming a `way_out`; how the line is left is the script's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from appliance.callflow.digits import Digits
from appliance.callflow.result import Notes
from appliance.callflow.steps import ANNOUNCEMENT, HANG_UP, LEAST_SPOKEN_S, LET_GO, WAYS_OUT, Hear, Step, ticket_steps
from appliance.callflow.wakes import Wakes
from appliance.callflow.words import Ask, Deed, TicketState, Told
from appliance.casework.ticket_no import parse_no
from modem.commands import Listen, Play, StopSound
from modem.events import CallerKnown, KeyPressed, SoundEnd, SoundEnded

PLAYS_WITHIN_S = 10.0  # beyond one and a half times its length: a modem that is deaf while it plays stops to listen
ENDS_WITHIN_S = 2.0  # a sound that is to end
KEY_WITHIN_S = 0.5  # from a sound that a key ended to the word of the key
MOST_FAILURES = 3  # of sounds in one call
MOST_KEYS = 64
BYTES_PER_S = 8000

ALWAYS_AFTER = {SoundEnd.HUNG_UP: HANG_UP, SoundEnd.LIFTED: LET_GO}  # where the step itself says nothing else

Voice = Callable[[str], tuple[bytes, ...]]


class Walk:
    """One call's. `enter` the first step, then `hear`."""

    def __init__(
        self, call: int, steps: Mapping[str, Step], voice: Voice, *, refs: Iterator[int], wakes: Wakes, notes: Notes
    ) -> None:
        """`voice` turns a prompt's key, or number:DIGITS, into sound; it must wait for nothing."""
        self._call, self._steps, self._voice = call, dict(steps), voice
        self._refs, self._wakes, self._notes = refs, wakes, notes
        self.way_out = ""  # one of WAYS_OUT, once it has ended
        self.name = ""  # the step it is in
        self._sound, self._is_saying = 0, False  # ref of the sound that is to end; 0: none
        self._decided = ""  # where to go when it has ended
        self._key_came, self._key_due = False, 0  # since it began; ref of the Wake for a key not told yet
        self._rounds, self._visits = 0, dict.fromkeys(self._steps, 0)
        self._failures = 0
        self._digits: Digits | None = None
        self._typed = ""  # the last number that was whole
        self._rated = ""
        self._asked, self._ticket = 0, TicketState(0, "")

    @property
    def keeping(self) -> str:
        """Kind of the recording that is being made now; "" = none."""
        hear = self._steps[self.name].hear if self._sound and not self._is_saying else None
        return hear.keeps if hear else ""

    @property
    def sound(self) -> int:
        """The ref of what plays or listens now, for whoever looks at the Wakes; 0: nothing does."""
        return self._sound

    def knows(self, step: str) -> bool:
        return step in self._steps

    def enter(self, name: str) -> list[Deed]:
        """Go to this step, or out. A step that has nothing to say and nothing to hear leads on at once."""
        self._sound, self._decided, self._key_due = 0, "", 0
        if name in WAYS_OUT:
            self.way_out = name
            return []
        step = self._steps[name]
        self._visits[name] = self._visits.get(name, 0) + 1
        if self._visits[name] > step.visits:
            return self.enter(step.gives_up or step.then)
        was_patient = bool(self.name and self._steps[self.name].patience_s)
        self._rounds, self.name = self._rounds if name == self.name else 0, name
        if step.note:
            self._notes.add(step.note, self._rated if step.note == "rated" else "")
        if step.note == "number":
            self._notes.change(callback_number=self._typed)
        self._digits = Digits(step.typing) if step.typing is not None else None
        deeds: list[Deed] = []
        if step.patience_s and not was_patient:
            deeds.append(self._wakes.set("patience", step.patience_s))
        if step.asks:
            deeds.append(self._question())
        return [*deeds, *self._say(step)]

    def decide(self, name: str, *, by_key: bool = False) -> list[Deed]:
        """Go there once the sound has ended. It is told to, unless a key ends it by itself."""
        if not self._sound:
            return self.enter(name)
        was_decided, self._decided = self._decided, name
        if was_decided:
            return []
        if by_key:
            return [self._wakes.set("sound", ENDS_WITHIN_S, self._sound)]
        return self._stop()

    # --- what is heard ----------------------------------------------------------------------------------------------

    def caller_known(self, event: CallerKnown) -> None:
        """The number came along after all: nobody needs to key it in."""
        if event.number and "number" in self._steps and self.name != "number":
            self._steps["number"] = Step(self._steps["number"].then)

    def sound_ended(self, event: SoundEnded) -> list[Deed]:
        return self._sound_over(event.why, event.seconds) if event.ref == self._sound else []

    def refused(self, command: Play | Listen) -> list[Deed]:
        """The line would not play, or listen."""
        return self._sound_over(SoundEnd.FAILED) if command.ref == self._sound else []

    def pressed(self, event: KeyPressed) -> list[Deed]:
        self._key_came = True
        self._notes.change(keys=(self._notes.result.keys + event.key)[-MOST_KEYS:])
        if self._decided:
            return []
        step = self._steps[self.name]
        if self._digits is not None:
            return self.decide(self._typed_all(), by_key=True) if self._digits.press(event.key) else self._hear_on()
        led_to = step.keys.get(event.key, "")
        if not led_to:
            return self._hear_on()
        self._rated = event.key if step.rates else ""
        if step.rates == "rating":
            self._notes.change(rating=int(event.key))
        elif step.rates:
            self._notes.change(ticket_rating=(self._ticket.no, int(event.key)))
        return self.decide(led_to, by_key=True)

    def told(self, event: Told) -> list[Deed]:
        """The office has answered."""
        step = self._steps[self.name]
        if event.ref != self._asked or self._decided or not step.asks:
            return []
        if event.ticket is None:
            return self.decide("not_found")
        self._ticket = event.ticket
        self._steps |= ticket_steps(event.ticket, step.back)
        return self.decide("found")

    def time_up(self, purpose: str, ref: int) -> list[Deed]:
        """A Wake has come whose purpose is one of `WAKES`."""
        if purpose == "key":
            return self._hear_on() if ref == self._key_due else []
        if purpose == "patience":
            gives_up = self._steps[self.name].gives_up
            return self.decide(gives_up) if gives_up and not self._decided else []
        return self._stop() if purpose == "sound" else self._sound_over(SoundEnd.FAILED)

    # --- one step after the other -------------------------------------------------------------------------------------

    def _say(self, step: Step) -> list[Deed]:
        words = step.again if step.again and self._rounds else step.say
        clips = tuple(clip for word in words for clip in self._clips(word) if clip)
        if not clips:
            return self._listen(step)
        if any(word.startswith(ANNOUNCEMENT) for word in words):
            self._notes.add("announcement")
        self._begin_sound(is_saying=True)
        within_s = 1.5 * sum(map(len, clips)) / BYTES_PER_S + PLAYS_WITHIN_S
        play = Play(self._call, self._sound, clips, until_key=step.may_interrupt)
        return [play, self._wakes.set("sound", within_s, self._sound)]

    def _listen(self, step: Step) -> list[Deed]:
        hear = step.hear
        if hear is None:
            return self.enter(step.then)
        self._begin_sound(is_saying=False)
        is_message = hear.keeps in ("voicemail", "prompt")
        ends = "#" if is_message else "#*" if self._digits else "".join(step.keys)
        listen = Listen(
            self._call,
            self._sound,
            hear.most_s,
            until_keys=ends,
            quiet_s=hear.quiet_s,
            keep=bool(hear.keeps),
            beep=is_message,
        )
        return [listen, self._wakes.set("sound", hear.most_s + PLAYS_WITHIN_S, self._sound)]

    def _begin_sound(self, *, is_saying: bool) -> None:
        self._sound, self._is_saying = next(self._refs), is_saying
        self._decided, self._key_came, self._key_due = "", False, 0

    def _stop(self) -> list[Deed]:
        return [StopSound(self._call), self._wakes.set("stopped", ENDS_WITHIN_S, self._sound)]

    def _sound_over(self, why: SoundEnd, seconds: float = 0.0) -> list[Deed]:
        step, decided = self._steps[self.name], self._decided
        hear = None if self._is_saying else step.hear
        keeps = hear is not None and hear.keeps != ""
        spoke = hear is not None and self._kept(hear, why, seconds)
        self._sound, self._decided = 0, ""
        if why is SoundEnd.HUNG_UP:
            self._notes.add("hung_up")
        if why is SoundEnd.FAILED and not decided:
            self._failures += 1
            self._notes.add("failed", self.name)
        led_to = decided or step.after.get(why) or ALWAYS_AFTER.get(why, "")
        if why is SoundEnd.FULL and not spoke:
            led_to = led_to or step.otherwise or step.then  # asking again would change nothing
        if led_to or self._failures >= MOST_FAILURES:
            return self.enter(led_to or HANG_UP)
        if why is SoundEnd.KEY and not self._key_came and not keeps:
            wake = self._wakes.set("key", KEY_WITHIN_S)
            self._key_due = wake.ref
            return [wake]
        return self._listen(step) if self._is_saying else self._heard(step, spoke=spoke)

    def _heard(self, step: Step, *, spoke: bool) -> list[Deed]:
        """A window has passed, and no key has led elsewhere."""
        if self._digits is not None and self._digits.grows():
            return self._listen(step)  # somebody is still typing
        if self._digits is not None and self._digits.text:
            return self.enter(self._typed_all())
        return self.enter(step.then if spoke else self._once_more(step))

    def _typed_all(self) -> str:
        """Where the number leads; one that is too short is asked for again, as often as silence is."""
        digits, step = self._digits, self._steps[self.name]
        if digits is None or not digits.is_whole:
            return self._once_more(step)
        self._typed = digits.text
        return digits.typing.done

    def _once_more(self, step: Step) -> str:
        self._rounds += 1
        return self.name if self._rounds < step.tries else step.otherwise or step.then

    def _hear_on(self) -> list[Deed]:
        """A key that leads nowhere has ended the sound, as keys do."""
        return [] if self._sound else self._listen(self._steps[self.name])

    def _kept(self, hear: Hear, why: SoundEnd, seconds: float) -> bool:
        """Whether something was kept, long enough to hold a word."""
        silence_s = (hear.quiet_s or 0.0) if why is SoundEnd.QUIET else 0.0
        spoke = hear.keeps != "" and why is not SoundEnd.FAILED and seconds - silence_s >= LEAST_SPOKEN_S
        if spoke:
            self._notes.add("recorded", str(why))
            self._notes.change(left_message=hear.keeps == "voicemail")
        return spoke

    def _question(self) -> Ask:
        self._asked = next(self._refs)
        no = parse_no(self._typed) or 0  # no ticket has the number 0
        self._notes.change(asked=(*self._notes.result.asked, no))
        return Ask(self._asked, no)

    def _clips(self, word: str) -> tuple[bytes, ...]:
        return (self._ticket.result,) if word == "result" else self._voice(word.replace("{typed}", self._typed))


WAKES = frozenset({"sound", "stopped", "key", "patience"})
HEARS: Mapping[type[Any], Callable[[Walk, Any], list[Deed]]] = {
    SoundEnded: Walk.sound_ended,
    KeyPressed: Walk.pressed,
    Told: Walk.told,
}
