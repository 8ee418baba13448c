"""What the office wants done with the calls of a GSM module: one at a time, in its order.

How a call goes stands in gsm_calls.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from modem.at import Ask
from modem.at_words import FinalKind
from modem.commands import Answer, Dial, HangUp
from modem.events import EndReason as End

DIAL_TIMEOUT_S = 60.0
CALL_TIMEOUT_S = 20.0

# What another answer than OK and CONNECT to a dialling command means for its call.
ENDED_BY_FINAL = {
    FinalKind.NO_CARRIER: End.REMOTE,
    FinalKind.BUSY: End.BUSY,
    FinalKind.NO_ANSWER: End.NO_ANSWER,
    FinalKind.NO_DIALTONE: End.FAILED,
    FinalKind.ERROR: End.FAILED,
    FinalKind.CME: End.FAILED,
    FinalKind.CMS: End.FAILED,
    FinalKind.TIMEOUT: End.FAILED,
    FinalKind.NO_PROMPT: End.FAILED,
    FinalKind.BROKEN_OFF: End.LOST,
}


@dataclass(frozen=True, slots=True)
class Action:
    """A command for a call, with the other ways to say it if the module refuses."""

    command: Answer | HangUp | Dial
    serial: int
    text: str
    otherwise: tuple[str, ...] = ()

    @property
    def ask(self) -> Ask:
        is_dial, is_call = isinstance(self.command, Dial), not isinstance(self.command, HangUp)
        return Ask(self.text, DIAL_TIMEOUT_S if is_dial else CALL_TIMEOUT_S, is_call=is_call)


class Actions:
    """Those that wait, and the one whose command runs."""

    def __init__(self) -> None:
        self._waiting: deque[Action] = deque()
        self._running: Action | None = None

    def __bool__(self) -> bool:
        """Something waits."""
        return bool(self._waiting)

    @property
    def dialing_now(self) -> int | None:
        """The call whose dialling command runs."""
        return self._running.serial if self._running and isinstance(self._running.command, Dial) else None

    def add(self, action: Action) -> None:
        self._waiting.append(action)

    def drop(self, serial: int) -> bool:
        """Nothing that waits for this call is wanted any more; whether anything did."""
        kept = [action for action in self._waiting if action.serial != serial]
        was_waiting = len(kept) < len(self._waiting)
        self._waiting = deque(kept)
        return was_waiting

    def clear(self) -> None:
        """The port or the module is gone."""
        self._waiting.clear()
        self._running = None

    def next_ask(self, is_there: Callable[[int], bool]) -> Ask | None:
        """The next command of a call that `is_there` by its serial; the others have ended by themselves."""
        while self._waiting:
            action = self._waiting.popleft()
            if is_there(action.serial):
                self._running = action
                return action.ask
        return None

    def answered(self) -> Action | None:
        """The command that ran has its answer."""
        action, self._running = self._running, None
        return action

    def another_way(self, action: Action) -> bool:
        """The module refused: it is said another way, before anything else. False where there is none left."""
        if not action.otherwise:
            return False
        self._waiting.appendleft(Action(action.command, action.serial, action.otherwise[0], action.otherwise[1:]))
        return True
