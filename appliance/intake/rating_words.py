"""Ratings by text that the lifecycle cannot take: "6", once more, too late. Each is answered; none changes a ticket.

What comes while a rating is asked, and is one, is none of this file's business: it moves the ticket
(intake/from_citizens.py). Whatever else is said beside a figure is for a person to read.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
import unicodedata
from datetime import timedelta
from functools import cache
from importlib.resources import files

from appliance.casework.lifecycle import HAPPY_FROM
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.clock import utc_text
from appliance.intake import sms_words
from appliance.intake.incoming import Incoming, Outcome
from appliance.intake.sms_words import Meaning
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from db import survey as rows
from db.store import Store, Transaction

REMEMBERED = timedelta(days=30)  # as long as a closed ticket can be opened again (domain 4.2, row 22)


class RatingWords:
    """Asked before anything else reads a citizen's text."""

    def __init__(self, store: Store, tickets: Tickets, outbox: Outbox, texts: Texts) -> None:
        self._store, self._tickets, self._outbox, self._texts = store, tickets, outbox, texts

    def hear(self, tx: Transaction, kind: str, sms: Incoming) -> Outcome | None:
        """What this text comes to if it is a rating that can't be taken; None: others read it."""
        if kind != "citizen" or sms.citizen_id is None:
            return None
        reading = sms_words.as_citizen(sms.text)
        rating = reading.rating if reading is not None and reading.meaning is Meaning.RATE and not reading.rest else 0
        if not rating and not figure_alone(sms.text):
            return None
        asked = self._tickets.rating_asked_of(sms.citizen_id, sms.at, reads=tx)
        if asked is not None:
            return None if rating else self._out_of_range(tx, sms, asked.id, asked.no)
        if not rating:
            return None
        surveyed = rows.surveyed_of_citizen(tx, sms.citizen_id, utc_text(sms.at - REMEMBERED))
        return self._too_late(tx, sms, surveyed, rating) if surveyed is not None else None

    def _out_of_range(self, tx: Transaction, sms: Incoming, ticket_id: int, no: int) -> Outcome:
        told = self._answer(tx, sms, ticket_id, "rating_range", no)
        return Outcome("rating_out_of_range", needs_desk=not told, ticket_id=ticket_id)

    def _too_late(self, tx: Transaction, sms: Incoming, surveyed: sqlite3.Row, rating: int) -> Outcome:
        """Written down beside the one that counts, which stays as it is; an unhappy one reaches the desk."""
        tx.insert(
            "survey_rating",
            ticket_id=surveyed["id"],
            survey_id=surveyed["survey_id"],
            at=utc_text(sms.at),
            rating=rating,
            actor="citizen",
            counts=0,
            sms_id=sms.sms_id,
        )
        is_again = surveyed["rating"] is not None
        told = self._answer(tx, sms, surveyed["id"], "rating_again" if is_again else "rating_late", surveyed["no"])
        needs_desk = rating < HAPPY_FROM or surveyed["ended_at"] is None or not told
        tx.announce("ticket", surveyed["no"])
        return Outcome("rated_again" if is_again else "rated_late", needs_desk=needs_desk, ticket_id=surveyed["id"])

    def _answer(self, tx: Transaction, sms: Incoming, ticket_id: int, key: str, no: int) -> bool:
        queued = self._outbox.queue(
            tx,
            purpose="progress",
            number=sms.number,
            text=self._texts.write(key, no=format_no(no)),
            idem_key=f"{key}:{sms.sms_id}",
            citizen_id=sms.citizen_id,
            ticket_id=ticket_id,
            preferred_line=sms.line,
        )
        return queued is not None


def figure_alone(text: str) -> bool:
    """Whether a text is a figure and nothing else: "6", " 10 ", "0". What it is worth is not asked here."""
    marks, shape = _figure()
    plain = unicodedata.normalize("NFKC", text).casefold().strip(marks + " \t\r\n")
    return shape.fullmatch(plain) is not None


@cache
def _figure() -> tuple[str, re.Pattern[str]]:
    read = tomllib.loads(files("appliance.intake").joinpath("rating_words.toml").read_text("utf-8"))
    behind = "|".join(map(re.escape, read["counters"]))
    return read["marks"], re.compile(rf"([0-9]{{1,2}}|[{read['figures']}]{{1,2}})({behind})?")
