"""What a command of the voice modem leads to, beside plain answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from modem.simulator.answers import Answer, Later, NoAnswer


@dataclass(frozen=True, slots=True)
class Begin:
    """CONNECT, and a stream of this kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The modem works until `look` gives a reply; a byte from the computer ends it with NO CARRIER and on hook."""

    every_s: float
    look: Callable[[float], Reply | None]


Reply = Answer | Later | NoAnswer | Begin | Wait
