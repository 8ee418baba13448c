"""The modem behind its AT line: hook, streams, ears and what it has to tell. Pure: told the time, given bytes."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass, field, replace
from random import Random

from modem.simulator.far_telephone import Track
from modem.simulator.tones import FRAME_S, FRAME_SAMPLES, Samples
from modem.simulator.voice import shield
from modem.simulator.voice.caller_id import CallerId
from modem.simulator.voice.chips import EVENTS_THAT_STAY, Chip
from modem.simulator.voice.codings import coding
from modem.simulator.voice.ears import Ears
from modem.simulator.voice.faults import VoiceFaults
from modem.simulator.voice.hooks import MODEM, TELEPHONE
from modem.simulator.voice.line import Line
from modem.simulator.voice.settings import Settings
from modem.simulator.voice.stream import Stream

MOST_LATE_S = 0.1  # a simulator that slept longer lets the line stand still meanwhile: no sound is lost by that
MOST_BACKLOG_S = 0.25  # of recorded sound the chip can hold back
NOISE_FRAMES = 16
STE_PICK_UP, STE_HANG_UP = 2, 4  # bits of -STE
KEY_IDS = (1, 4, 5, 6, 7)  # values of +VCDT that look for caller ids in keys
LISTENING = 3  # the +VLS that only taps the line, beside a telephone that holds it
ON_LINE = (1, 3, 5, 7, 9, 13)  # values of +VLS that connect to the line
LIGHT = (3, 5)  # of these, so light that two sets do not halve the level


@dataclass(slots=True)
class Counters:
    """For `state`."""

    frames: int = 0  # of 20 ms, played from the computer
    underruns: int = 0  # missing in the middle of playing
    recorded: int = 0  # frames given to the computer
    overruns: int = 0  # frames lost because the serial line is too slow, or nobody reads
    keys: str = ""  # heard by the chip
    events: dict[str, int] = field(default_factory=dict)  # told to the computer


class Hardware:
    """One chip on one line. `news` are whole lines for the computer, `codes` events; the AT line takes them."""

    def __init__(self, chip: Chip, line: Line, seed: int = 1) -> None:
        self.chip = chip
        self.line = line
        line.taker = self
        self.settings = Settings()
        self.faults = VoiceFaults()
        self.counters = Counters()
        self.is_running = True
        self.muted_until_s = float("-inf")
        self.news: deque[str] = deque()
        self.codes = bytearray()  # events, shielded, for between commands or into a stream
        self.sound = bytearray()  # recorded, shielded
        self.line_free_s = float("-inf")  # when the serial line will have carried everything to the computer
        self.stream: Stream | None = None
        self.tones = Track()  # +VTS and dialling by ATD
        self.ears = Ears(chip)
        self.next_frame_s: float | None = None
        chance = Random(seed)
        self._noise = [_noise(chance) for _ in range(NOISE_FRAMES)]
        self._frame_count = 0
        self._is_overrun = False
        self._begin()

    def _begin(self) -> None:
        self.fclass = 0
        self.line_mode = 0  # +VLS
        self.mode = self.chip.modes[0]
        self.settings.restore()

    # power and cable

    def power_off(self, now_s: float) -> None:
        self.is_running = False
        self.hang_up(now_s)

    def restart(self, now_s: float) -> None:
        self.hang_up(now_s)
        self.news.clear()
        self.codes.clear()
        self.is_running = True
        self._begin()

    def is_mute(self, now_s: float) -> bool:
        return now_s < self.muted_until_s

    # hook

    @property
    def is_off_hook(self) -> bool:
        return MODEM in self.line.hooks.holders

    @property
    def is_on_line(self) -> bool:
        """Hears the line: off the hook, or tapping it."""
        return self.is_off_hook or self.line_mode == LISTENING

    def go_off_hook(self, now_s: float, *, line_mode: int = 1) -> None:
        was_on_line = self.is_on_line
        self.line_mode = line_mode
        self.line.move(MODEM, off=line_mode != LISTENING, now_s=now_s)
        if not was_on_line:
            self.ears = Ears(self.chip)
            if self.chip.own_hook_event:
                self.tell(self.chip.own_hook_event)
        self._want_frames(now_s)

    def hang_up(self, now_s: float) -> None:
        """On hook; streams and tones end without a word."""
        was_off = self.is_off_hook
        self.line_mode = 0
        self.end_stream()
        self.tones.clear()
        self.line.move(MODEM, off=False, now_s=now_s)
        if was_off and self.chip.forgets_id:
            self.settings.id_form = 0

    # streams

    def begin_stream(self, kind: str, now_s: float) -> None:
        self.stream = Stream(kind, coding(self.mode.coding))
        self.ears.restart()
        self._want_frames(now_s)

    def end_stream(self) -> None:
        self.stream = None
        self.sound.clear()

    # what the line tells

    def line_rings(self, now_s: float) -> None:
        if not self.is_running:
            return
        if self.chip.rings_as_event and self.fclass == 8:
            self._tell_always("R")
        self.news.append("RING")

    def id_came(self, caller_id: CallerId, *, by_keys: bool, now_s: float) -> None:
        if by_keys and not (self.chip.id_by_dtmf and self.settings.numbers["+VCDT"][0] in KEY_IDS):
            return
        if self.settings.id_form and self.is_running:
            told = replace(caller_id, at=None, name="", is_single=True) if by_keys else caller_id
            lines = told.lines(raw=self.settings.id_form == 2 and not by_keys, spaces=self.chip.id_spaces)
            self.news.append("\r\n".join(lines))  # one block, as modems print it

    def id_key_came(self, key: str) -> None:
        if self.chip.tells_id_keys:
            marks = ("/", self.chip.key_end) if self.chip.key_marks else ("", "")
            for code in filter(None, (marks[0], key, marks[1])):
                self.tell(code)

    def telephone_moved(self, *, lifted: bool, now_s: float) -> None:
        chip = self.chip
        if self.line_mode == LISTENING and not lifted:
            self.line_mode = 0  # nothing is left to tap
        if not chip.telephone_codes or not (self.is_off_hook or chip.sees_on_hook):
            return
        if chip.sees_after_ste and not self.settings.numbers["-STE"][0] & STE_PICK_UP:
            return
        self.tell(chip.telephone_codes[lifted])

    def loop_broke(self, now_s: float) -> None:
        if self.chip.sees_after_ste and not self.settings.numbers["-STE"][0] & STE_HANG_UP:
            return
        if self.is_on_line:
            self.tell("l")

    # events

    def tell(self, code: str) -> None:
        """An event, as far as this chip tells such things in its present state."""
        playing = self.stream is not None and self.stream.plays
        if playing and not self.chip.while_playing and code not in EVENTS_THAT_STAY:
            return
        if self.stream is None and not self.chip.between_commands:
            return
        if self.fclass == 8 and self.is_running:
            self._tell_always(code)

    def _tell_always(self, code: str) -> None:
        self.counters.events[code] = self.counters.events.get(code, 0) + 1
        if self.stream is not None and self.stream.records:
            self.sound += shield.event(code)
        else:
            self.codes += shield.event(code)

    # sound

    @property
    def _needs_frames(self) -> bool:
        return bool(self.line.hooks.holders) or self.stream is not None or self.tones.left_s() > 0 or self.is_on_line

    def _want_frames(self, now_s: float) -> None:
        if self.next_frame_s is None:
            self.next_frame_s = now_s + FRAME_S

    def wake(self, now_s: float) -> None:
        """Something may have happened on the line: sound flows as long as anybody is off the hook."""
        if self._needs_frames:
            self._want_frames(now_s)
        else:
            self.next_frame_s = None

    def frame(self, now_s: float) -> None:
        """Carry 20 ms of sound both ways."""
        due_s = self.next_frame_s if self.next_frame_s is not None else now_s
        self.next_frame_s = (now_s if now_s - due_s > MOST_LATE_S else due_s) + FRAME_S
        self._frame_count += 1
        spoken = self._speak()
        speaks = self.is_off_hook
        heard = self.line.frame(spoken if speaks else None, due_s, loaded=speaks and self.line_mode not in LIGHT)
        if self.is_on_line:
            self._listen(heard)
        if self.stream is not None and self.stream.records:
            self._record(self.stream, heard if self.is_on_line else None, now_s)
        self.wake(now_s)

    def _speak(self) -> Samples | None:
        if self.tones.left_s() > 0:
            return _whole(self.tones.take(FRAME_SAMPLES))
        stream = self.stream
        if stream is None or not stream.plays:
            return None
        was_running = stream.is_running
        data = stream.next_frame()
        if data is not None:
            self.counters.frames += 1
            return _whole(stream.coding.decode(data))
        if stream.has_begun and not stream.is_ending:
            self.counters.underruns += 1
            if was_running:
                self.tell("u")
        return None

    def _listen(self, heard: Samples | None) -> None:
        playing = self.stream is not None and self.stream.plays
        for code in self.ears.hear(heard, self.line.stage, self.settings.silence_s, is_playing=playing):
            self.tell(code)
        self.counters.keys += self.ears.pressed
        self.ears.pressed = ""

    def _record(self, stream: Stream, heard: Samples | None, now_s: float) -> None:
        if self.line_free_s - now_s > MOST_BACKLOG_S:
            self.counters.overruns += 1
            if not self._is_overrun:
                self.tell("o")
            self._is_overrun = True
            return
        self._is_overrun = False
        self.counters.recorded += 1
        samples = self._noise[self._frame_count % NOISE_FRAMES] if heard is None else heard
        data = shield.shielded(stream.coding.encode(samples), pairs=self.chip.pairs)
        self.sound += self.faults.drop(data)


def _noise(chance: Random) -> Samples:
    """A quiet line: nothing but the last bit."""
    return array("h", [-1 if chance.random() < 0.3 else 0 for _ in range(FRAME_SAMPLES)])


def _whole(samples: Samples) -> Samples:
    samples.extend([0] * (FRAME_SAMPLES - len(samples)))
    return samples


def beside_telephone(hardware: Hardware) -> bool:
    return TELEPHONE in hardware.line.hooks.holders
