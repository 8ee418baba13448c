"""Runs a dialogue written as a generator: when it asks, when it pauses, how it ended. Knows nothing of its content."""

from __future__ import annotations

from modem.at import Ask, Done
from modem.gsm_start import Dialogue, Outcome, Pause


class DialogueRunner:
    """At most one dialogue at a time."""

    def __init__(self) -> None:
        self._dialogue: Dialogue | None = None
        self._wish: Ask | Pause | None = None
        self._resume_at_s: float | None = None
        self.outcome: Outcome | None = None  # of the dialogue that ended last, until it is taken

    @property
    def is_running(self) -> bool:
        return self._dialogue is not None

    def begin(self, dialogue: Dialogue) -> None:
        """Run this one, from its first question; another that runs is given up."""
        self.drop()
        self._dialogue = dialogue
        self._wish = next(dialogue)

    def drop(self) -> None:
        self._dialogue = self._wish = self._resume_at_s = self.outcome = None

    def next_ask(self, now_s: float) -> Ask | None:
        """The next question; None while it pauses, or when it has ended."""
        while isinstance(self._wish, Pause):
            if self._resume_at_s is None:
                self._resume_at_s = now_s + self._wish.seconds
            if now_s < self._resume_at_s:
                return None
            self._resume_at_s = None
            self.answered(None)
        return self._wish

    def next_deadline(self) -> float | None:
        """The end of a pause."""
        return self._resume_at_s

    def answered(self, done: Done | None) -> None:
        """What it asked has an answer (None: the pause is over)."""
        assert self._dialogue is not None
        try:
            self._wish = self._dialogue.send(done)
        except StopIteration as end:
            self._dialogue = self._wish = None
            self.outcome = end.value

    def take_outcome(self) -> Outcome | None:
        """How it ended, told once."""
        outcome, self.outcome = self.outcome, None
        return outcome
