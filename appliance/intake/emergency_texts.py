"""Texts about dangers, asked before anything else reads them: "OK" of somebody in the chain, his report, and a danger
in what a citizen adds to an open matter."""

from __future__ import annotations

import sqlite3

from appliance.casework import emergency, emergency_words
from appliance.casework.emergency import Emergencies
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.clock import utc_text
from appliance.intake import sms_words
from appliance.intake.from_citizens import ADDED_WITHIN
from appliance.intake.incoming import Incoming, Outcome
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.keys import BoxKey
from db import emergency as rows
from db import messages
from db.store import Transaction

UNTIL_REPORTED = frozenset({emergency.RUNNING, emergency.TAKEN})
WITHOUT_TICKETS = frozenset({"citizen", "leader"})  # what a handler writes is about his tickets


class EmergencyTexts:
    def __init__(
        self, emergencies: Emergencies, tickets: Tickets, *, key: BoxKey, outbox: Outbox, texts: Texts
    ) -> None:
        self._emergencies, self._tickets, self._key = emergencies, tickets, key
        self._outbox, self._texts = outbox, texts

    def hear(self, tx: Transaction, kind: str, sms: Incoming) -> Outcome | None:
        """What this text comes to in a danger; None: others read it."""
        if kind == "advert" or not sms.number:
            return None
        told = [row for row in rows.told_to(tx, self._key.phone_key(sms.number)) if row["state"] in UNTIL_REPORTED]
        if told and emergency_words.is_ack(sms.text):
            return self._ack(tx, kind, sms, told)
        if told and kind in WITHOUT_TICKETS and sms_words.says_something(sms.text):
            return self._report(tx, sms, told)
        if kind == "citizen" and sms.citizen_id is not None:
            self._read_supplement(tx, sms)
        return None

    def _ack(self, tx: Transaction, kind: str, sms: Incoming, told: list[sqlite3.Row]) -> Outcome | None:
        """The one he names, else the one he was told of last and has not confirmed.

        Who pressed 1 and texts OK as well says the same again: it is no new matter of his.
        """
        no = emergency_words.number_in(sms.text)
        meant = [row for row in told if no in (None, row["no"])]
        waiting = [row for row in meant if row["acked_at"] is None]
        if not waiting:
            is_again = bool(meant) and kind in WITHOUT_TICKETS
            return Outcome("emergency_taken", ticket_id=meant[0]["ticket_id"]) if is_again else None
        row = waiting[0]
        known = rows.get(tx, row["id"])
        if known is None or not self._emergencies.taken(tx, known, row["step_id"], via="sms", sms_id=sms.sms_id):
            return None
        self._outbox.queue(
            tx,
            purpose="emergency",
            number=sms.number,
            text=self._texts.write("emergency_taken", no=format_no(row["no"])),
            idem_key=f"emergency_taken:{sms.sms_id}",
            handler_id=sms.handler_id,
            ticket_id=row["ticket_id"],
            preferred_line=sms.line,
        )
        return Outcome("emergency_taken", ticket_id=row["ticket_id"])

    def _report(self, tx: Transaction, sms: Incoming, told: list[sqlite3.Row]) -> Outcome | None:
        """A leader has no tickets of his own: what he writes while a danger is his is about that."""
        row = next((each for each in told if each["state"] == emergency.TAKEN and each["acked_at"]), None)
        known = rows.get(tx, row["id"]) if row is not None else None
        if row is None or known is None:
            return None
        note_id = self._tickets.add_note(row["no"], "progress", sms.text, sms_id=sms.sms_id)
        self._emergencies.reported(tx, known, note_id, None)
        return Outcome("emergency_reported", needs_desk=True, ticket_id=row["ticket_id"])

    def _read_supplement(self, tx: Transaction, sms: Incoming) -> None:
        facts = messages.open_ticket_touched_since(tx, sms.citizen, utc_text(sms.at - ADDED_WITHIN))
        if facts is not None:
            self._emergencies.read(tx, facts["id"], sms.text)
