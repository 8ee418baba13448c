"""When start-up runs, and what it has found out: the module, its family, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Never

from modem.at import Ask, Done
from modem.at_words import FinalKind
from modem.dialect import Dialect, choose
from modem.dialects import all_dialects
from modem.events import LineState
from modem.gsm_dialogue import DialogueRunner
from modem.gsm_pin import SimPin
from modem.gsm_start import Module, Outcome, start_up

TRY_AGAIN_S = 30.0  # no SIM, locked, refused: asked again, because a card can be put in
SETTLE_S = 1.0  # "SMS READY" and its like come in threes
RESTART_LEAST_S = 10.0  # between two start-ups that such words caused

STATES = {
    Outcome.NO_SIM: LineState.NO_SIM,
    Outcome.SIM_LOCKED: LineState.SIM_LOCKED,
    Outcome.FAILED: LineState.BROKEN,
}


class Rising:
    def __init__(self, line: str, named: Dialect | None, pin: SimPin, speak: Callable[[Dialect], None]) -> None:
        """`speak` is told the dialect whenever the module has said who it is."""
        self._line = line
        self._named = named
        self._known = all_dialects()
        self.pin = pin
        self._speak = speak
        self._dialogue = DialogueRunner()
        self._start_at_s: float | None = None  # start-up is to run (again) then
        self._started_at_s = 0.0
        self.module = Module()
        self.dialect = named or choose(self._known, "", "")

    @property
    def is_running(self) -> bool:
        return self._dialogue.is_running

    @property
    def identity(self) -> str:
        """Whose stores these are."""
        return self.module.identity(self._line)

    def begin(self, now_s: float) -> None:
        self._start_at_s = None
        self._started_at_s = now_s
        self._dialogue.begin(start_up(self._line, self.module, self.pin, self._choose))

    def soon(self, now_s: float) -> None:
        """A word of the module: something may be different now."""
        self._start_at_s = max(now_s + SETTLE_S, self._started_at_s + RESTART_LEAST_S)

    def try_again(self, now_s: float) -> None:
        """It ended, and not well."""
        self._start_at_s = now_s + TRY_AGAIN_S

    def stop(self) -> None:
        self._dialogue.drop()
        self._start_at_s = None

    def is_due(self, now_s: float) -> bool:
        return not self.is_running and self._start_at_s is not None and now_s >= self._start_at_s

    def next_deadline(self) -> float | None:
        return self._dialogue.next_deadline() if self.is_running else self._start_at_s

    def next_ask(self, now_s: float) -> Ask | None:
        return self._dialogue.next_ask(now_s)

    def done(self, done: Done, _now_s: float) -> Sequence[Never]:
        if done.final.kind is not FinalKind.BROKEN_OFF:
            self._dialogue.answered(done)
        return ()

    def take_outcome(self) -> Outcome | None:
        """How it ended, told once."""
        return self._dialogue.take_outcome()

    def _choose(self, maker: str, model: str) -> Dialect:
        self.dialect = self._named or choose(self._known, maker, model)
        self._speak(self.dialect)
        return self.dialect
