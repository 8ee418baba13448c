"""What the runner works with: loaded beforehand, asked of its neighbours, who answer at once, or asked of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from appliance.callflow.plan import Plan


class Prompts(Protocol):
    """Sound from memory, at once."""

    def clip(self, key: str, line: str = "") -> bytes: ...

    def number(self, text: str, line: str = "") -> tuple[bytes, ...]: ...


class Recorder(Protocol):
    """Where what is listened to is kept."""

    def expect(self, line: str, ref: int, *, call_id: int, kind: str) -> None: ...

    def mark(self, call_id: int, kind: str, note: str = "") -> bool: ...

    @property
    def has_room(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class FlowData:
    """What the office has decided. Replaced whole, never changed."""

    plans: Mapping[str, Plan] = field(default_factory=dict)
    announcements: Mapping[str, str] = field(default_factory=dict)  # line -> key of the prompt that is switched on


@dataclass(frozen=True, slots=True)
class Question:
    """A caller asks how a ticket stands. Answered with `Runner.tell`."""

    line: str
    call: int
    ref: int
    no: int
    number: str  # the caller's, as the network told it; "" where it told none
