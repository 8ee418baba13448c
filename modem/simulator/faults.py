"""What is broken just now in the module: everything that `fault` on the control socket may ask for."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FailedSend:
    """What one coming +CMGS shall end with. `taken`: the message goes to the network all the same."""

    code: int
    taken: bool = False


@dataclass(slots=True)
class Faults:
    """None of them heals by itself but those that count. (Mute, reset and unplug are states of Equipment.)"""

    failed_sends: deque[FailedSend] = field(default_factory=deque)
    swallowed_results: int = 0  # so many +CMGS reach the network, but neither +CMGS nor OK comes back
    ignored_sends: int = 0  # so many +CMGS are not sent, and nothing comes back either
    echo_stuck: bool = False  # ATE0 answers OK and changes nothing
    chatter_every_s: float = 0.0  # vendor lines that mean nothing; 0 = none
    lost_indications: int = 0  # so many +CMTI are not said
