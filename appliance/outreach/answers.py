"""Answers the box gives by itself: receipts, apologies for missed calls, progress, one line back to a handler."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from appliance.casework.lifecycle import stage_of
from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, from_utc_text, moment_or_none
from appliance.intake.incoming import Incoming
from appliance.limits.hours import OfficeHours
from appliance.outreach.notices import contact_piece, is_secret, receipt_key
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from db.store import Transaction

FULL_TEXT_PARTS = 6
MOST_LISTED = 8


class Answers:
    """Each puts at most one message into the outbox, in the transaction it is called in."""

    def __init__(
        self, clock: Clock, outbox: Outbox, texts: Texts, hours: OfficeHours, *, clock_ok: Callable[[], bool]
    ) -> None:
        self._clock, self._outbox, self._texts, self._hours = clock, outbox, texts, hours
        self._clock_ok = clock_ok

    # --- citizens ---

    def receipt(
        self,
        tx: Transaction,
        *,
        ticket_id: int,
        no: int,
        number: str,
        citizen_id: int,
        line: str,
        is_voice: bool = False,
    ) -> int | None:
        """A draft's receipt: received, with its number; after hours also when somebody will read or hear it."""
        return self._outbox.queue(
            tx,
            purpose="receipt",
            number=number,
            text=self._by_hours("voice_receipt" if is_voice else "receipt", no=format_no(no)),
            idem_key=receipt_key(ticket_id),
            citizen_id=citizen_id,
            ticket_id=ticket_id,
            preferred_line=line,
        )

    def missed(self, tx: Transaction, *, callback_id: int, number: str, citizen_id: int, line: str) -> int | None:
        """Sorry, we call you back: once per call-back, however often they rang."""
        return self._outbox.queue(
            tx,
            purpose="missed",
            number=number,
            text=self._by_hours("missed"),
            idem_key=f"missed:{callback_id}",
            citizen_id=citizen_id,
            callback_id=callback_id,
            preferred_line=line,
        )

    def progress(self, tx: Transaction, sms: Incoming, facts: sqlite3.Row | None) -> int | None:
        """Where the citizen's ticket stands; `facts` None: there is none under this number."""
        return self._outbox.queue(
            tx,
            purpose="progress",
            number=sms.number,
            text=self._texts.write("progress_none") if facts is None else self._progress_text(facts),
            idem_key=f"progress:{sms.sms_id}",
            citizen_id=sms.citizen_id,
            ticket_id=facts["id"] if facts is not None else None,
            preferred_line=sms.line,
        )

    def progress_by_code(self, tx: Transaction, sms: Incoming, facts: sqlite3.Row) -> int | None:
        """Where an anonymous ticket stands, for whoever has its code: nothing in it says which ticket that is."""
        stage, department = stage_of(facts["status"]), ""
        if stage.key == "handling":
            name = facts["name_en"] if self._texts.language == "en" else facts["name_zh"]
            department = self._texts.piece("in_department", department=name or "")
        text = self._texts.write("progress_by_code", stage=self._texts.piece(stage.key), department=department)
        return self._outbox.queue(
            tx,
            purpose="progress",
            number=sms.number,
            text=text,
            idem_key=f"progress:{sms.sms_id}",
            citizen_id=sms.citizen_id,
            preferred_line=sms.line,
        )

    def _progress_text(self, facts: sqlite3.Row) -> str:
        stage, pieces = stage_of(facts["status"]), {"department": "", "due": ""}
        if stage.key == "handling":
            name = facts["name_en"] if self._texts.language == "en" else facts["name_zh"]
            pieces["department"] = self._texts.piece("in_department", department=name or "")
            if facts["due_at"]:
                pieces["due"] = self._texts.piece("until", due=self._texts.moment(from_utc_text(facts["due_at"])))
        return self._texts.write("progress", no=format_no(facts["no"]), stage=self._texts.piece(stage.key), **pieces)

    def _by_hours(self, key: str, **values: str) -> str:
        now = self._clock.now()
        if not self._clock_ok() or self._hours.is_open(now):  # no promise of a time by a clock that may be wrong
            return self._texts.write(f"{key}_open", **values)
        opening = self._texts.opening(self._hours.next_opening(now), now)
        return self._texts.write(f"{key}_closed", opening=opening, **values)

    def callback_taken(self, tx: Transaction, sms: Incoming) -> int | None:
        """He asked to be called: by when that will be."""
        return self._to_citizen(tx, sms, self._by_hours("callback_taken"))

    def about(self, tx: Transaction, key: str, sms: Incoming, facts: sqlite3.Row) -> int | None:
        """One line back about his ticket."""
        return self._to_citizen(tx, sms, self._texts.write(key, no=format_no(facts["no"])), facts["id"])

    def told(self, tx: Transaction, key: str, sms: Incoming) -> int | None:
        """One line back about no ticket."""
        return self._to_citizen(tx, sms, self._texts.write(key))

    def help(self, tx: Transaction, sms: Incoming) -> int | None:
        """How to write to the office: once a day for each citizen."""
        key = f"help:citizen:{sms.citizen_id}:{self._today()}"
        return self._to_citizen(tx, sms, self._texts.write("help"), idem_key=key)

    def _to_citizen(
        self, tx: Transaction, sms: Incoming, text: str, ticket_id: int | None = None, *, idem_key: str = ""
    ) -> int | None:
        return self._outbox.queue(
            tx,
            purpose="progress",
            number=sms.number,
            text=text,
            idem_key=idem_key or f"answer:{sms.sms_id}",
            citizen_id=sms.citizen_id,
            ticket_id=ticket_id,
            preferred_line=sms.line,
        )

    # --- leaders ---

    def instruction_noted(self, tx: Transaction, sms: Incoming, nos: Sequence[int], ticket_id: int) -> int | None:
        """To a leader: noted on the tickets of these numbers. `ticket_id` is the one that the text is kept with.

        Returns the message's id, None where it may not be sent; so do all answers here.
        """
        return self._to_leader(tx, sms, self._texts.write("instruction_noted", list=_numbers(nos)), ticket_id)

    def instruction_opened(self, tx: Transaction, sms: Incoming, facts: sqlite3.Row) -> int | None:
        """To a leader who named no ticket: one was opened for his instruction."""
        text = self._texts.write("instruction_opened", no=format_no(facts["no"]))
        return self._to_leader(tx, sms, text, facts["id"])

    def _to_leader(self, tx: Transaction, sms: Incoming, text: str, ticket_id: int) -> int | None:
        return self._outbox.queue(
            tx,
            purpose="instruction",
            number=sms.number,
            text=text,
            idem_key=f"instruction:{sms.sms_id}",
            leader_id=sms.leader_id,
            ticket_id=ticket_id,
            preferred_line=sms.line,
        )

    # --- handlers ---

    def confirm(self, tx: Transaction, key: str, sms: Incoming, facts: sqlite3.Row) -> int | None:
        """One line back about what his text did: it also tells the true handler when somebody borrowed his number."""
        text = self._texts.write(key, no=format_no(facts["no"]), due=self._due(facts))
        return self._to_handler(tx, sms, text, facts["id"])

    def say(self, tx: Transaction, key: str, sms: Incoming) -> int | None:
        """One line back that speaks of no ticket."""
        return self._to_handler(tx, sms, self._texts.write(key))

    def signed_many(self, tx: Transaction, sms: Incoming, signed: Sequence[int], refused: Sequence[int]) -> int | None:
        """One line back about a text that named several tickets."""
        pieces = {"refused": self._texts.piece("not_signed", list=_numbers(refused)) if refused else ""}
        text = self._texts.write_within(3, "signed_many", count=str(len(signed)), list=_numbers(signed), **pieces)
        return self._to_handler(tx, sms, text)

    def help_unit(self, tx: Transaction, sms: Incoming) -> int | None:
        """How to write to the office: once a day for each handler."""
        key = f"help:handler:{sms.handler_id}:{self._today()}"
        return self._to_handler(tx, sms, self._texts.write("help_unit"), idem_key=key)

    def refused(self, tx: Transaction, sms: Incoming, no: int) -> int | None:
        """One line back about an order that wasn't carried out."""
        return self._to_handler(tx, sms, self._texts.write("refused", no=format_no(no)))

    def open_list(self, tx: Transaction, sms: Incoming, tickets: list[sqlite3.Row]) -> int | None:
        """The department's open tickets, those due first."""
        if not tickets:
            return self._to_handler(tx, sms, self._texts.write("open_list_empty"))
        listed = ",".join(f"{format_no(row['no'])} {row['title']}" for row in tickets[:MOST_LISTED])
        return self._to_handler(tx, sms, self._texts.write("open_list", count=str(len(tickets)), list=listed))

    def full_text(self, tx: Transaction, sms: Incoming, facts: sqlite3.Row) -> int | None:
        """All of a ticket, in as many parts as it takes, within reason. Nothing of who reported a confidential one."""
        text = self._texts.write_within(
            FULL_TEXT_PARTS,
            "full_text",
            no=format_no(facts["no"]),
            title=facts["title"] or "",
            content=facts["content"] or "",
            place=self._texts.piece("place", place=facts["place"]) if facts["place"] else "",
            contact="" if is_secret(facts) else contact_piece(self._texts, facts, is_full=True),
            due=self._due(facts),
        )
        return self._to_handler(tx, sms, text, facts["id"])

    def _due(self, facts: sqlite3.Row) -> str:
        return self._texts.due(moment_or_none(facts["due_at"]))

    def _today(self) -> str:
        return self._hours.local_date(self._clock.now()).isoformat()

    def _to_handler(
        self, tx: Transaction, sms: Incoming, text: str, ticket_id: int | None = None, *, idem_key: str = ""
    ) -> int | None:
        return self._outbox.queue(
            tx,
            purpose="confirm",
            number=sms.number,
            text=text,
            idem_key=idem_key or f"confirm:{sms.sms_id}:{ticket_id or 0}",
            handler_id=sms.handler_id,
            ticket_id=ticket_id,
            preferred_line=sms.line,
        )


def _numbers(nos: Sequence[int]) -> str:
    return ",".join(format_no(no) for no in nos)
