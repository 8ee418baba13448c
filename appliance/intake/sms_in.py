"""A message found in a module: kept, joined, read (sms_reading.py), in one transaction; then the module may forget it.

One PDU is one row, known again by its key: what the network or the module delivers twice is one message. Parts are kept
one by one; the message is read when all are there, however late. What a bug of ours trips over isn't lost and doesn't
block the rest: it is kept raw for the desk.

Drafts and sent messages that lie on a SIM never come here: the telephone side neither tells nor deletes them.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from appliance.casework.tickets import Tickets
from appliance.clock import Clock, utc_text
from appliance.intake.from_citizens import FromCitizens
from appliance.intake.from_handlers import FromHandlers
from appliance.intake.from_leaders import FromLeaders
from appliance.intake.incoming import Incoming
from appliance.intake.joining import JOINED_WITHIN, Home, home_of, part_of
from appliance.intake.sms_reading import Reader, SmsReading
from appliance.outreach.answers import Answers
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.sending import Sending
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.keys import BoxKey
from appliance.people.numbers import from_network, is_reference
from appliance.trouble import where
from appliance.upkeep.audit import Audit
from appliance.words_desk import WordsDesk
from db import messages as rows
from db.store import Store, Transaction
from modem.commands import DeleteSms
from modem.events import Deliver, Report, SmsReport, SmsStored, Undecodable

log = logging.getLogger(__name__)

SHOWN_AFTER = timedelta(minutes=10)  # then the desk sees "2 of 3"


class SmsIntake:
    """Belongs to the desk thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        key: BoxKey,
        audit: Audit,
        *,
        citizens: Citizens,
        departments: Departments,
        tickets: Tickets,
        answers: Answers,
        callbacks: Callbacks,
        sending: Sending,
        join_parts: Callable[[Sequence[Deliver]], str],
        text_of: Callable[[Deliver], str],
        boot_id: int,
        clock_ok: Callable[[], bool],
        region_code: str,
        words: WordsDesk,
    ) -> None:
        self._store, self._clock, self._key, self._audit = store, clock, key, audit
        self._citizens, self._departments, self._sending = citizens, departments, sending
        self._join_parts, self._text_of = join_parts, text_of
        self._boot_id, self._clock_ok, self._region_code = boot_id, clock_ok, region_code
        self._leaders = words.leaders
        readers: dict[str, Reader] = {
            "citizen": FromCitizens(
                tickets, answers, callbacks, audit, questions=words.questions, query_codes=words.query_codes
            ),
            "handler": FromHandlers(tickets, answers, audit, words.codes, clock_ok=clock_ok),
            "leader": FromLeaders(tickets, answers),
        }
        self.reading = SmsReading(
            store,
            clock,
            audit,
            readers,
            citizens=citizens,
            departments=departments,
            leaders=words.leaders,
            tickets=tickets,
            codes=words.codes,
        )
        self._last_part_s: dict[int, float] = {}  # when the last part of a long message came, by its id

    def take(self, event: SmsStored) -> DeleteSms:
        """Commit the message, then allow its deletion. Raises what the disk raises: then it stays where it is."""
        try:
            self._keep(event)
        except sqlite3.Error:
            raise
        except Exception as bug:
            log.error("%s brought a message that could not be handled: %s", event.line, where(bug))
            self._keep_raw(event, str(type(bug).__name__))
        return DeleteSms((event.slot,))

    def take_report(self, event: SmsReport) -> None:
        """A report that lies in no store."""
        if isinstance(event.report, Report):
            self._sending.on_report(event.line, event.report)
            return
        key = self._key.pdu_key(f"line:{event.line}", event.pdu)
        with self._store.transaction() as tx:
            if rows.pdu_with_key(tx, key) is None:
                rows.add_pdu(tx, **self._pdu(event, key, "report_unread"), reason=event.report.reason)
        log.warning("%s brought a report that can't be read: %s", event.line, event.report.reason)

    def show_waiting(self) -> int:
        """Put messages on the desk whose parts are late. Returns how many."""
        before = utc_text(self._clock.now() - SHOWN_AFTER)
        waiting = rows.waiting_since(self._store, before)
        for sms_id in waiting:
            with self._store.transaction() as tx:
                rows.change_sms(tx, sms_id, needs_desk=1)
                tx.announce("message", sms_id)
            log.info("message %d still waited for its other parts", sms_id)
        return len(waiting)

    # --- keeping ---

    def _without_protected(self, tx: Transaction, event: SmsStored) -> SmsStored:
        """The message as it may be kept: of a protected person neither the raw PDU nor the number behind it."""
        message = event.message
        if isinstance(message, Deliver):
            number = from_network(message.sender, self._region_code)
            if is_reference(message.sender):  # a sender's name is chosen by whoever sends: nobody writes as a reference
                return replace(event, message=replace(message, sender=number))
            if self._departments.handler_by_number(number) or self._leaders.by_number(number):
                return event  # what a registered telephone sends is the office's business
            shown = self._citizens.shown(tx, number)
            if shown != number:
                return replace(event, pdu="", message=self._clean_part(replace(message, sender=shown)))
        elif isinstance(message, Report) and self._citizens.vault.references_of(
            tx, from_network(message.recipient, self._region_code)
        ):
            return replace(event, pdu="")
        return event

    def _keep(self, event: SmsStored) -> None:
        key = self._key.pdu_key(event.identity, event.pdu)
        with self._store.transaction() as tx:
            if rows.pdu_with_key(tx, key) is not None:
                tx.log(log, logging.INFO, "%s brought a message that was here before", event.line)
                return
            event = self._without_protected(tx, event)
            match event.message:
                case Deliver():
                    self._deliver(tx, event, key, event.message)
                case Report():
                    outbox_id = self._sending.resolve(tx, event.line, event.message)
                    rows.add_pdu(tx, **self._pdu(event, key, "report"), outbox_id=outbox_id)
                case Undecodable():
                    self._undecodable(tx, event, key, "undecodable", event.message.reason)

    def _keep_raw(self, event: SmsStored, reason: str) -> None:
        """The simplest transaction there is, with nothing in it that could trip over the message again."""
        key = self._key.pdu_key(event.identity, event.pdu)
        with self._store.transaction() as tx:
            if rows.pdu_with_key(tx, key) is None:
                self._undecodable(tx, event, key, "trouble", reason)

    def _undecodable(self, tx: Transaction, event: SmsStored, key: str, kind: str, reason: str) -> None:
        now = utc_text(self._clock.now())
        sms_id = rows.add_sms(
            tx,
            sender="",
            text=event.pdu,
            line=event.line,
            identity=event.identity,
            kind=kind,
            received_at=now,
            complete_at=now,
            outcome=kind,
            needs_desk=1,
        )
        rows.add_pdu(tx, **self._pdu(event, key, kind), reason=reason, sms_id=sms_id)
        self._audit.write(tx, "sms_kept", "sms", sms_id, words=(event.pdu,))
        tx.announce("message", sms_id)
        tx.log(log, logging.WARNING, "%s brought message %d that was kept unread: %s", event.line, sms_id, reason)

    def _deliver(self, tx: Transaction, event: SmsStored, key: str, part: Deliver) -> None:
        pdu = {
            **self._pdu(event, key, "deliver"),
            "sender": part.sender,
            "sent_at": utc_text(part.sent_at) if part.sent_at else None,
            "alphabet": part.alphabet,
            "body": part.body,
        }
        if part.reference is None or part.total <= 1:
            kind, sms = self._new_sms(tx, event, part, self._clean(part, self._text_of(part)), total=1)
            rows.add_pdu(tx, **pdu, sms_id=sms.sms_id)
            self.reading.read(tx, kind, sms, is_data=part.alphabet == "8bit")
            return
        pdu |= {"reference": part.reference, "total": part.total, "part": part.part}
        home = self._home(tx, event, part, part.reference)
        if home.is_repeated:
            rows.add_pdu(tx, **{**pdu, "kind": "repeated"})
            return
        sms_id = home.sms_id
        if sms_id is None:
            sms_id = self._new_sms(tx, event, part, "", total=part.total)[1].sms_id
        rows.add_pdu(tx, **pdu, sms_id=sms_id)
        self._last_part_s[sms_id] = self._clock.monotonic_s()
        self._join(tx, event, sms_id, part)

    def _join(self, tx: Transaction, event: SmsStored, sms_id: int, part: Deliver) -> None:
        """Read the message if this was its last part, else show what is there."""
        here = [part_of(row) for row in rows.parts_of(tx, sms_id)]
        text = self._clean(part, self._join_parts(here))
        rows.set_text(tx, sms_id, text)
        if len(here) < part.total:
            tx.announce("message", sms_id)
            tx.log(
                log, logging.INFO, "%s brought part %d of %d of message %d", event.line, part.part, part.total, sms_id
            )
            return
        kind, sms = self.reading.who(tx, self._incoming(event, part.sender, text, sms_id))
        filed = rows.get(tx, sms_id)
        if filed is not None and filed["ticket_no"] is not None:
            self.reading.complete_filed(tx, kind, sms, filed["ticket_no"])
            return
        self.reading.read(tx, kind, sms, is_data=any(each.alphabet == "8bit" for each in here))

    def _home(self, tx: Transaction, event: SmsStored, part: Deliver, reference: int) -> Home:
        alike = rows.parts_like(
            tx,
            identity=event.identity,
            sender=part.sender,
            reference=reference,
            total=part.total,
            since=utc_text(self._clock.now() - JOINED_WITHIN),
            also=self._joining(),
        )
        return home_of(part, alike)

    def _joining(self) -> Collection[int]:
        """Long messages of this run that a part still joins, by how long that is: the time of day may have been set."""
        oldest_s = self._clock.monotonic_s() - JOINED_WITHIN.total_seconds()
        self._last_part_s = {sms_id: at_s for sms_id, at_s in self._last_part_s.items() if at_s >= oldest_s}
        return self._last_part_s.keys()

    def _new_sms(
        self, tx: Transaction, event: SmsStored, part: Deliver, text: str, *, total: int
    ) -> tuple[str, Incoming]:
        """A row for a message of which this is the first, or only, part."""
        kind, who = self.reading.who(tx, self._incoming(event, part.sender, text))
        sms_id = rows.add_sms(
            tx,
            sender=part.sender,
            text=text,
            line=event.line,
            identity=event.identity,
            kind=kind,
            citizen_id=who.citizen_id,
            handler_id=who.handler_id,
            leader_id=who.leader_id,
            received_at=utc_text(who.at),
            sent_at=utc_text(part.sent_at) if part.sent_at else None,
            reference=part.reference,
            total=total,
        )
        return kind, replace(who, sms_id=sms_id)

    def _pdu(self, event: SmsStored | SmsReport, key: str, kind: str) -> dict[str, object]:
        return {
            "pdu_key": key,
            "identity": event.identity if isinstance(event, SmsStored) else f"line:{event.line}",
            "line": event.line,
            "received_at": utc_text(self._clock.now()),
            "kind": kind,
            "pdu": event.pdu,
            "boot_id": self._boot_id,
            "clock_ok": int(self._clock_ok()),
        }

    # --- words ---

    def _incoming(self, event: SmsStored, sender: str, text: str, sms_id: int = 0) -> Incoming:
        number = sender if is_reference(sender) else from_network(sender, self._region_code)
        return Incoming(sms_id, event.line, number, text, self._clock.now())

    def _clean_part(self, part: Deliver) -> Deliver:
        """One part that may wait for the others for long; a number that two parts share is found when all are here."""
        text = self._text_of(part)
        clean = self._clean(part, text)
        return part if clean == text else replace(part, body=clean.encode("utf-16-be"), alphabet="ucs2")

    def _clean(self, part: Deliver, text: str) -> str:
        """What a protected person writes, without his own name and number."""
        return self._citizens.vault.clean(part.sender, text) if is_reference(part.sender) else text
