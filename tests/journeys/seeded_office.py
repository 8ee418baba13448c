"""Bugs in what the office does with messages and calls. See seeded_box.py."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from sqlite3 import Row
from typing import Any

from appliance.desk import Desk, Outgoing
from appliance.intake import board, messages
from appliance.intake.from_citizens import FromCitizens
from appliance.outreach import outbox as outbox_rules
from appliance.outreach.outbox import Outbox
from appliance.outreach.reports import Reports
from appliance.outreach.sending import Sending
from appliance.people.keys import BoxKey
from db import outbox, reminders
from db.store import Reads, Transaction
from modem.commands import DeleteSms
from modem.events import Event, FailureKind, Report, ReportState, SmsFailed, SmsStored

Put = Callable[[Any, str, Any], None]

SLOW_CARD_S = 0.15  # SD cards have such spikes: what stands between delete and commit in the field


def delete_before_commit(put: Put) -> None:
    """The module may forget at once; the card writes when it gets round to it."""
    handle, tick = Desk.handle, Desk.tick
    kept: list[tuple[float, Event]] = []

    def too_early(desk: Desk, event: Event) -> list[Outgoing]:
        if not isinstance(event, SmsStored):
            return handle(desk, event)
        kept.append((time.monotonic(), event))
        return [(event.line, DeleteSms((event.slot,)))]

    def later(desk: Desk) -> list[Outgoing]:
        while kept and time.monotonic() - kept[0][0] > SLOW_CARD_S:
            handle(desk, kept.pop(0)[1])
        return tick(desk)

    put(Desk, "handle", too_early)
    put(Desk, "tick", later)


def no_unique_key(put: Put) -> None:
    """A message that comes again isn't known again."""
    put(BoxKey, "pdu_key", lambda key, identity, pdu: secrets.token_hex(32))


def resend_after_start(put: Put) -> None:
    """What was being sent at the crash is simply sent again."""

    def recover(sending: Sending) -> int:
        with sending._store.transaction() as tx:
            for row in outbox.sending(tx):
                outbox.change(tx, row["id"], leaves=("sending",), state="queued")
        return 0

    put(Sending, "recover", recover)


def resend_unclear(put: Put) -> None:
    """Whatever the module didn't confirm is sent again."""
    on_failed = Sending.on_failed

    def hopeful(sending: Sending, event: SmsFailed) -> None:
        on_failed(sending, replace(event, kind=FailureKind.TRANSIENT))

    put(Sending, "on_failed", hopeful)


def refused_is_failed(put: Put) -> None:
    """A line that takes no message now has failed to send it."""

    def not_taken(sending: Sending, line: str, ref: int) -> None:
        sending._in_flight.pop(line, None)
        sending._finish(ref, "failed", ("sending",), error="the line is not ready")

    put(Sending, "not_taken", not_taken)


def outage_counts_as_tries(put: Put) -> None:
    """A message has its tries, whatever the line did meanwhile."""
    put(Sending, "_tries_before", lambda sending, row: row["attempts"])


def pace_is_for_one(put: Put) -> None:
    """Whoever is too long for what is left of this minute lets the next one go first."""
    may_carry = Sending._may_carry

    def fits(sending: Sending, line: str, row: Row) -> bool:
        return may_carry(sending, line, row) and sending._budget.may_send_now(line, max(1, row["parts"]))

    put(Sending, "_may_carry", fits)


def no_quiet_hours(put: Put) -> None:
    put(outbox_rules, "is_quiet", lambda local: False)


def first_come(put: Put) -> None:
    """First in, first out."""
    put(outbox_rules, "_rank", lambda key: 50)


def trying_is_failed(put: Put) -> None:
    """Whatever isn't delivered has failed."""
    take = Reports.take

    def impatient(reports: Reports, tx: Transaction, line: str, report: Report) -> int | None:
        state = ReportState.FAILED if report.state is ReportState.TRYING else report.state
        return take(reports, tx, line, replace(report, state=state))

    put(Reports, "take", impatient)


def first_report_stands(put: Put) -> None:
    """What a part's first report says is never taken back."""
    report_part = outbox.report_part

    def once(tx: Transaction, outbox_id: int, part: int, **said: Any) -> bool:
        is_known = any(row["part"] == part and row["report"] for row in outbox.parts(tx, outbox_id))
        return not is_known and report_part(tx, outbox_id, part, **said)

    put(outbox, "report_part", once)


def early_report_is_lost(put: Put) -> None:
    """A report on a part whose reference isn't known yet is nobody's."""
    put(Reports, "_early", lambda *args: None)


def one_part_is_enough(put: Put) -> None:
    """One part was delivered, so the message was."""
    parts = outbox.parts

    def reported(source: Reads, outbox_id: int) -> list[Any]:
        rows = parts(source, outbox_id)
        delivered = [row for row in rows if row["report"] == "delivered"]
        return delivered * len(rows) if delivered else rows

    put(outbox, "parts", reported)


def every_text_a_matter(put: Put) -> None:
    """The matter that somebody is in the middle of is forgotten."""
    put(FromCitizens, "_touched", lambda *args: None)


def no_limit_of_answers(put: Put) -> None:
    put(Outbox, "_has_answers_left", lambda *args: True)


def answers_go_last_in_first(put: Put) -> None:
    """The queue has no end that is anybody's turn: whoever wrote first goes first, and questions before receipts."""
    put(Outbox, "_has_answers_left", lambda *args: True)
    put(outbox_rules, "_rank", lambda key: 10 if key == "progress" else 30)


def each_text_a_row(put: Put) -> None:
    put(messages, "MOST_OF_ONE", 10**6)


def every_ring_a_card(put: Put) -> None:
    put(board, "_is_unserved", lambda call: False)


def every_ring_a_note(put: Put) -> None:
    put(reminders, "is_open", lambda *args: False)


def every_ring_an_apology(put: Put) -> None:
    """Each missed call gets its own, as long as it rings."""
    put(Outbox, "_has_answers_left", lambda *args: True)
    queue, serial = Outbox.queue, count(1)

    def again(box: Outbox, tx: Transaction, *, idem_key: str, **message: Any) -> int | None:
        return queue(box, tx, idem_key=f"{idem_key} {next(serial)}", **message)

    put(Outbox, "queue", again)


BUGS: dict[str, Callable[[Put], None]] = {
    "delete-before-commit": delete_before_commit,
    "no-unique-key": no_unique_key,
    "resend-after-start": resend_after_start,
    "resend-unclear": resend_unclear,
    "refused-is-failed": refused_is_failed,
    "outage-counts-as-tries": outage_counts_as_tries,
    "pace-is-for-one": pace_is_for_one,
    "no-quiet-hours": no_quiet_hours,
    "first-come": first_come,
    "trying-is-failed": trying_is_failed,
    "first-report-stands": first_report_stands,
    "early-report-is-lost": early_report_is_lost,
    "one-part-is-enough": one_part_is_enough,
    "every-text-a-matter": every_text_a_matter,
    "no-limit-of-answers": no_limit_of_answers,
    "answers-go-last-in-first": answers_go_last_in_first,
    "each-text-a-row": each_text_a_row,
    "every-ring-a-card": every_ring_a_card,
    "every-ring-a-note": every_ring_a_note,
    "every-ring-an-apology": every_ring_an_apology,
}
