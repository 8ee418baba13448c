"""The page of the survey: who is to be called, who is not satisfied yet, and how many were asked this month."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, time

from appliance.casework import survey_rules as rules
from appliance.casework.survey import SURVEY
from appliance.casework.survey_views import SurveyPage, SurveyRow, UnsatisfiedRow
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong
from appliance.limits.hours import OfficeHours
from appliance.people.numbers import may_dial
from appliance.people.user import User
from db import survey as rows
from db.store import Store

MOST_SHOWN = 100
DECISIONS = {"redo": "redo", "explain": "explain", "satisfied": "rate"}  # what the desk decides -> the ticket's move


class SurveyDesk:
    """Any page's thread may call these."""

    def __init__(self, store: Store, clock: Clock, hours: OfficeHours, tickets: Tickets) -> None:
        self._store, self._clock, self._hours, self._tickets = store, clock, hours, tickets

    def page(self, by: User) -> SurveyPage:
        """Raises NotAllowed."""
        since = utc_text(self._month_begins())
        return SurveyPage(
            calls=tuple(self._call(row, by) for row in rows.in_state(self._store, rules.CALLING, MOST_SHOWN)),
            board=tuple(self._unhappy(row, by) for row in rows.board(self._store, MOST_SHOWN)),
            open=rows.count_open(self._store),
            unsatisfied=rows.count_unsatisfied(self._store),
            ended=rows.outcomes_since(self._store, since),
            zeroed=rows.zeroed_since(self._store, since),
        )

    def waiting(self) -> int:
        """How many calls and decisions there are to make."""
        return rows.count_open(self._store).get(rules.CALLING, 0) + rows.count_unsatisfied(self._store)

    def decide(
        self, no: int, decision: str, by: User, *, reason: str = "", rating: int | None = None, token: str = ""
    ) -> None:
        """What becomes of an unsatisfied citizen's ticket: done again, explained, or it was a slip of the keypad.

        Raises FieldWrong, MoveRefused and whatever the move raises.
        """
        if decision not in DECISIONS:
            raise FieldWrong("decision", "Choose what becomes of it.")
        row = self._tickets.row(no, by)
        said = rows.words_of_move(self._store, row.id, "dissatisfied")
        self._tickets.move(
            no, DECISIONS[decision], by, version=row.version, reason=reason or said, rating=rating, token=token
        )

    def _call(self, row: sqlite3.Row, by: User) -> SurveyRow:
        ticket = self._tickets.row(row["no"], by)
        late = [each["rating"] for each in rows.ratings_of(self._store, ticket.id) if not each["counts"]]
        try_on = date.fromisoformat(row["try_on"]) if row["try_on"] else None
        return SurveyRow(
            ticket=ticket,
            result=rows.told(self._store, ticket.id),
            opened_at=from_utc_text(row["opened_at"]),
            tries=row["tries"],
            tried_at=moment_or_none(row["tried_at"]),
            try_on=try_on,
            can_try=try_on is None or try_on <= self._hours.local_date(self._clock.now()),
            was_texted=row["outbox_id"] is not None,
            can_call=may_dial(ticket.phone),
            late_rating=late[-1] if late else None,
        )

    def _unhappy(self, row: sqlite3.Row, by: User) -> UnsatisfiedRow:
        ticket = self._tickets.row(row["no"], by)
        since = from_utc_text(row["opened_at"])
        today = self._hours.local_date(self._clock.now())
        ratings = tuple(each["rating"] for each in rows.ratings_of(self._store, ticket.id))
        return UnsatisfiedRow(
            ticket=ticket,
            since=since,
            days=max(0, (today - self._hours.local_date(since)).days),
            times=row["times"],
            rating=ratings[-1] if ratings else None,
            ratings=ratings,
            words=rows.words_of_move(self._store, ticket.id, "dissatisfied"),
            waits=ticket.status == SURVEY,
        )

    def _month_begins(self) -> datetime:
        today = self._hours.local_date(self._clock.now())
        return datetime.combine(today.replace(day=1), time(), self._hours.zone)
