"""What a handler's message does (domain 0.1, 4.5): signing, progress and lists act at once; a reply, a return, an
extension are proposals. A number is a hint who wrote, never a proof, so an operator's review stands between a
department's text and the citizen; where the office asks for codes, a proposal without the right one only reaches the
desk.

A handler need not type numbers or codes: with one ticket open, or in answer to our latest message to him, plain text is
the reply. What can't be matched reaches the desk, and so does everything beyond MOST_ORDERS in TOO_FAST.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from appliance.casework import lifecycle
from appliance.casework.lifecycle import Actor
from appliance.casework.tickets import Tickets
from appliance.clock import utc_text
from appliance.intake import asked_days, sms_words
from appliance.intake.handler_codes import HandlerCodes, Proof
from appliance.intake.incoming import Incoming, Outcome
from appliance.intake.sms_words import Meaning, Reading
from appliance.intake.units_tickets import UnitsTickets
from appliance.outreach.answers import Answers
from appliance.outreach.notices import is_secret
from appliance.upkeep.audit import Audit
from db import messages, people
from db.store import Transaction

# Statuses in which a department may do each thing, read from the table of moves.
UNSIGNED = frozenset(lifecycle.move("sign").from_statuses)
REPLIABLE = frozenset(lifecycle.move("reply").from_statuses)
CO_REPLIABLE = frozenset(lifecycle.move(lifecycle.CO_MOVES["reply"]).from_statuses)
RETURNABLE = frozenset(lifecycle.move("return").from_statuses)

ORDERS = frozenset(
    {Meaning.SIGN, Meaning.ACK, Meaning.REPLY, Meaning.PROGRESS, Meaning.RETURN, Meaning.EXTEND}
)  # what changes or asks for something
POWERS = {Meaning.SIGN: "can_sign", Meaning.REPLY: "can_reply", Meaning.RETURN: "can_return"}  # columns of handler
PROVEN = frozenset({Meaning.REPLY, Meaning.RETURN, Meaning.EXTEND})  # what needs the code where codes are asked for
FOR_MANY = frozenset({Meaning.SIGN, Meaning.FULL_TEXT})  # what one text may ask of several tickets
MOST_AT_ONCE = {Meaning.SIGN: 20, Meaning.FULL_TEXT: 3}

MOST_ORDERS, TOO_FAST = 5, timedelta(minutes=10)
DONE = ("signed", "noted", "reply", "progress", "return_proposed", "extension_proposed", "refused")
REFUSED = ("reason_missing", "words_missing", "too_late", "one_at_a_time")
COUNTED = (*DONE, *REFUSED, *(str(proof) for proof in Proof))  # outcomes of orders, carried out or not

_Act = Callable[["FromHandlers", Transaction, Incoming, Reading, sqlite3.Row], Outcome]


class FromHandlers:
    def __init__(
        self,
        tickets: Tickets,
        answers: Answers,
        audit: Audit,
        codes: HandlerCodes,
        *,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._tickets, self._answers, self._audit, self._codes = tickets, answers, audit, codes
        self._clock_ok = clock_ok

    def take(self, tx: Transaction, sms: Incoming) -> Outcome:
        """Do what the message asks, in the transaction that stores it."""
        reading = sms_words.as_unit(sms.text)
        if reading is None and not sms_words.says_something(sms.text):
            return Outcome("empty", needs_desk=True)
        reading = reading or _plain_reply(tx, sms)
        if reading.meaning in ORDERS and self._is_too_fast(tx, sms):
            return self._stop(tx, sms, reading)
        proven = self._codes.prove(tx, sms, reading)
        outcome = self._act(tx, proven.sms, proven.reading, proven.proof)
        return replace(outcome, kept=proven.sms.text) if proven.proof is Proof.RIGHT else outcome

    def _act(self, tx: Transaction, sms: Incoming, reading: Reading, proof: Proof) -> Outcome:
        """What the message asks, its sender's code taken out of it."""
        if reading.meaning is Meaning.EXTEND:
            reading = asked_days.meant(reading)
        mine = UnitsTickets.of(tx, sms.department)
        if reading.meaning is Meaning.HELP:
            return self._help(tx, sms, reading)
        if reading.meaning is Meaning.LIST:
            self._answers.open_list(tx, sms, list(mine.all))
            return Outcome("list_told", word=reading.word)
        if reading.meaning in PROVEN and proof is not Proof.RIGHT and self._codes.are_asked_for(tx):
            return self._not_proven(tx, sms, reading, proof)
        if len(reading.numbers) > 1:
            return self._several(tx, sms, reading, mine, proof)
        return self._one(tx, sms, reading, mine, proof)

    def _one(self, tx: Transaction, sms: Incoming, reading: Reading, mine: UnitsTickets, proof: Proof) -> Outcome:
        """A text about one ticket, or about the one it means."""
        if reading.no is not None:
            facts = mine.named(reading.no)
            if facts is None:
                return self._refuse(tx, sms, reading, reading.no)
        else:
            facts = mine.meant(tx, sms.handler, is_signing=reading.meaning in (Meaning.SIGN, Meaning.ACK))
        if facts is None:
            self._answers.help_unit(tx, sms)
            return Outcome("unmatched", needs_desk=True, word=reading.word)
        if not _may(tx, sms.handler, reading.meaning):
            # Somebody of the department who may not do this for it: read at the desk, done by nobody.
            self._note(sms, facts, "progress", f"{reading.word} {reading.rest}".strip())
            return Outcome("progress", needs_desk=True, ticket_id=facts["id"], word=reading.word)
        if reading.meaning is Meaning.FULL_TEXT and is_secret(facts) and proof is not Proof.RIGHT:
            return self._not_proven(tx, sms, reading, proof, facts)
        return ACTS[reading.meaning](self, tx, sms, reading, facts)

    # --- one method per meaning ---

    def sign(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        if not self._is_unsigned(tx, sms, facts):
            return self._already_signed(sms, reading, facts)
        self._move(sms, facts, "sign")
        if reading.rest:
            self._note(sms, facts, "progress", reading.rest)
        self._answers.confirm(tx, "signed", sms, facts)
        return Outcome("signed", ticket_id=facts["id"], word=reading.word)

    def reply(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        """A proposal for the review. Replying to what isn't signed yet signs it as well."""
        if not sms_words.says_something(reading.rest):
            return self._unclear(tx, sms, reading, facts, outcome="words_missing", text="reply_words")
        helps = UnitsTickets.co_task(tx, facts, sms.department) is not None
        if facts["status"] not in (CO_REPLIABLE if helps else REPLIABLE):
            # It is in review already: more of the same, for whoever reviews it.
            self._note(sms, facts, "progress", reading.rest)
            return Outcome("progress", needs_desk=True, ticket_id=facts["id"], word=reading.word)
        if self._is_unsigned(tx, sms, facts):
            self._move(sms, facts, "sign")
        self._move(sms, facts, "reply", text=reading.rest)
        self._answers.confirm(tx, "reply_taken", sms, facts)
        return Outcome("reply", ticket_id=facts["id"], word=reading.word)

    def progress(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        if not sms_words.says_something(reading.rest):
            return self._unclear(tx, sms, reading, facts, outcome="words_missing", text="progress_words")
        if self._is_unsigned(tx, sms, facts):
            self._move(sms, facts, "sign")
        self._note(sms, facts, "progress", reading.rest)
        self._answers.confirm(tx, "progress_taken", sms, facts)
        return Outcome("progress", ticket_id=facts["id"], word=reading.word)

    def ask_return(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        if not sms_words.says_something(reading.rest):
            return self._unclear(tx, sms, reading, facts, outcome="reason_missing", text="return_reason")
        if facts["status"] not in RETURNABLE:
            return self._unclear(tx, sms, reading, facts, outcome="too_late", text="return_late")
        return self._propose(tx, sms, reading, facts, "return")

    def ask_extension(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        """Before the due time, with days and a reason. Without a clock to believe nobody is told he is late."""
        days, reason = asked_days.parted(reading.rest)
        if asked_days.is_absurd(reading.rest):
            return self._unclear(tx, sms, reading, facts, outcome="reason_missing", text="extension_days")
        if not sms_words.says_something(reason):
            return self._unclear(tx, sms, reading, facts, outcome="reason_missing", text="extension_reason")
        is_late = self._clock_ok() and facts["due_at"] is not None and facts["due_at"] <= utc_text(sms.at)
        if is_late or facts["status"] not in RETURNABLE:
            return self._unclear(tx, sms, reading, facts, outcome="too_late", text="extension_late")
        return self._propose(tx, sms, reading, facts, "extension", days=days)

    def full_text(self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        queued = self._answers.full_text(tx, sms, facts)
        return Outcome("text_told" if queued is not None else "limit", ticket_id=facts["id"], word=reading.word)

    # --- several tickets in one text ---

    def _several(self, tx: Transaction, sms: Incoming, reading: Reading, mine: UnitsTickets, proof: Proof) -> Outcome:
        """Signing takes a list of numbers; a reply speaks of one matter, so a list of them is nobody's reply."""
        is_too_many = reading.meaning not in FOR_MANY or len(reading.numbers) > MOST_AT_ONCE[reading.meaning]
        if is_too_many or not _may(tx, sms.handler, reading.meaning):
            self._answers.say(tx, "one_at_a_time", sms)
            return Outcome("one_at_a_time", needs_desk=True, word=reading.word)
        found = [facts for no in reading.numbers if (facts := mine.named(no)) is not None]
        strange = tuple(no for no in reading.numbers if mine.named(no) is None)
        if reading.meaning is Meaning.FULL_TEXT:
            open_ones = [facts for facts in found if proof is Proof.RIGHT or not is_secret(facts)]
            told = [self._answers.full_text(tx, sms, facts) for facts in open_ones]
            return Outcome("text_told" if any(told) else "limit", needs_desk=bool(strange), word=reading.word)
        for facts in found:
            if self._is_unsigned(tx, sms, facts):
                self._move(sms, facts, "sign")
        if strange:
            words = (reading.word, *(str(no) for no in strange))
            self._audit.write(tx, "sms_refused", "sms", sms.sms_id, role="handler", words=words)
        self._answers.signed_many(tx, sms, [facts["no"] for facts in found], strange)
        outcome = "signed" if found else "refused"
        return Outcome(
            outcome, needs_desk=bool(strange), ticket_id=found[0]["id"] if found else None, word=reading.word
        )

    # --- guards ---

    def _is_too_fast(self, tx: Transaction, sms: Incoming) -> bool:
        return messages.count_of_handler(tx, sms.handler, COUNTED, utc_text(sms.at - TOO_FAST)) >= MOST_ORDERS

    def _stop(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome:
        """Told once; whoever goes on writing is heard by the desk, not by the tickets."""
        if not messages.count_of_handler(tx, sms.handler, ("flood",), utc_text(sms.at - TOO_FAST)):
            self._answers.say(tx, "too_many_orders", sms)
        return Outcome("flood", needs_desk=True, word=reading.word)

    def _not_proven(
        self, tx: Transaction, sms: Incoming, reading: Reading, proof: Proof, facts: sqlite3.Row | None = None
    ) -> Outcome:
        self._answers.say(tx, str(proof), sms)
        self._audit.write(tx, "sms_refused", "sms", sms.sms_id, role="handler", words=(str(proof), reading.word))
        ticket_id = facts["id"] if facts is not None else None
        return Outcome(str(proof), needs_desk=True, ticket_id=ticket_id, word=reading.word)

    def _refuse(self, tx: Transaction, sms: Incoming, reading: Reading, no: int) -> Outcome:
        """Not his department's ticket, or none at all: nothing changes, he is told in one line, the desk sees it."""
        words = (reading.word, str(no))
        self._audit.write(tx, "sms_refused", "sms", sms.sms_id, role="handler", words=words)
        self._answers.refused(tx, sms, no)
        return Outcome("refused", needs_desk=True, word=reading.word)

    def _unclear(
        self, tx: Transaction, sms: Incoming, reading: Reading, facts: sqlite3.Row, *, outcome: str, text: str
    ) -> Outcome:
        """It lacks something, or comes too late: nothing changes, he is told what would cure it."""
        self._answers.confirm(tx, text, sms, facts)
        return Outcome(outcome, needs_desk=True, ticket_id=facts["id"], word=reading.word)

    def _help(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome:
        self._answers.help_unit(tx, sms)
        return Outcome("helped", word=reading.word)

    # --- small steps ---

    def _is_unsigned(self, tx: Transaction, sms: Incoming, facts: sqlite3.Row) -> bool:
        task = UnitsTickets.co_task(tx, facts, sms.department)
        return facts["status"] in UNSIGNED if task is None else task["signed_at"] is None

    def _already_signed(self, sms: Incoming, reading: Reading, facts: sqlite3.Row) -> Outcome:
        """A "received" in answer to a reminder: noted on the ticket, nobody has to do anything."""
        self._note(sms, facts, "progress", sms.text)
        return Outcome("noted", needs_desk=bool(reading.rest), ticket_id=facts["id"], word=reading.word)

    def _propose(
        self,
        tx: Transaction,
        sms: Incoming,
        reading: Reading,
        facts: sqlite3.Row,
        state: str,
        *,
        days: int | None = None,
    ) -> Outcome:
        note_id = self._note(sms, facts, "proposal", reading.rest, state=state)
        self._tickets.ask(facts["no"], state, days=days, handler_id=sms.handler, sms_id=sms.sms_id, note_id=note_id)
        self._answers.confirm(tx, "request_taken", sms, facts)
        return Outcome(f"{state}_proposed", needs_desk=True, ticket_id=facts["id"], word=reading.word)

    def _move(self, sms: Incoming, facts: sqlite3.Row, key: str, *, text: str = "") -> None:
        """A helping department's signature and reply are its own part of the ticket: the lifecycle knows."""
        self._tickets.make_move(
            facts["no"],
            key,
            actor=Actor.UNIT,
            handler_id=sms.handler,
            text=text,
            sms_id=sms.sms_id,
        )

    def _note(self, sms: Incoming, facts: sqlite3.Row, kind: str, text: str, *, state: str = "") -> int:
        return self._tickets.add_note(facts["no"], kind, text, handler_id=sms.handler, sms_id=sms.sms_id, state=state)


def _plain_reply(tx: Transaction, sms: Incoming) -> Reading:
    """Plain words are a reply, to the ticket of his whose number stands in front; the citizen need not read that."""
    numbered = sms_words.as_numbered_reply(sms.text)
    if numbered is not None and any(UnitsTickets.of(tx, sms.department).named(no) for no in numbered.numbers):
        return numbered
    return Reading(Meaning.REPLY, "", None, sms.text)


def _may(tx: Transaction, handler_id: int | None, meaning: Meaning) -> bool:
    """Whether this person may do that for the department."""
    row = people.handler(tx, handler_id) if handler_id is not None else None
    return row is None or meaning not in POWERS or bool(row[POWERS[meaning]])


ACTS: dict[Meaning, _Act] = {
    Meaning.SIGN: FromHandlers.sign,
    Meaning.ACK: FromHandlers.sign,
    Meaning.REPLY: FromHandlers.reply,
    Meaning.PROGRESS: FromHandlers.progress,
    Meaning.RETURN: FromHandlers.ask_return,
    Meaning.EXTEND: FromHandlers.ask_extension,
    Meaning.FULL_TEXT: FromHandlers.full_text,
}
