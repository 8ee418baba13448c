"""Status reports: which part of which message one speaks of, and what all of a message's reports together say.

They come late, twice, out of order, or before the module's own answer; "still trying" says only that the service
centre has the part.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from appliance.clock import Clock, utc_text
from appliance.lines import Lines
from appliance.people.numbers import mask, normalise
from db import outbox as rows
from db import reminders
from db.store import Reads, Transaction
from modem.events import Report

log = logging.getLogger(__name__)

REPORT_WITHIN = timedelta(hours=72)


class End(Protocol):
    """Sending's own way to end a message."""

    def __call__(
        self, tx: Transaction, outbox_id: int, state: str, leaves: tuple[str, ...], *, error: str, at: str
    ) -> bool: ...


KnownAs = Callable[[Reads, str], tuple[str, ...]]


def known_as_nothing_else(reads: Reads, number: str) -> tuple[str, ...]:
    """For an office without protected persons: every number stands for itself."""
    return ()


class Reports:
    """Works in the transaction it is called in."""

    def __init__(
        self, clock: Clock, lines: Lines, region_code: str, *, end: End, also_known_as: KnownAs = known_as_nothing_else
    ) -> None:
        """`also_known_as`: what else stands for a number in our rows, where nobody may read it."""
        self._clock, self._lines, self._region_code, self._end = clock, lines, region_code, end
        self._also_known_as = also_known_as

    def take(self, tx: Transaction, line: str, report: Report) -> int | None:
        """Match a status report with the part it speaks of; returns the message's id, or None if it is nobody's."""
        now = self._clock.now()
        number = normalise(report.recipient, self._region_code)
        since = utc_text(now - REPORT_WITHIN)
        names = (number, *self._also_known_as(tx, number))
        found = [
            row
            for name in names
            for row in rows.parts_with_reference(tx, self._lines.names(), report.reference, name, since)
        ]
        on_this_line = [row for row in found if row["line"] == line] or found
        if on_this_line:
            outbox_id, part = int(on_this_line[0]["outbox_id"]), int(on_this_line[0]["part"])
        else:
            adopted = self._early(tx, line, report, names) or next(
                (taken for name in names if (taken := self._adopt(tx, line, report, name, since)) is not None), None
            )
            if adopted is None:
                tx.log(log, logging.INFO, "%s brought a report on no message of ours, to %s", line, mask(names[-1]))
                return None
            outbox_id, part = adopted
        rows.report_part(
            tx, outbox_id, part, report=str(report.state), status=report.status, at=utc_text(report.done_at or now)
        )
        self.weigh(tx, outbox_id, utc_text(now))
        tx.announce("message", outbox_id)
        tx.log(log, logging.INFO, "message %d part %d: %s", outbox_id, part, report.state)
        return outbox_id

    def _early(self, tx: Transaction, line: str, report: Report, names: tuple[str, ...]) -> tuple[int, int] | None:
        """The report was faster than the module's own answer: it is about the part that is being sent."""
        flying = next((row for row in rows.sending(tx) if row["line"] == line and row["number"] in names), None)
        if flying is None:
            return None
        part = len(rows.parts(tx, flying["id"])) + 1
        total = max(1, flying["parts"])
        if part > total:
            return None
        now = utc_text(self._clock.now())
        rows.add_part(tx, flying["id"], part, total=total, reference=report.reference, line=line, at=now)
        return int(flying["id"]), part

    def _adopt(self, tx: Transaction, line: str, report: Report, number: str, since: str) -> tuple[int, int] | None:
        """A crash swallowed the reference: if one message only to this number is in doubt, the report is about it."""
        doubtful = [
            row
            for row in rows.unknown_to(tx, number, since)
            if row["line"] == line and row["known_parts"] < max(1, row["parts"])
        ]
        if len(doubtful) != 1:
            return None
        row = doubtful[0]
        taken = {part["part"] for part in rows.parts(tx, row["id"])}
        part = next(number for number in range(1, row["parts"] + 2) if number not in taken)
        rows.add_part(
            tx,
            row["id"],
            part,
            total=max(1, row["parts"]),
            reference=report.reference,
            line=line,
            at=row["sending_at"],
        )
        return int(row["id"]), part

    def weigh(self, tx: Transaction, outbox_id: int, now: str) -> None:
        """What all parts' reports together say about the message. The service centre has every part it reports on."""
        row = rows.get(tx, outbox_id)
        if row is None or row["state"] == "sending":
            return  # the module's own answer comes first
        parts = rows.parts(tx, outbox_id)
        words = [part["report"] for part in parts]
        is_whole = len(parts) >= max(1, row["parts"])
        if "failed" in words:
            error = "the network could not deliver it"
            self._end(tx, outbox_id, "failed", ("sent", "unknown"), error=error, at=now)
        elif is_whole and all(word == "delivered" for word in words):
            rows.change(
                tx,
                outbox_id,
                leaves=("sent", "unknown", "failed"),
                state="delivered",
                done_at=now,
                error="",
                error_code=None,
            )
            reminders.settle_outbox(tx, outbox_id, now)
        elif is_whole and all(words) and row["state"] == "unknown":
            rows.change(tx, outbox_id, leaves=("unknown",), state="sent", sent_at=row["sending_at"], error="")
            reminders.settle_outbox(tx, outbox_id, now)
