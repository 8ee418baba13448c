"""What a leader's text does (domain 1, row 16; 4.1): it becomes an instruction on every ticket he names, or a new
ticket of its own. A number can be forged: nothing is moved by it, a person reads it.
"""

from __future__ import annotations

import re
import unicodedata

from appliance.casework.tickets import Tickets
from appliance.intake import sms_words
from appliance.intake.incoming import Incoming, Outcome
from appliance.intake.sms_words import Meaning
from appliance.outreach.answers import Answers
from db import ticket_facts
from db.store import Transaction

NOTE = "instruction"
SOURCE = "leader"
MOST_NAMED = 20
_PRINTED = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


class FromLeaders:
    def __init__(self, tickets: Tickets, answers: Answers) -> None:
        self._tickets, self._answers = tickets, answers

    def take(self, tx: Transaction, sms: Incoming) -> Outcome:
        """Do what the message asks, in the transaction that stores it."""
        if not sms_words.says_something(sms.text):
            return Outcome("empty", needs_desk=True)
        if sms_words.is_acknowledgement(sms.text):
            return Outcome("noted", needs_desk=True)
        asked = sms_words.as_citizen(sms.text)
        if asked is not None and asked.meaning is Meaning.QUERY and asked.no is not None:
            facts = ticket_facts.by_no(tx, asked.no)
            self._answers.progress(tx, sms, facts)
            return Outcome("progress_told", ticket_id=facts["id"] if facts is not None else None, word=asked.word)
        found = [ticket_facts.by_no(tx, no) for no in _numbers(sms.text)]
        named = [facts for facts in found if facts is not None][:MOST_NAMED]
        if not named:
            return self._opened(tx, sms)
        for facts in named:
            self._tickets.add_note(facts["no"], NOTE, sms.text, sms_id=sms.sms_id)
        self._answers.instruction_noted(tx, sms, [facts["no"] for facts in named], named[0]["id"])
        return Outcome(NOTE, needs_desk=True, ticket_id=named[0]["id"])

    def _opened(self, tx: Transaction, sms: Incoming) -> Outcome:
        no = self._tickets.open_draft(source=SOURCE, line=sms.line, sms_id=sms.sms_id, content=sms.text)
        facts = ticket_facts.by_no(tx, no)
        assert facts is not None
        self._answers.instruction_opened(tx, sms, facts)
        return Outcome("draft", needs_desk=True, ticket_id=facts["id"])


def _numbers(text: str) -> tuple[int, ...]:
    """Ticket numbers as the office prints them, each once."""
    plain = unicodedata.normalize("NFKC", text)
    return tuple(dict.fromkeys(int(found) for found in _PRINTED.findall(plain)))
