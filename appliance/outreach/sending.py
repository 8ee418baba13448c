"""Carries queued messages to the lines, and takes in what became of them.

`sending` is committed before the command goes to the modem. What a crash, or an answer that never comes, leaves there
becomes `unknown`: it may have been sent, so it is never sent again by itself; a status report or the operator decides.
Only a failure of which the module says that surely nothing went is tried again: after 1, 5, 15 and 60 minutes.
One message at a time per line, only on lines that are ready.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo

from appliance.clock import Clock, from_utc_text, utc_text
from appliance.lines import Lines
from appliance.outreach import outbox
from appliance.outreach.budget import SmsBudget
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.marks import raise_once
from appliance.outreach.purposes import purpose, waiting_for_morning
from appliance.outreach.reports import KnownAs, Reports, known_as_nothing_else
from db import outbox as rows
from db import reminders
from db.store import Store, Transaction
from modem.commands import SendSms
from modem.events import FailureKind, Report, SmsFailed, SmsPartSent, SmsSent

log = logging.getLogger(__name__)

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
REFUSED_WAIT = timedelta(seconds=30)  # the line said no before anything was sent
OTHER_LINE_AFTER_S = 120.0  # the line the citizen used may come back; then another one carries the answer
ANSWER_WITHIN_S = 600.0  # longer than every deadline of the modem's own: an answer that isn't here by now won't come
LONGEST_WAIT = timedelta(hours=24)  # no wait of ours is longer
OUTAGE_PATIENCE = timedelta(hours=72)  # after that a line that is lost at every try counts as a failure
LOOK_AHEAD = 200  # queued rows looked at for one that a line may carry now


@dataclass(frozen=True, slots=True)
class _InFlight:
    outbox_id: int
    since_s: float


def _as_queued(idem_key: str, text: str) -> str:
    return text


class Sending:
    """The outbox's way to the lines. Everything but `resolve` belongs to the desk thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        lines: Lines,
        budget: SmsBudget,
        callbacks: Callbacks,
        *,
        zone: tzinfo,
        region_code: str,
        clock_ok: Callable[[], bool],
        address: Callable[[str], str] = str,
        wording: Callable[[str, str], str] = _as_queued,
        also_known_as: KnownAs = known_as_nothing_else,
    ) -> None:
        """`address` and `wording` turn what stands in the queue into what goes out, in memory and only now."""
        self._store, self._clock, self._lines, self._budget, self._callbacks = store, clock, lines, budget, callbacks
        self._zone, self._clock_ok = zone, clock_ok
        self._reports = Reports(clock, lines, region_code, end=self._end, also_known_as=also_known_as)
        self._address, self.wording = address, wording
        self._in_flight: dict[str, _InFlight] = {}

    # --- to the lines ---

    def recover(self) -> int:
        """At the start: what was being sent when the program died may have gone or not. Returns how many."""
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            left = rows.sending(tx)
            for row in left:
                self._end(tx, row["id"], "unknown", ("sending",), error="the program ended while it was sent", at=now)
        for row in left:
            log.warning("message %d was being sent when the program ended: unknown", row["id"])
        return len(left)

    def pump(self) -> list[tuple[str, SendSms]]:
        """One message for every line that is ready and has none in hand, committed as `sending`."""
        self._give_up_waiting()
        commands = []
        for line in self._lines.texting():
            if line not in self._in_flight and self._lines.is_ready(line):
                command = self.next_for(line)
                if command is not None:
                    commands.append((line, command))
        return commands

    def next_for(self, line: str) -> SendSms | None:
        """Claim what this line sends next, or None."""
        if not self._budget.may_send_now(line, 1):
            return None
        for row in self._waiting(not_for=self._lines_that_serve_themselves(line)):
            number, text = self._address(row["number"] or ""), self.wording(row["idem_key"], row["text"] or "")
            if not number or not text:
                self._finish(row["id"], "failed", ("queued",), error="its words were erased")
                continue
            if not self._may_carry(line, row):
                continue
            if not self._budget.may_send_now(line, max(1, row["parts"])):
                return None  # what comes behind it is less urgent and doesn't overtake it, however short
            now = utc_text(self._clock.now())
            with self._store.transaction() as tx:
                is_ours = rows.change(
                    tx,
                    row["id"],
                    leaves=("queued",),
                    state="sending",
                    line=line,
                    sending_at=now,
                    attempts=self._tries_before(row) + 1,
                )
                tx.announce("message", row["id"])
            if is_ours:
                self._in_flight[line] = _InFlight(row["id"], self._clock.monotonic_s())
                self._budget.spend(line, max(1, row["parts"]))
                return SendSms(ref=row["id"], number=number, text=text)
        return None

    def not_taken(self, line: str, ref: int) -> None:
        """The line took no command, or refused it: surely nothing was sent. The message goes back into the queue."""
        self._in_flight.pop(line, None)
        again = utc_text(self._clock.now() + REFUSED_WAIT)
        with self._store.transaction() as tx:
            row = rows.get(tx, ref)
            if row is None or row["state"] != "sending":
                return
            rows.change(tx, ref, leaves=("sending",), state="queued", not_before_at=again, attempts=row["attempts"] - 1)
            tx.announce("message", ref)
        self._budget.give_back(line, max(1, row["parts"]))

    def _lines_that_serve_themselves(self, but: str) -> tuple[str, ...]:
        """Other lines that will surely carry what is meant for them: however long their queues are."""
        return tuple(
            line
            for line in self._lines.texting()
            if line != but
            and self._budget.has_room_for_anything(line)
            and self._lines.not_ready_for_s(line) < OTHER_LINE_AFTER_S
        )

    def _waiting(self, not_for: tuple[str, ...] = ()) -> list[sqlite3.Row]:
        now = self._clock.now()
        # Whoever doesn't know what time it is wakes nobody.
        is_quiet = not self._clock_ok() or outbox.is_quiet(now.astimezone(self._zone).time())
        skip = waiting_for_morning() if is_quiet else ()
        return rows.queued(
            self._store, utc_text(now), utc_text(now + LONGEST_WAIT), LOOK_AHEAD, skip=skip, not_for=not_for
        )

    def _may_carry(self, line: str, row: sqlite3.Row) -> bool:
        parts = max(1, row["parts"])
        wanted = row["preferred_line"]
        if wanted not in ("", line) and self._can_wait_for(wanted, row):
            return False
        return self._budget.has_room_today(line, purpose(row["purpose"]), parts)

    def _tries_before(self, row: sqlite3.Row) -> int:
        """The tries that count against it: not those before its line was lost, for the line was to blame."""
        if row["sending_at"] is None or row["line"] not in self._lines.names():
            return int(row["attempts"])
        now = self._clock.now()
        if now - from_utc_text(row["created_at"]) >= OUTAGE_PATIENCE:
            return int(row["attempts"])
        ready_since = now - timedelta(seconds=self._lines.ready_for_s(row["line"]))
        return int(row["attempts"]) if from_utc_text(row["sending_at"]) >= ready_since else 0

    def _can_wait_for(self, wanted: str, row: sqlite3.Row) -> bool:
        """Whether the line the citizen used will soon carry it itself."""
        if wanted not in self._lines.texting():
            return False
        if not self._budget.has_room_today(wanted, purpose(row["purpose"]), max(1, row["parts"])):
            return False
        return self._lines.not_ready_for_s(wanted) < OTHER_LINE_AFTER_S

    def _give_up_waiting(self) -> None:
        now_s = self._clock.monotonic_s()
        for line, flight in list(self._in_flight.items()):
            if now_s - flight.since_s >= ANSWER_WITHIN_S:
                del self._in_flight[line]
                self._finish(flight.outbox_id, "unknown", ("sending",), error="no answer from the line")
                log.warning("%s gave no answer about message %d: unknown", line, flight.outbox_id)

    def overflow(self) -> int:
        """What no line's plan holds any more today becomes a task for a call. Returns how many."""
        lines = self._lines.texting()
        count = 0
        for row in self._waiting() if lines else ():
            parts = max(1, row["parts"])
            if any(self._budget.has_room_today(line, purpose(row["purpose"]), parts) for line in lines):
                continue
            with self._store.transaction() as tx:
                if self._end(tx, row["id"], "failed", ("queued",), error="the daily number of messages is used up"):
                    count += 1
            log.warning("message %d was not sent: the daily number of messages is used up", row["id"])
        return count

    # --- from the lines ---

    def on_part_sent(self, event: SmsPartSent) -> None:
        """The network took one part. Its reference is kept at once: a report may overtake the last part."""
        with self._store.transaction() as tx:
            rows.add_part(
                tx,
                event.ref,
                event.part,
                total=event.total,
                reference=event.reference,
                line=event.line,
                at=utc_text(self._clock.now()),
            )

    def on_sent(self, event: SmsSent) -> None:
        """The network took all parts. Whatever was noted as unknown is known now."""
        self._landed(event.line, event.ref)
        now, total = utc_text(self._clock.now()), len(event.references)
        with self._store.transaction() as tx:
            for part, reference in enumerate(event.references, start=1):
                rows.add_part(tx, event.ref, part, total=total, reference=reference, line=event.line, at=now)
            is_new = rows.change(
                tx,
                event.ref,
                leaves=("sending", "unknown"),
                state="sent",
                sent_at=now,
                parts=total,
                error="",
                error_code=None,
            )
            if is_new:
                reminders.settle_outbox(tx, event.ref, now)
                self._reports.weigh(tx, event.ref, now)
                tx.announce("message", event.ref)
        if is_new:
            log.info("%s sent message %d in %d parts", event.line, event.ref, total)

    def on_failed(self, event: SmsFailed) -> None:
        """Not sent, or not surely: tried again where nothing went and the trouble passes, else for a person to decide.

        A message of which a part went, or may have gone, is never sent again by itself.
        """
        self._landed(event.line, event.ref)
        row = rows.get(self._store, event.ref)
        if row is None:
            return
        if any(part["report"] for part in rows.parts(self._store, event.ref)[event.parts_sent :]):
            event = replace(event, kind=FailureKind.UNCLEAR)  # the service centre says otherwise, and is believed
        code = {"error_code": event.code}
        if event.kind is not FailureKind.UNCLEAR and not event.parts_sent and row["state"] == "sending":
            self._budget.give_back(event.line, max(1, row["parts"]))
        if event.kind is FailureKind.UNCLEAR:
            self._finish(event.ref, "unknown", ("sending",), error=event.detail, **code)
        elif event.parts_sent:
            # Sent again as a whole, the citizen would get these parts twice.
            error = f"only {event.parts_sent} of {row['parts']} parts were sent: {event.detail}"
            self._finish(event.ref, "failed", ("sending", "unknown"), error=error, **code)
        elif event.kind is FailureKind.TRANSIENT and row["attempts"] <= len(BACK_OFF) and row["state"] == "sending":
            self._try_again(event, row["attempts"])
        else:
            self._finish(event.ref, "failed", ("sending", "unknown"), error=event.detail, **code)
        log.warning("%s did not send message %d: %s (%s)", event.line, event.ref, event.kind, event.code)

    def on_report(self, line: str, report: Report) -> None:
        """A status report came unasked; one that is nobody's changes nothing."""
        with self._store.transaction() as tx:
            self.resolve(tx, line, report)

    def resolve(self, tx: Transaction, line: str, report: Report) -> int | None:
        """Match a status report with the part it speaks of; returns the message's id, or None if it is nobody's."""
        return self._reports.take(tx, line, report)

    # --- ends ---

    def _landed(self, line: str, ref: int) -> None:
        flight = self._in_flight.get(line)
        if flight is not None and flight.outbox_id == ref:
            del self._in_flight[line]

    def _try_again(self, event: SmsFailed, attempts: int) -> None:
        again = utc_text(self._clock.now() + BACK_OFF[attempts - 1])
        with self._store.transaction() as tx:
            rows.change(
                tx,
                event.ref,
                leaves=("sending",),
                state="queued",
                not_before_at=again,
                error=event.detail,
                error_code=event.code,
            )
            tx.announce("message", event.ref)

    def _finish(
        self, outbox_id: int, state: str, leaves: tuple[str, ...], *, error: str, error_code: int | None = None
    ) -> None:
        with self._store.transaction() as tx:
            self._end(tx, outbox_id, state, leaves, error=error, error_code=error_code)

    def _end(
        self,
        tx: Transaction,
        outbox_id: int,
        state: str,
        leaves: tuple[str, ...],
        *,
        error: str,
        error_code: int | None = None,
        at: str = "",
    ) -> bool:
        """Failed or unknown: on the desk at once, and for a citizen who waits for it, a task for a call."""
        now = at or utc_text(self._clock.now())
        is_new = rows.change(tx, outbox_id, leaves=leaves, state=state, done_at=now, error=error, error_code=error_code)
        row = rows.get(tx, outbox_id) if is_new else None
        if row is None:
            return False
        kind = f"sms_{state}"
        raise_once(tx, f"{kind}:{outbox_id}", kind, now, ticket_id=row["ticket_id"], outbox_id=outbox_id)
        if state == "failed" and row["citizen_id"] is not None:
            self._callbacks.open(tx, row["citizen_id"], "unsent", ticket_id=row["ticket_id"])
        tx.announce("message", outbox_id)
        if state == "unknown":
            self._reports.weigh(tx, outbox_id, now)  # one may have been faster than the end
        return True
