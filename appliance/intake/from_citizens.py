"""What a citizen's message does (domain 0.1 and 4.5): rate, ask for progress, add to the open ticket, open a draft.

Whatever isn't surely a word of the table is ordinary language. Nothing a citizen writes is thrown away, and nothing
he writes can do what only a department may: a stranger's "DF 000123" reaches the desk, opens no ticket, and is not
answered, so that it teaches nobody which words exist. Only what nobody writes by chance is taken for such an order;
"2-301 leaks" and "OK 120" are matters like others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta

from appliance.casework.lifecycle import HAPPY_FROM, Actor, MoveRefused
from appliance.casework.tickets import Tickets
from appliance.clock import utc_text
from appliance.intake import sms_words
from appliance.intake.incoming import Incoming, Outcome
from appliance.intake.sms_words import Meaning, Reading
from appliance.intake.typed_codes import HIDDEN
from appliance.outreach.answers import Answers
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.questions import Questions
from appliance.people.query_codes import QueryCodes
from appliance.upkeep.audit import Audit
from db import messages, ticket_facts
from db.store import Transaction

ADDED_WITHIN = timedelta(hours=72)
DANGER = frozenset({"critical"})  # urgencies that nobody withdraws by a text

_Answer = Callable[["FromCitizens", Transaction, Incoming, Reading], Outcome | None]


class FromCitizens:
    def __init__(
        self,
        tickets: Tickets,
        answers: Answers,
        callbacks: Callbacks,
        audit: Audit,
        *,
        questions: Questions,
        query_codes: QueryCodes,
    ) -> None:
        self._tickets, self._answers, self._callbacks, self._audit = tickets, answers, callbacks, audit
        self._questions, self._query_codes = questions, query_codes

    def take(self, tx: Transaction, sms: Incoming) -> Outcome:
        """Do what the message asks, in the transaction that stores it."""
        if sms.citizen_id is None:
            return Outcome("no_sender", needs_desk=True)
        reading = sms_words.as_citizen(sms.text)
        if reading is None and not sms_words.says_something(sms.text):
            return Outcome("empty", needs_desk=True)
        if reading is not None:
            done = ANSWERS[reading.meaning](self, tx, sms, reading)
            if done is not None:
                return done
        order = sms_words.as_unit(sms.text)
        if order is not None and self._is_order(tx, order):
            return self._refuse(tx, sms, order)
        return self.ordinary(tx, sms)

    def rate(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        """3 to 5 close the ticket; 1 and 2 only say that somebody should ask (lifecycle: dissatisfied)."""
        facts = self._asked(tx, sms, reading)
        if facts is None:
            # A lone figure is no matter to open a ticket for; a late or stray rating is for a person to understand.
            return None if reading.rest else Outcome("no_rating_asked", needs_desk=True, word=reading.word)
        try:
            self._tickets.make_move(
                facts["no"], "rate", actor=Actor.CITIZEN, rating=reading.rating, text=reading.rest, sms_id=sms.sms_id
            )
        except MoveRefused:
            return None
        is_happy = reading.rating >= HAPPY_FROM
        return Outcome(
            "rated" if is_happy else "redo_proposed",
            needs_desk=bool(reading.rest),
            ticket_id=facts["id"],
            word=reading.word,
        )

    def tell_progress(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        if reading.no is None:
            facts = ticket_facts.latest_of_citizen(tx, sms.citizen)
        else:
            named = ticket_facts.by_no(tx, reading.no)
            is_own = named is not None and named["citizen_id"] == sms.citizen
            if named is not None and named["query_key"] and not is_own:
                return self._tell_by_code(tx, sms, reading, named)
            facts = named if is_own else None  # another number's is answered like a ticket that doesn't exist
        queued = self._answers.progress(tx, sms, facts)
        outcome = "progress_told" if queued is not None else "limit"
        return Outcome(outcome, ticket_id=facts["id"] if facts is not None else None, word=reading.word)

    def add(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        """Add to the ticket named, else to his open one however long ago; with none it is a matter of its own."""
        facts = self._own_open(tx, sms, reading) or self._open(tx, sms)
        if facts is None:
            return None
        if not sms_words.says_something(reading.rest):
            return Outcome("empty", needs_desk=True, ticket_id=facts["id"], word=reading.word)
        self._tickets.add_note(facts["no"], "supplement", reading.rest, sms_id=sms.sms_id)
        return Outcome("supplement", needs_desk=True, ticket_id=facts["id"], word=reading.word)

    def call_back(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        """The call is owed; if he also says why, that is read as any other text, and answered as such."""
        self._callbacks.open(tx, sms.citizen, "asked")
        if reading.rest:
            return None
        self._answers.callback_taken(tx, sms)
        return Outcome("callback", word=reading.word)

    def withdraw(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        """Only proposed: a person makes sure, and a danger isn't withdrawn by a text (domain 4.2, row 21)."""
        facts = self._own_open(tx, sms, reading) if reading.no is not None else self._touched_facts(tx, sms)
        if facts is None:
            if reading.rest:
                return None
            self._answers.told(tx, "progress_none", sms)
            return Outcome("nothing_open", word=reading.word)
        if facts["urgency"] in DANGER:
            self._tickets.add_note(facts["no"], "supplement", sms.text, sms_id=sms.sms_id)
            self._callbacks.open(tx, sms.citizen, "asked", ticket_id=facts["id"])
            self._answers.about(tx, "withdrawal_danger", sms, facts)
            return Outcome("withdrawal_refused", needs_desk=True, ticket_id=facts["id"], word=reading.word)
        note_id = self._tickets.add_note(facts["no"], "proposal", sms.text, sms_id=sms.sms_id, state="withdraw")
        self._tickets.ask(facts["no"], "withdraw", sms_id=sms.sms_id, note_id=note_id)
        self._answers.about(tx, "withdrawal_taken", sms, facts)
        return Outcome("withdrawal_proposed", needs_desk=True, ticket_id=facts["id"], word=reading.word)

    def stop(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        """No more surveys and notices; told once. What answers him still comes."""
        if messages.stop_texts(tx, sms.citizen, utc_text(sms.at)):
            self._answers.told(tx, "stopped", sms)
        return Outcome("stopped", word=reading.word)

    def start(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        if messages.stop_texts(tx, sms.citizen, None):
            self._answers.told(tx, "started", sms)
        return Outcome("started", word=reading.word)

    def yes(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        return self._answer(tx, sms, reading, is_yes=True)

    def no(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        return self._answer(tx, sms, reading, is_yes=False)

    def help(self, tx: Transaction, sms: Incoming, reading: Reading) -> Outcome | None:
        self._answers.help(tx, sms)
        return Outcome("helped", word=reading.word)

    def _answer(self, tx: Transaction, sms: Incoming, reading: Reading, *, is_yes: bool) -> Outcome | None:
        """The answer to what he was asked last. Without a question it is ordinary language, or nothing to act on."""
        question = self._questions.open_of(tx, sms.citizen)
        if question is None or reading.no not in (None, question["no"]):
            is_about_nothing = not reading.rest and self._touched(tx, sms) is None
            return Outcome("no_question_asked", needs_desk=True, word=reading.word) if is_about_nothing else None
        self._questions.answered(tx, question, sms, is_yes=is_yes)
        if reading.rest or not is_yes:
            self._tickets.add_note(question["no"], "supplement", sms.text, sms_id=sms.sms_id, state=question["kind"])
        outcome = "answered_yes" if is_yes else "answered_no"
        needs_desk = bool(reading.rest) or not is_yes
        return Outcome(outcome, needs_desk=needs_desk, ticket_id=question["ticket_id"], word=reading.word)

    def ordinary(self, tx: Transaction, sms: Incoming) -> Outcome:
        """Add it to the matter he is in the middle of, else open a draft and send its receipt."""
        facts = self._touched(tx, sms)
        if facts is not None:
            self._tickets.add_note(facts["no"], "supplement", sms.text, sms_id=sms.sms_id)
            return Outcome("supplement", needs_desk=True, ticket_id=facts["id"])
        no = self._tickets.open_draft(
            source="sms", line=sms.line, citizen_id=sms.citizen, sms_id=sms.sms_id, content=sms.text
        )
        opened = ticket_facts.by_no(tx, no)
        assert opened is not None
        self._answers.receipt(
            tx, ticket_id=opened["id"], no=no, number=sms.number, citizen_id=sms.citizen, line=sms.line
        )
        return Outcome("draft", ticket_id=opened["id"])

    def _asked(self, tx: Transaction, sms: Incoming, reading: Reading) -> sqlite3.Row | None:
        """The ticket whose rating this citizen is asked for."""
        asked = self._tickets.rating_asked_of(sms.citizen, sms.at, reads=tx)
        if asked is None or reading.no not in (None, asked.no):
            return None
        return ticket_facts.by_no(tx, asked.no)

    def _tell_by_code(self, tx: Transaction, sms: Incoming, reading: Reading, named: sqlite3.Row) -> Outcome:
        """An anonymous one's progress, for whoever has its code: no row says which ticket this telephone asked about.

        Neither the message nor the answer keeps its number, and a wrong code, which may be a slip, leaves as little.
        """
        if self._query_codes.is_right(named["no"], reading.rest, named["query_key"]):
            queued = self._answers.progress_by_code(tx, sms, named)
        else:
            queued = self._answers.progress(tx, sms, None)
        outcome = "progress_told" if queued is not None else "limit"
        return Outcome(outcome, word=reading.word, kept=f"{reading.word} {HIDDEN}")

    def _own_open(self, tx: Transaction, sms: Incoming, reading: Reading) -> sqlite3.Row | None:
        """The ticket he names, if it is his and open."""
        named = ticket_facts.by_no(tx, reading.no) if reading.no is not None else None
        return named if named is not None and named["citizen_id"] == sms.citizen and named["is_open"] else None

    def _open(self, tx: Transaction, sms: Incoming) -> sqlite3.Row | None:
        latest = ticket_facts.latest_of_citizen(tx, sms.citizen)
        return self._touched_facts(tx, sms) or (latest if latest is not None and latest["is_open"] else None)

    def _touched_facts(self, tx: Transaction, sms: Incoming) -> sqlite3.Row | None:
        touched = self._touched(tx, sms)
        return ticket_facts.by_no(tx, touched["no"]) if touched is not None else None

    def _touched(self, tx: Transaction, sms: Incoming) -> sqlite3.Row | None:
        return messages.open_ticket_touched_since(tx, sms.citizen, utc_text(sms.at - ADDED_WITHIN))

    def _is_order(self, tx: Transaction, order: Reading) -> bool:
        """A short number behind a code counts too, if it is that of an open ticket: "DF 123"."""
        if order.is_order:
            return True
        named = ticket_facts.by_no(tx, order.no) if order.is_code and order.no is not None else None
        return named is not None and bool(named["is_open"])

    def _refuse(self, tx: Transaction, sms: Incoming, order: Reading) -> Outcome:
        words = (order.word, str(order.no or ""))
        self._audit.write(tx, "sms_refused", "sms", sms.sms_id, role="citizen", words=words, citizen_id=sms.citizen)
        return Outcome("refused", needs_desk=True, word=order.word)


ANSWERS: dict[Meaning, _Answer] = {
    Meaning.RATE: FromCitizens.rate,
    Meaning.QUERY: FromCitizens.tell_progress,
    Meaning.ADD: FromCitizens.add,
    Meaning.CALL_ME: FromCitizens.call_back,
    Meaning.WITHDRAW: FromCitizens.withdraw,
    Meaning.STOP: FromCitizens.stop,
    Meaning.START: FromCitizens.start,
    Meaning.YES: FromCitizens.yes,
    Meaning.NO: FromCitizens.no,
    Meaning.HELP: FromCitizens.help,
}
