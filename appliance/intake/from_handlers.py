"""What a handler's message does (domain 0.1): signing, progress and lists act at once; a reply, a return, an extension
are proposals. A number is a hint who wrote, never a proof, so an operator's review stands between a department's text
and the citizen.

A handler need not type numbers or codes: with one ticket open, or in answer to our latest message to him, plain text is
the reply. What can't be matched reaches the desk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from appliance.casework import lifecycle
from appliance.casework.lifecycle import Actor
from appliance.casework.tickets import Tickets
from appliance.intake import sms_words
from appliance.intake.incoming import Incoming, Outcome
from appliance.intake.sms_words import Meaning, Reading
from appliance.outreach.answers import Answers
from appliance.upkeep.audit import Audit
from db import outbox, ticket_facts
from db.store import Transaction

# Statuses in which a department has a say, and those in which it may do each thing, all read from the table of moves.
WITH_THE_UNIT = frozenset(row.key for row in lifecycle.STATUSES if row.unit_clock_runs)
UNSIGNED = frozenset(lifecycle.move("sign").from_statuses)
REPLIABLE = frozenset(lifecycle.move("reply").from_statuses)

_Act = Callable[["FromHandlers", Transaction, Incoming, Reading, sqlite3.Row], Outcome]


class FromHandlers:
    def __init__(self, tickets: Tickets, answers: Answers, audit: Audit) -> None:
        self._tickets, self._answers, self._audit = tickets, answers, audit

    def take(self, tx: Transaction, sms: Incoming) -> Outcome:
        """Do what the message asks, in the transaction that stores it."""
        if not sms_words.says_something(sms.text):
            return Outcome("empty", needs_desk=True)
        reading = sms_words.as_unit(sms.text) or Reading(Meaning.REPLY, "", None, sms.text)
        mine = [row for row in ticket_facts.open_of_department(tx, sms.department) if row["status"] in WITH_THE_UNIT]
        if reading.meaning is Meaning.LIST:
            self._answers.open_list(tx, sms, mine)
            return Outcome("list_told", word=reading.word)
        if reading.no is not None:
            facts = next((row for row in mine if row["no"] == reading.no), None)
            if facts is None:
                return self._refuse(tx, sms, reading, reading.no)
        else:
            facts = self._meant(tx, sms, mine, reading)
        if facts is None:
            return Outcome("unmatched", needs_desk=True, word=reading.word)
        return ACTS[reading.meaning](self, tx, sms, reading, facts)

    # --- one method per meaning ---

    def sign(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        if facts["status"] not in UNSIGNED:
            return self._already_signed(sms, reading, facts)
        self._move(sms, facts, "sign")
        if reading.rest:
            self._note(sms, facts, "progress", reading.rest)
        self._answers.confirm(tx, "signed", sms, facts)
        return Outcome("signed", ticket_id=facts["id"], word=reading.word)

    def reply(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        """A proposal for the review. Replying to what isn't signed yet signs it as well."""
        if not sms_words.says_something(reading.rest):
            return Outcome("empty", needs_desk=True, ticket_id=facts["id"], word=reading.word)
        if facts["status"] not in REPLIABLE:
            # It is in review already: more of the same, for whoever reviews it.
            self._note(sms, facts, "progress", reading.rest)
            return Outcome("progress", needs_desk=True, ticket_id=facts["id"], word=reading.word)
        if facts["status"] in UNSIGNED:
            self._move(sms, facts, "sign")
        self._move(sms, facts, "reply", text=reading.rest)
        self._answers.confirm(tx, "reply_taken", sms, facts)
        return Outcome("reply", ticket_id=facts["id"], word=reading.word)

    def progress(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        if not sms_words.says_something(reading.rest):
            return Outcome("empty", needs_desk=True, ticket_id=facts["id"], word=reading.word)
        if facts["status"] in UNSIGNED:
            self._move(sms, facts, "sign")
        self._note(sms, facts, "progress", reading.rest)
        self._answers.confirm(tx, "progress_taken", sms, facts)
        return Outcome("progress", ticket_id=facts["id"], word=reading.word)

    def ask_return(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        return self._propose(tx, sms, reading, facts, "return")

    def ask_extension(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        return self._propose(tx, sms, reading, facts, "extension")

    def full_text(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        queued = self._answers.full_text(tx, sms, facts)
        return Outcome("text_told" if queued is not None else "limit", ticket_id=facts["id"], word=reading.word)

    # --- which ticket ---

    def _meant(self, tx: Transaction, sms: Incoming, mine: list[sqlite3.Row], reading: Reading) -> sqlite3.Row | None:
        """The ticket meant by a message without a number, or None where two could be meant."""
        if reading.meaning is Meaning.SIGN:
            unsigned = [row for row in mine if row["status"] in UNSIGNED]
            told = outbox.dispatched_tickets(tx, sms.handler)
            latest = next((row for ticket_id in told for row in unsigned if row["id"] == ticket_id), None)
            if latest is not None:
                return latest
            if unsigned:
                return unsigned[0] if len(unsigned) == 1 else None
        about = outbox.latest_about_ticket(tx, sms.handler)
        answered = next((row for row in mine if about is not None and row["id"] == about["ticket_id"]), None)
        if answered is not None:
            return answered
        return mine[0] if len(mine) == 1 else None

    # --- small steps ---

    def _already_signed(self, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        """A "received" in answer to a reminder: noted on the ticket, nobody has to do anything."""
        self._note(sms, facts, "progress", sms.text)
        return Outcome("noted", needs_desk=bool(reading.rest), ticket_id=facts["id"], word=reading.word)

    def _propose(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row, state: str) -> Outcome:
        self._note(sms, facts, "proposal", reading.rest or sms.text, state=state)
        self._answers.confirm(tx, "request_taken", sms, facts)
        return Outcome(f"{state}_proposed", needs_desk=True, ticket_id=facts["id"], word=reading.word)

    def _refuse(self, tx: Transaction, sms: Incoming, reading: Reading, no: int) -> Outcome:
        """Not his department's ticket, or none at all: nothing changes, he is told in one line, the desk sees it."""
        words = (reading.word, str(no))
        self._audit.write(tx, "sms_refused", "sms", sms.sms_id, role="handler", words=words)
        self._answers.refused(tx, sms, no)
        return Outcome("refused", needs_desk=True, word=reading.word)

    def _move(self, sms: Incoming, facts: sqlite3.Row, key: str, *, text: str = "") -> None:
        self._tickets.make_move(
            facts["no"], key, actor=Actor.UNIT, handler_id=sms.handler, text=text, sms_id=sms.sms_id
        )

    def _note(self, sms: Incoming, facts: sqlite3.Row, kind: str, text: str, *, state: str = "") -> None:
        self._tickets.add_note(facts["no"], kind, text, handler_id=sms.handler, sms_id=sms.sms_id, state=state)


ACTS: dict[Meaning, _Act] = {
    Meaning.SIGN: FromHandlers.sign,
    Meaning.REPLY: FromHandlers.reply,
    Meaning.PROGRESS: FromHandlers.progress,
    Meaning.RETURN: FromHandlers.ask_return,
    Meaning.EXTEND: FromHandlers.ask_extension,
    Meaning.FULL_TEXT: FromHandlers.full_text,
}
