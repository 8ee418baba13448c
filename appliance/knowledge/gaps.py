"""Questions that no article answers: asked at the desk, answered by the department, closed by an article.

A question lives on a list with a day by which it is wanted. The department writes what it knows; a lead makes an
article of it, which closes the question.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from appliance.bilingual import said_in
from appliance.casework import forms, sight
from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.knowledge.articles import must_write
from appliance.limits.hours import OfficeHours
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import knowledge, people, tickets, tokens
from db import knowledge_gaps as rows
from db.store import Reads, Store, Transaction

WANTED_WITHIN_DAYS = 5  # working days
LONGEST_QUESTION = 200
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Gap:
    id: int
    question: str
    answer: str  # of the department
    category: str
    department_id: int | None
    unit_zh: str
    unit_en: str
    state: str  # open, answered, closed, dropped
    asked_at: datetime
    who: str
    due: date | None
    is_late: bool
    ticket_no: int | None
    article_id: int | None
    article_code: str

    @property
    def ticket(self) -> str:
        return format_no(self.ticket_no) if self.ticket_no is not None else ""

    def unit(self, language: str) -> str:
        return said_in(language, self.unit_zh, self.unit_en)


class Gaps:
    """Any thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        hours: OfficeHours,
        today: Callable[[], date | None],
    ) -> None:
        self._store, self._clock, self._audit, self._hours, self._today = store, clock, audit, hours, today

    def all(self, user: User, *, is_open: bool = True) -> tuple[Gap, ...]:
        """The desk sees every question, a department its own. Raises NotAllowed."""
        whose = None if sight.is_desk(user) else _department(user)
        found = rows.gaps(self._store, is_open=is_open, department_id=whose, limit=SHOWN)
        return tuple(self._gap(row) for row in found)

    def get(self, gap_id: int, user: User) -> Gap:
        """Raises NotFound, NotAllowed."""
        return self._gap(self._row(self._store, gap_id, user))

    def ask(
        self,
        question: str,
        by: User,
        *,
        department_id: int | None,
        category: str = "",
        ticket_no: int | None = None,
        token: str = "",
    ) -> int:
        """Put a question on the list; returns its id. Raises FieldWrong, NotAllowed, NotFound."""
        sight.must_be_desk(by)
        asked = " ".join(forms.text_given("question", question).split())
        if len(asked) > LONGEST_QUESTION:
            raise FieldWrong("question", forms.TOO_LONG, longest=LONGEST_QUESTION)
        if category:
            forms.known("category", category)
        scoped = tokens.scoped("article gap", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            unit = people.department(tx, department_id) if department_id is not None else None
            if unit is None or unit["disabled_at"] is not None:
                raise FieldWrong("department_id", "Please choose a department.")
            ticket = _ticket(tx, ticket_no)
            at = utc_text(self._clock.now())
            made = rows.add(
                tx,
                tx.guarded(ticket["id"] if ticket is not None else None, asked),
                ticket_id=ticket["id"] if ticket is not None else None,
                category=category,
                department_id=unit["id"],
                asked_at=at,
                asked_by=by.id,
                due_on=self._due_on(),
            )
            self._audit.write(tx, "article_gap_asked", "article_gap", made, by)
            tokens.remember(tx, scoped, at, by.id, str(made))
            return made

    def answer(self, gap_id: int, text: str, by: User) -> None:
        """What the department says, or the desk for it. Raises FieldWrong, NotFound, NotAllowed."""
        said = forms.text_given("answer", text)
        with self._store.transaction() as tx:
            row = self._row(tx, gap_id, by)
            if row["closed_at"] is not None:
                raise FieldWrong("answer", "This question is closed.")
            kept = tx.guarded(row["ticket_id"], said)
            if rows.answer(tx, gap_id, kept, at=utc_text(self._clock.now()), by=by.id):
                self._audit.write(tx, "article_gap_answered", "article_gap", gap_id, by)

    def close(self, gap_id: int, by: User, *, code: str = "", is_dropped: bool = False) -> None:
        """An article that is there answers it; dropped, it is not needed any more.

        Raises FieldWrong, NotFound, NotAllowed.
        """
        with self._store.transaction() as tx:
            must_write(tx, by)
            self._row(tx, gap_id, by)
            article = None if is_dropped else knowledge.by_code(tx, "".join(code.split()).upper())
            if not is_dropped and (article is None or article["retired_at"] is not None):
                raise FieldWrong("code", 'No article has the code "%(code)s".', code=code.strip())
            article_id = article["id"] if article is not None else None
            state, at = "closed" if article is not None else "dropped", utc_text(self._clock.now())
            if rows.close(tx, gap_id, state, article_id=article_id, at=at, by=by.id):
                self._audit.write(tx, f"article_gap_{state}", "article_gap", gap_id, by)

    def _row(self, reads: Reads, gap_id: int, user: User) -> sqlite3.Row:
        row = rows.gap(reads, gap_id)
        if row is None or (not sight.is_desk(user) and row["department_id"] != _department(user)):
            raise NotFound
        return row

    def _due_on(self) -> str | None:
        today = self._today()
        return None if today is None else self._hours.calendar.add_workdays(today, WANTED_WITHIN_DAYS).isoformat()

    def _gap(self, row: sqlite3.Row) -> Gap:
        today, due = self._today(), date.fromisoformat(row["due_on"]) if row["due_on"] else None
        return Gap(
            id=row["id"],
            question=row["question"] or "",
            answer=row["answer"] or "",
            category=row["category"],
            department_id=row["department_id"],
            unit_zh=row["unit_zh"] or "",
            unit_en=row["unit_en"] or "",
            state=row["state"],
            asked_at=from_utc_text(row["asked_at"]),
            who=row["who"] or "",
            due=due,
            is_late=row["closed_at"] is None and None not in (today, due) and today > due,  # type: ignore[operator]
            ticket_no=row["ticket_no"],
            article_id=row["article_id"],
            article_code=row["article_code"] or "",
        )


def _department(user: User) -> int:
    """Raises NotAllowed for who is neither the desk nor a department."""
    if user.department_id is None:
        raise NotAllowed
    return user.department_id


def _ticket(tx: Transaction, no: int | None) -> sqlite3.Row | None:
    """Raises NotFound."""
    ticket = tickets.ticket(tx, no) if no is not None else None
    if no is not None and ticket is None:
        raise NotFound
    return ticket
