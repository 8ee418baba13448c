"""A handler's text that says whose duty a matter is, asked before it is read as one about a ticket in hand.

Plain words answer our latest text, where that asked for an opinion; with the printed number of a consultation they are
about that one whatever was texted since. A number that no ticket has names none: "not ours, ring 87654321". The
handler's number is registered, his department was asked, and where the office asks for codes he proves himself: whoever
forges his number decides nothing about anybody's duty. What the words mean stands in opinion_words.toml; what they
leave open a person reads.
"""

from __future__ import annotations

import sqlite3

from appliance.casework.opinions import SAID, Opinions
from appliance.casework.ticket_no import format_no
from appliance.clock import utc_text
from appliance.intake import opinion_words, sms_words
from appliance.intake.from_handlers import MOST_ORDERS, TOO_FAST
from appliance.intake.handler_codes import HandlerCodes, Proof
from appliance.intake.incoming import Incoming, Outcome
from appliance.intake.sms_words import Meaning, Reading
from appliance.outreach.answers import Answers
from appliance.outreach.consult_asking import PURPOSE
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from db import conference as rows
from db import messages, tickets
from db.store import Transaction

TAKEN, UNCLEAR, LATE = "opinion", "opinion_unclear", "opinion_late"
HEARD = (TAKEN, UNCLEAR, LATE, *(str(proof) for proof in Proof))


class OpinionTexts:
    """Belongs to the desk thread."""

    def __init__(
        self, opinions: Opinions, codes: HandlerCodes, answers: Answers, *, outbox: Outbox, texts: Texts
    ) -> None:
        self._opinions, self._codes, self._answers = opinions, codes, answers
        self._outbox, self._texts = outbox, texts

    def hear(self, tx: Transaction, kind: str, sms: Incoming) -> Outcome | None:
        """What this text comes to as an opinion; None: others read it."""
        if kind != "handler" or not sms_words.says_something(sms.text):
            return None
        reading = sms_words.as_unit(sms.text)
        if reading is not None and reading.meaning not in (Meaning.RETURN, Meaning.ACK):
            return None  # another word of the table: it is about a ticket in hand
        latest = rows.latest_to_handler(tx, sms.handler)
        told = latest["ticket_id"] if latest is not None and latest["purpose"] == PURPOSE else None
        is_ok = reading is not None and reading.meaning is Meaning.ACK
        if is_ok and told is None:
            return None
        named = _named(tx, sms.text)
        asked = _meant(rows.asked(tx, sms.department), named, told)
        if asked is None and (told is None or named - {told}):
            return None
        if messages.count_of_handler(tx, sms.handler, HEARD, utc_text(sms.at - TOO_FAST)) >= MOST_ORDERS:
            return Outcome("flood", needs_desk=True)
        if asked is None:
            return self._late(tx, sms, told)
        if is_ok:
            self._say(tx, sms, "consult_how", asked)
            return Outcome(UNCLEAR, ticket_id=asked["ticket_id"])
        proof = self._proof(tx, sms)
        if proof is not Proof.RIGHT and self._codes.are_asked_for(tx):
            self._answers.say(tx, str(proof), sms)
            return Outcome(str(proof), needs_desk=True, ticket_id=asked["ticket_id"])
        opinion = "not_ours" if reading is not None else opinion_words.opinion_in(sms.text)
        self._opinions.heard(tx, asked, opinion, sms)
        self._say(tx, sms, "consult_taken", asked, opinion=self._texts.piece(f"opinion_{opinion}"))
        return Outcome(TAKEN, needs_desk=opinion == SAID, ticket_id=asked["ticket_id"])

    def _late(self, tx: Transaction, sms: Incoming, told: int | None) -> Outcome:
        """The consultation is over: his words are no reply about whatever else he has in hand."""
        over = tickets.by_id(tx, told) if told is not None else None
        if over is not None:
            self._say(tx, sms, "consult_over", over)
        return Outcome(LATE, needs_desk=True, ticket_id=told)

    def _proof(self, tx: Transaction, sms: Incoming) -> Proof:
        if sms.code:
            return self._codes.judged(tx, sms)
        return self._codes.prove(tx, sms, Reading(Meaning.REPLY, "", None, sms.text)).proof

    def _say(self, tx: Transaction, sms: Incoming, key: str, about: sqlite3.Row, **values: str) -> None:
        self._outbox.queue(
            tx,
            purpose="confirm",
            number=sms.number,
            text=self._texts.write(key, no=format_no(about["no"]), **values),
            idem_key=f"{key}:{sms.sms_id}",
            handler_id=sms.handler_id,
            preferred_line=sms.line,
        )


def _named(tx: Transaction, text: str) -> set[int]:
    """The ids of the tickets it names; a number that no ticket has is a telephone or a day."""
    found = (tickets.ticket(tx, no) for no in opinion_words.numbers_in(text))
    return {ticket["id"] for ticket in found if ticket is not None}


def _meant(asked: list[sqlite3.Row], named: set[int], told: int | None) -> sqlite3.Row | None:
    """The one that the text names, else the one that our latest text was about."""
    meant: set[int | None] = {*named} or {told}
    return next((row for row in asked if row["ticket_id"] in meant), None)
