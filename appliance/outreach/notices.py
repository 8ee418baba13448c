"""Who is told by SMS when a ticket moves, as one table. Everything is queued in the transaction of the move itself.

Where somebody can't be texted the text has a twin: a call-back for a citizen, a mark on the desk for a department.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from appliance.casework.ticket_no import format_no
from appliance.casework.views import MoveMade
from appliance.clock import Clock, moment_or_none, utc_text
from appliance.limits.hours import OfficeHours
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.marks import raise_once
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import FULL_STOPS, MOST_PARTS, Texts
from appliance.people.numbers import mask, may_text
from db import messages, ticket_facts
from db.store import Transaction

RESULT_PARTS = 5  # the department's answer is what the citizen waited for: it is not cut to two
Tell = Callable[["Notices", Transaction, MoveMade, sqlite3.Row, str], None]


class Notices:
    """Texts about tickets to their citizens and departments."""

    def __init__(self, clock: Clock, outbox: Outbox, texts: Texts, hours: OfficeHours, callbacks: Callbacks) -> None:
        self._clock, self._outbox, self._texts, self._hours = clock, outbox, texts, hours
        self._callbacks = callbacks

    def for_move(self, tx: Transaction, made: MoveMade) -> None:
        """Tell everybody whom this move concerns.

        Each teller gets the move, `facts` as db.ticket_facts reads them, and the `key` under which its text goes once.
        """
        steps = TELLS.get(made.move, ())
        facts = ticket_facts.by_id(tx, made.ticket_id) if steps else None
        if facts is None:
            return
        # The same move of the same ticket can come again (sent back twice): the count of moves tells them apart.
        key = f"{made.move}:{made.ticket_id}:{ticket_facts.moves_made(tx, made.ticket_id)}"
        for tell in steps:
            tell(self, tx, made, facts, key)

    # --- to the department ---

    def dispatched(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """The leading department has a ticket: of a secret matter only that there is one."""
        if is_secret(facts):
            text = self._about("dispatch_confidential", facts)
        else:
            text = self._about("dispatch", facts, contact=contact_piece(self._texts, facts, is_full=False))
        self._to_unit(tx, made.department_id, "dispatch", text, key=key, facts=facts)

    def co_dispatched(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """Departments that help, each by its own people."""
        if is_secret(facts):
            text = self._about("co_dispatch_confidential", facts)
        else:
            text = self._about("co_dispatch", facts, contact=contact_piece(self._texts, facts, is_full=False))
        for department_id in made.co_department_ids:
            self._to_unit(tx, department_id, "dispatch", text, key=f"{key}:co:{department_id}", facts=facts)

    def sent_back(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """Its reply was not accepted; why stands in the move's reason."""
        text = self._about("sent_back", facts, reason=made.reason)
        self._to_unit(tx, made.department_id, "returned", text, key=key, facts=facts)

    def redo_asked(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """The citizen is not satisfied, and it is to be done again."""
        text = self._about("redo_unit", facts, reason=made.reason)
        self._to_unit(tx, made.department_id, "returned", text, key=key, facts=facts)

    def taken_back(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """The ticket is no longer the department's."""
        if made.department_id is not None:
            self._to_unit(tx, made.department_id, "returned", self._about("taken_back", facts), key=key, facts=facts)

    def decided(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """What the office decided about its task."""
        until = self._texts.moment(made.resume_at) if made.resume_at is not None else ""
        text = self._about(DECIDED[made.move], facts, reason=made.reason.rstrip(FULL_STOPS), until=until)
        self._to_unit(tx, made.department_id, "returned", text, key=key, facts=facts)

    def _to_unit(
        self, tx: Transaction, department_id: int | None, purpose: str, text: str, *, key: str, facts: sqlite3.Row
    ) -> None:
        """To every handler of the department; a department that has none to text gets a mark on the desk."""
        if department_id is None:
            return
        queued = [
            self._outbox.queue(
                tx,
                purpose=purpose,
                number=handler["phone"],
                text=text,
                idem_key=f"{key}:handler:{handler['id']}",
                handler_id=handler["id"],
                ticket_id=facts["id"],
            )
            for handler in ticket_facts.handlers_of(tx, department_id)
        ]
        if not any(queued):
            now = utc_text(self._clock.now())
            raise_once(tx, f"{key}:by_hand", "tell_unit", now, ticket_id=facts["id"])

    # --- to the citizen ---

    def _why(self, made: MoveMade, facts: sqlite3.Row) -> str:
        """What the ground of the move means for him, and what was written besides."""
        texts = self._texts.speaking(facts["citizen_language"] or "")
        said = (made.text or made.reason).rstrip(FULL_STOPS)
        if not made.ground:
            return said
        told = texts.piece(f"ground_{made.ground}", where=made.where)
        return texts.piece("ground_and_more", ground=told, more=said) if said else told

    def accepted(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """Only to whom no receipt was promised yet: one receipt per matter, held by its key."""
        text = self._about_his("accepted", facts)
        self._to_citizen(tx, "receipt", text, key=receipt_key(facts["id"]), facts=facts)

    def result(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """The department's reply, which the desk approved; who cannot be texted is called.

        Whoever wants no surveys by text gets it without the question, and is asked on the telephone (casework.survey).
        """
        is_asked = facts["citizen_id"] is None or not messages.texts_stopped(tx, facts["citizen_id"])
        words, purpose = ("result", "result") if is_asked else ("result_unasked", "outcome")
        text = self._about_his(words, facts, most_parts=RESULT_PARTS, reply=made.text)
        if not self._to_citizen(tx, purpose, text, key=key, facts=facts) and facts["citizen_id"] is not None:
            self._callbacks.open(tx, facts["citizen_id"], "tell", ticket_id=facts["id"])

    def answered(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """Answered at once: whoever asked by text has not heard it yet."""
        if facts["source"] == "sms":
            text = self._about_his("answered", facts, most_parts=RESULT_PARTS, reply=self._why(made, facts))
            self._to_citizen(tx, "outcome", text, key=key, facts=facts)

    def answered_together(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """The ticket his was joined with has its result: he is told like everybody."""
        text = self._about_his("result_merged", facts, most_parts=RESULT_PARTS, reply=self._why(made, facts))
        self._ends_for(tx, text, key, facts)

    def rejected(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """It is not taken up: on what ground, and what he may do instead."""
        text = self._about_his("rejected", facts, reason=self._why(made, facts))
        self._ends_for(tx, text, key, facts)

    def told(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """What becomes of his matter, in one text that asks nothing."""
        other = format_no(made.other_no) if made.other_no is not None else ""
        reason = made.reason.rstrip(FULL_STOPS)
        text = self._about_his(TOLD[made.move], facts, reason=reason, where=made.where, other=other)
        self._ends_for(tx, text, key, facts)

    def withdrawn(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """He took it back himself: the office has noted it."""
        self._to_citizen(tx, "outcome", self._about_his("withdrawn", facts), key=key, facts=facts)

    def redo_promised(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """He was not satisfied: the department does it again."""
        self._to_citizen(tx, "outcome", self._about_his("redo", facts), key=key, facts=facts)

    def call_about_dissatisfaction(self, tx: Transaction, made: MoveMade, facts: sqlite3.Row, key: str) -> None:
        """On keypads 1 often means satisfied: a person asks before anything is done again."""
        if made.actor == "citizen" and facts["citizen_id"] is not None:
            self._callbacks.open(tx, facts["citizen_id"], "dissatisfied", ticket_id=facts["id"])

    def _ends_for(self, tx: Transaction, text: str, key: str, facts: sqlite3.Row) -> None:
        """By text, else by a call; whoever spoke with the desk just now has heard it."""
        is_told = self._to_citizen(tx, "outcome", text, key=key, facts=facts)
        if not is_told and facts["citizen_id"] is not None and facts["source"] != "call":
            self._callbacks.open(tx, facts["citizen_id"], "tell", ticket_id=facts["id"])

    def _to_citizen(self, tx: Transaction, purpose: str, text: str, *, key: str, facts: sqlite3.Row) -> bool:
        numbers = (facts["citizen_phone"] or "", facts["contact_phone"] or "")
        number = next((number for number in numbers if number and may_text(number)), "")
        if not number:
            return False
        return None is not self._outbox.queue(
            tx,
            purpose=purpose,
            number=number,
            text=text,
            idem_key=key,
            citizen_id=facts["citizen_id"],
            ticket_id=facts["id"],
            preferred_line=facts["line"],
        )

    # --- words ---

    def _about(self, key: str, facts: sqlite3.Row, *, most_parts: int = MOST_PARTS, **values: str) -> str:
        return _about(self._texts, key, facts, most_parts, values)

    def _about_his(self, key: str, facts: sqlite3.Row, *, most_parts: int = MOST_PARTS, **values: str) -> str:
        """The same for the citizen, in his language as far as the office has words in it."""
        return _about(self._texts.speaking(facts["citizen_language"] or ""), key, facts, most_parts, values)


def _about(texts: Texts, key: str, facts: sqlite3.Row, most_parts: int, values: Mapping[str, str]) -> str:
    return texts.write_within(
        most_parts,
        key,
        no=format_no(facts["no"]),
        title=facts["title"] or facts["content"] or "",
        department=(facts["name_en"] if texts.language == "en" else facts["name_zh"]) or "",
        due=texts.due(moment_or_none(facts["due_at"])),
        **values,
    )


def is_secret(facts: sqlite3.Row) -> bool:
    """Nobody outside the office learns who brought this matter. A report that its citizen signed openly is none."""
    return bool(facts["is_confidential"])


def receipt_key(ticket_id: int) -> str:
    """One matter, one receipt."""
    return f"receipt:{ticket_id}"


def contact_piece(texts: Texts, facts: sqlite3.Row, *, is_full: bool) -> str:
    """Whom the department may ask. The whole number only on request, to the registered telephone."""
    number = facts["contact_phone"] or facts["citizen_phone"] or ""
    name = facts["contact_name"] or facts["citizen_name"] or ""
    if not number and not name:
        return ""
    return texts.piece("contact", name=name, phone=number if is_full or not number else mask(number))


# What a department is told of a decision about its task, and a citizen of what becomes of his matter.
DECIDED = {
    "approve_return": "return_accepted",
    "refuse_return": "return_refused",
    "extend": "extended_unit",
    "refuse_extension": "extension_refused",
    "pause": "paused_unit",
    "resume": "resumed_unit",
    "reopen": "reopened_unit",
}
TOLD = {
    "extend": "extended",
    "merge": "merged",
    "transfer": "transferred",
    "explain": "explained",
    "reopen": "reopened",
}

TELLS: dict[str, tuple[Tell, ...]] = {
    "dispatch": (Notices.dispatched, Notices.co_dispatched, Notices.accepted),
    "decide": (Notices.dispatched, Notices.co_dispatched, Notices.accepted),
    "take_back": (Notices.taken_back,),
    "approve_return": (Notices.decided,),
    "refuse_return": (Notices.decided,),
    "extend": (Notices.decided, Notices.told),
    "refuse_extension": (Notices.decided,),
    "pause": (Notices.decided,),
    "resume": (Notices.decided,),
    "send_back": (Notices.sent_back,),
    "redo": (Notices.redo_asked, Notices.redo_promised),
    "approve": (Notices.result,),
    "answer": (Notices.answered,),
    "parent_answered": (Notices.answered_together,),
    "reject": (Notices.rejected,),
    "withdraw": (Notices.withdrawn, Notices.taken_back),
    "merge": (Notices.told, Notices.taken_back),
    "transfer": (Notices.told, Notices.taken_back),
    "explain": (Notices.told,),
    "reopen": (Notices.decided, Notices.told),
    "dissatisfied": (Notices.call_about_dissatisfaction,),
}
