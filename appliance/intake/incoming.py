"""A whole message as it is read, and what reading it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, joined, its sender looked up. Lives in the transaction that stores it."""

    sms_id: int
    line: str
    number: str  # normalised
    text: str
    at: datetime
    citizen_id: int | None = None
    handler_id: int | None = None
    department_id: int | None = None
    leader_id: int | None = None
    code: str = ""  # a handler's own, where he typed it and it has been taken out of `text`

    @property
    def citizen(self) -> int:
        """The id of the citizen who wrote it; for readers of citizens' messages."""
        assert self.citizen_id is not None
        return self.citizen_id

    @property
    def handler(self) -> int:
        """The id of the handler who wrote it; for readers of handlers' messages."""
        assert self.handler_id is not None
        return self.handler_id

    @property
    def department(self) -> int:
        assert self.department_id is not None
        return self.department_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it. `needs_desk`: a person must look at it."""

    outcome: str
    needs_desk: bool = False
    ticket_id: int | None = None
    word: str = ""
    kept: str | None = None  # the text as it may be kept, where that is not as it came
