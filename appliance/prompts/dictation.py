"""Recording a prompt over the telephone: somebody calls a line, and a code leads to where it is recorded.

The page gives out the code, for ten minutes and one recording. The call flow lets whoever presses * and the code speak
after the tone; the sound is kept in memory alone (it is no citizen's word), and becomes a draft like any other.
`code_of`, `expect` and `open` are called on the lines' threads and wait for nothing; the rest is for the pages.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from appliance.clock import Clock
from appliance.people.user import User
from appliance.prompts.uploads import SILENCE_AROUND_S

WITHIN_S = 600.0
CODE_DIGITS = 3
BYTES_A_SECOND = 16000
MOST_EXPECTED = 8
KEY_TAIL_BYTES = int(0.3 * BYTES_A_SECOND)  # the tone of the # that ended it
KIND = "prompt"


@dataclass(frozen=True, slots=True)
class Dictation:
    """Somebody wants to record this prompt by calling `on_line`."""

    key: str
    line: str  # for which it is
    on_line: str
    words: str
    most_s: float
    by: User
    code: str
    until_s: float
    samples: bytes | None = None  # what was spoken, s16le; None: nobody has yet


class Tape:
    """A recording in memory (modem.audio.sink.Sink)."""

    def __init__(self, most_bytes: int, done: Dictation, whole: Dictations) -> None:
        self._sound, self._most_bytes = bytearray(), most_bytes
        self._done, self._whole, self._is_closed = done, whole, False

    def write(self, frames: Sequence[bytes]) -> bool:
        for frame in frames:
            self._sound += frame
        return len(self._sound) < self._most_bytes

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._whole.spoken(self._done, bytes(self._sound))


class Recorder(Protocol):
    """Where everything else is kept that the call flow listens to."""

    def expect(self, line: str, ref: int, *, call_id: int, kind: str) -> None: ...

    def mark(self, call_id: int, kind: str, note: str = "") -> bool: ...

    @property
    def has_room(self) -> bool: ...


class KeptAside:
    """The call flow's recorder, but for prompts: their sound goes to no file."""

    def __init__(self, recorder: Recorder, dictations: Dictations) -> None:
        self._recorder, self._dictations = recorder, dictations

    def expect(self, line: str, ref: int, *, call_id: int, kind: str) -> None:
        if kind == KIND:
            self._dictations.expect(line, ref)
        else:
            self._recorder.expect(line, ref, call_id=call_id, kind=kind)

    def mark(self, call_id: int, kind: str, note: str = "") -> bool:
        return self._recorder.mark(call_id, kind, note)

    @property
    def has_room(self) -> bool:
        return self._recorder.has_room


class Dictations:
    """At most one for each line that is called."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._going_on: dict[str, Dictation] = {}  # line that is called ->
        self._expected: dict[tuple[str, int], Dictation] = {}

    def begin(self, key: str, line: str, on_line: str, by: User, *, most_s: float, words: str) -> Dictation:
        """Give out a code. What waited on this line before is forgotten."""
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        until_s = self._clock.monotonic_s() + WITHIN_S
        with self._lock:
            self._going_on[on_line] = made = Dictation(key, line, on_line, words, most_s, by, code, until_s)
        return made

    def give_up(self, key: str, line: str) -> None:
        with self._lock:
            self._going_on = {on: each for on, each in self._going_on.items() if (each.key, each.line) != (key, line)}

    def of(self, key: str, line: str) -> Dictation | None:
        """The one for this prompt, while its code holds or its sound waits."""
        with self._lock:
            return next((each for each in self._fresh() if (each.key, each.line) == (key, line)), None)

    def take(self, key: str, line: str) -> Dictation | None:
        """The same once something was spoken; it is the taker's from now on."""
        with self._lock:
            found = next(
                (each for each in self._fresh() if (each.key, each.line) == (key, line) and each.samples), None
            )
            if found is not None:
                del self._going_on[found.on_line]
            return found

    def code_of(self, line: str) -> tuple[str, float]:
        """What to press on this line, and how long may be spoken; "" where nobody waits."""
        with self._lock:
            found = next((each for each in self._fresh() if each.on_line == line and each.samples is None), None)
        return (found.code, found.most_s + SILENCE_AROUND_S / 2) if found else ("", 0.0)

    def expect(self, line: str, ref: int) -> None:
        """The Listen with this `ref`, sent right after this, is the recording."""
        with self._lock:
            found = self._going_on.get(line)
            if found is not None:
                self._expected[line, ref] = found
            while len(self._expected) > MOST_EXPECTED:
                del self._expected[next(iter(self._expected))]

    def open(self, line: str, ref: int) -> Tape | None:
        """Where its sound goes; None: this Listen is none of ours."""
        with self._lock:
            found = self._expected.pop((line, ref), None)
        most_bytes = int((found.most_s + SILENCE_AROUND_S) * BYTES_A_SECOND) if found else 0
        return Tape(most_bytes, found, self) if found else None

    def spoken(self, dictation: Dictation, samples: bytes) -> None:
        """It is over; nothing at all spoken, and the code still holds."""
        with self._lock:
            if self._going_on.get(dictation.on_line) is dictation and len(samples) > KEY_TAIL_BYTES:
                self._going_on[dictation.on_line] = replace(dictation, samples=samples[:-KEY_TAIL_BYTES])

    def _fresh(self) -> list[Dictation]:
        now_s = self._clock.monotonic_s()
        return [each for each in self._going_on.values() if each.until_s > now_s or each.samples is not None]
