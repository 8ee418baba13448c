"""What the pages show of surveys and of the unsatisfied: frozen pictures of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from appliance.casework.views import TicketRow


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """What was heard on the telephone. `result`: reached, no_answer, wrong, refused; or checked, where nobody can be
    asked and the office looked itself. `attitude`: 3 good, 2 fair, 1 bad."""

    result: str
    contacted: bool | None = None
    solved: bool | None = None
    attitude: int | None = None
    rating: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """Somebody to be asked. `ticket` brings name and number as this user may see them."""

    ticket: TicketRow
    result: str  # the answer he was, or is to be, told
    opened_at: datetime
    tries: int
    tried_at: datetime | None
    try_on: date | None
    can_try: bool  # today
    was_texted: bool
    can_call: bool  # False: nobody's number is known; the office looks itself
    late_rating: int | None = None  # came by text when no rating was asked any more


@dataclass(frozen=True, slots=True)
class UnsatisfiedRow:
    """A ticket on the board. `rating`: the last one; `waits`: the desk must decide what becomes of it."""

    ticket: TicketRow
    since: datetime
    days: int
    times: int
    rating: int | None
    ratings: tuple[int, ...]
    words: str
    waits: bool


@dataclass(frozen=True, slots=True)
class SurveyPage:
    calls: tuple[SurveyRow, ...]
    board: tuple[UnsatisfiedRow, ...]
    open: dict[str, int]  # surveys by state
    unsatisfied: int
    ended: dict[str, int]  # surveys of this month by outcome
    zeroed: dict[str, int]  # unsatisfied ones of this month by how they ended
