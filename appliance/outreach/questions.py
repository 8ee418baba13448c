"""Questions that a citizen answers by yes or no: "did the department contact you?", one at a time.

Never about a confidential or anonymous ticket, never while another question or a rating is asked, never to somebody who
wants no such texts. What was answered stands in a row of its own, for the survey and the reports to count.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from appliance.casework.lifecycle import move
from appliance.casework.ticket_no import format_no
from appliance.casework.views import MoveMade
from appliance.clock import Clock, utc_text
from appliance.intake.incoming import Incoming
from appliance.outreach.notices import is_secret
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from db import questions as rows
from db import ticket_facts, tickets
from db.store import Reads, Transaction

OPEN_FOR = timedelta(days=7)
YES, NO = "yes", "no"
RATING_ASKED = move("rate").from_statuses


class Questions:
    def __init__(self, clock: Clock, outbox: Outbox, texts: Texts) -> None:
        self._clock, self._outbox, self._texts = clock, outbox, texts

    def on_move(self, tx: Transaction, made: MoveMade) -> None:
        """A department says that it spoke with the citizen: he is asked whether that is so."""
        if made.move != "reply":
            return
        task = tickets.assignment(tx, made.assignment_id)
        if task is not None and task["contacted"] == 1:
            self.ask(tx, made.ticket_id, "contacted")

    def ask(self, tx: Transaction, ticket_id: int, kind: str) -> int | None:
        """Ask; returns the question's id, None where it may not be asked now."""
        facts = ticket_facts.by_id(tx, ticket_id)
        if facts is None or facts["citizen_id"] is None or is_secret(facts) or facts["is_anonymous"]:
            return None
        if facts["status"] in RATING_ASKED or self.open_of(tx, facts["citizen_id"]) is not None:
            return None
        name = facts["name_en"] if self._texts.language == "en" else facts["name_zh"]
        now = utc_text(self._clock.now())
        asked_before = len(rows.of_ticket(tx, ticket_id))
        outbox_id = self._outbox.queue(
            tx,
            purpose="question",
            number=facts["citizen_phone"] or "",
            text=self._texts.write(kind, no=format_no(facts["no"]), department=name or ""),
            idem_key=f"question:{ticket_id}:{kind}:{asked_before}",
            citizen_id=facts["citizen_id"],
            ticket_id=ticket_id,
            preferred_line=facts["line"],
        )
        if outbox_id is None:
            return None
        return rows.add(
            tx, ticket_id=ticket_id, citizen_id=facts["citizen_id"], kind=kind, asked_at=now, outbox_id=outbox_id
        )

    def open_of(self, reads: Reads, citizen_id: int) -> sqlite3.Row | None:
        """What this citizen was asked within the last seven days and has not answered; `no` is the ticket's number."""
        return rows.open_of(reads, citizen_id, utc_text(self._clock.now() - OPEN_FOR))

    def answered(self, tx: Transaction, question: sqlite3.Row, sms: Incoming, *, is_yes: bool) -> None:
        """He has said yes or no: what `open_of` found is asked no more."""
        answer = YES if is_yes else NO
        rows.answer(tx, question["id"], answer=answer, at=utc_text(sms.at), sms_id=sms.sms_id)
