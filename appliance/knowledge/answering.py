"""A ticket that was answered with an article: noted with the move, and texted to the citizen where that was wished.

It is told of every move, in the move's own transaction: refused here, the move is not made either.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from appliance.casework.views import MoveMade
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong
from appliance.knowledge.article import Words, words_of
from appliance.knowledge.article_rows import draft_of
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.numbers import may_text
from db import knowledge as rows
from db import ticket_facts
from db.store import Reads, Store, Transaction

ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class AnsweredWith:
    article_id: int
    code: str
    words_zh: Words
    words_en: Words
    version: int  # that was read out
    is_of_before: bool  # it has been changed since
    at: datetime
    is_texted: bool

    def title(self, language: str) -> str:
        first, second = (self.words_en, self.words_zh) if language.startswith("en") else (self.words_zh, self.words_en)
        return first.title or second.title


class Answering:
    def __init__(self, store: Store, clock: Clock, outbox: Outbox, texts: Texts) -> None:
        self._store, self._clock, self._outbox, self._texts = store, clock, outbox, texts

    def on_move(self, tx: Transaction, made: MoveMade) -> None:
        """Raises FieldWrong for an article that is not there."""
        if made.move != ANSWER or made.article_id is None:
            return
        article = rows.article(tx, made.article_id)
        if article is None or article["retired_at"] is not None:
            raise FieldWrong("article_id", "There is no such article.")
        tx.insert(
            "ticket_article",
            ticket_id=made.ticket_id,
            article_id=article["id"],
            version=article["version"],
            at=utc_text(self._clock.now()),
            user_id=made.user_id,
            outbox_id=self._text(tx, made, article) if made.texts_article else None,
        )

    def of_ticket(self, no: int) -> tuple[AnsweredWith, ...]:
        """What this ticket was answered with, the latest first."""
        ticket = self._store.row("SELECT id FROM ticket WHERE no = ?", (no,))
        found = rows.of_ticket(self._store, ticket["id"]) if ticket is not None else []
        return tuple(_answered(row) for row in found)

    def _text(self, tx: Transaction, made: MoveMade, article: sqlite3.Row) -> int | None:
        """The article's text to whoever asked, unless he asked by text: then the answer itself goes that way."""
        facts = ticket_facts.by_id(tx, made.ticket_id)
        if facts is None or facts["source"] == "sms":
            return None
        text = words_of(draft_of(article), facts["citizen_language"] or self._texts.language).sms
        number = _number(facts)
        if not text or not number:
            return None
        return self._outbox.queue(
            tx,
            purpose="outcome",
            number=number,
            text=text,
            idem_key=f"article:{made.ticket_id}:{_answers(tx, made.ticket_id)}",
            citizen_id=facts["citizen_id"],
            ticket_id=made.ticket_id,
            user_id=made.user_id,
            preferred_line=facts["line"] or "",
        )


def _number(facts: sqlite3.Row) -> str:
    numbers = (facts["citizen_phone"] or "", facts["contact_phone"] or "")
    return next((number for number in numbers if number and may_text(number)), "")


def _answers(reads: Reads, ticket_id: int) -> int:
    """How often its status changed: a ticket may be reopened and answered again."""
    return ticket_facts.moves_made(reads, ticket_id)


def _answered(row: sqlite3.Row) -> AnsweredWith:
    draft = draft_of(row)
    return AnsweredWith(
        article_id=row["id"],
        code=row["code"],
        words_zh=draft.zh,
        words_en=draft.en,
        version=row["used_version"],
        is_of_before=row["used_version"] != row["version"],
        at=from_utc_text(row["used_at"]),
        is_texted=row["outbox_id"] is not None,
    )
