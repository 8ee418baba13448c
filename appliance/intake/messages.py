"""The messages page: what came and went by SMS, and what a person does about it."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

from appliance.casework.tickets import Tickets
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound, OfficeError
from appliance.intake.message_rows import MessagePage, MessageRow, incoming, outgoing, page_of
from appliance.outreach import segments as counting
from appliance.outreach.answers import Answers
from appliance.outreach.outbox import Outbox
from appliance.outreach.purposes import purpose
from appliance.outreach.segments import Segments
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.leaders import Leaders
from appliance.people.numbers import may_text, normalise
from appliance.people.user import User
from appliance.plain import plain
from appliance.upkeep.audit import Audit
from db import messages as rows
from db import outbox as outbox_rows
from db import reminders, ticket_facts, tokens
from db.store import Store, Transaction

BOXES = ("desk", "in", "out", "adverts", "trouble")
MOST_PARTS = 10
MOST_OF_ONE = 3  # messages of one sender that stand on the desk one by one; of more, the latest stands for all
THREAD_LENGTH = 200
TROUBLED = ("failed", "unknown")
ON_ITS_WAY = ("queued", "sending")


class NotRepeatable(OfficeError):
    message = "Only a message that failed, or of which it isn't known whether it was sent, can be sent again."


class Messages:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        outbox: Outbox,
        answers: Answers,
        tickets: Tickets,
        citizens: Citizens,
        departments: Departments,
        leaders: Leaders,
        region_code: str,
    ) -> None:
        self._store, self._clock, self._audit, self._outbox = store, clock, audit, outbox
        self._answers, self._tickets, self._citizens, self._departments = answers, tickets, citizens, departments
        self._leaders, self._region_code = leaders, region_code

    # --- reading ---

    def rows(self, box: str = "desk", before: int | None = None, limit: int = 50) -> MessagePage:
        """One box, newest first; `next` is the key to go on before. "trouble" holds what nobody decided about yet."""
        if box not in BOXES:
            raise NotFound
        if box == "desk":
            return self._desk(before, limit)
        if box == "out":
            return page_of([outgoing(row) for row in rows.outgoing(self._store, before, limit + 1)], limit)
        if box == "trouble":
            return self._trouble(before, limit)
        return page_of([incoming(row) for row in rows.incoming(self._store, box, before, limit + 1)], limit)

    def _desk(self, before: int | None, limit: int) -> MessagePage:
        """A flood doesn't bury the others: of whoever has many waiting only the latest is listed, with their number."""
        waiting = rows.waiting(self._store)
        count = Counter(row["who"] for row in waiting)
        newest: dict[str, int] = {}
        for row in waiting:
            newest.setdefault(row["who"], row["id"])
        listed = {
            row["id"]: count[row["who"]] - 1 if count[row["who"]] > MOST_OF_ONE else 0
            for row in waiting
            if count[row["who"]] <= MOST_OF_ONE or newest[row["who"]] == row["id"]
        }
        on_page = [sms_id for sms_id in listed if before is None or sms_id < before][: limit + 1]
        return page_of([incoming(row, listed[row["id"]]) for row in rows.some(self._store, on_page)], limit)

    def _trouble(self, before: int | None, limit: int) -> MessagePage:
        """What came in stands first, then what didn't go out. A key is twice the id, and one more where it is ours."""
        last, is_out = (None, False) if before is None else (before // 2, before % 2 == 1)
        found: list[MessageRow] = []
        if not is_out:
            found = [incoming(row) for row in rows.incoming(self._store, "trouble", last, limit + 1)]
        if len(found) <= limit:
            out_before = last if is_out else None
            out = rows.outgoing(self._store, out_before, limit + 1 - len(found), only_trouble=True)
            found += [outgoing(row) for row in out]
        return page_of(found, limit, lambda row: 2 * row.id + (row.direction == "out"))

    def thread(self, number: str) -> tuple[MessageRow, ...]:
        """Everything exchanged with one number, oldest first."""
        to = normalise(number, self._region_code)
        citizen, handler = self._citizens.by_number(to), self._departments.handler_by_number(to)
        leader = self._leaders.by_number(to)
        who: dict[str, Any] = {
            "citizen_id": citizen.id if citizen else None,
            "handler_id": handler.id if handler else None,
            "leader_id": leader.id if leader else None,
            "limit": THREAD_LENGTH,
        }
        came = [incoming(row) for row in rows.incoming_of(self._store, **who)]
        went = [outgoing(row) for row in rows.outgoing_of(self._store, **who)]
        return tuple(sorted(came + went, key=lambda row: (row.at, row.direction, row.id))[-THREAD_LENGTH:])

    def number_of(self, direction: str, message_id: int) -> str:
        """Whose message it is: pages name messages by id, so that no number stands in an address. Raises NotFound."""
        if direction == "in":
            row, name = rows.get(self._store, message_id), "sender"
        else:
            row, name = outbox_rows.get(self._store, message_id), "number"
        if row is None:
            raise NotFound
        return row[name] or ""

    def segments(self, text: str) -> Segments:
        """How many characters and parts it takes on the air."""
        return counting.segments(text)

    # --- what came ---

    def file(self, sms_id: int, ticket_no: int, by: User) -> None:
        """Put a message on a ticket. Raises NotFound."""
        with self._store.transaction() as tx:
            row = self._incoming(tx, sms_id)
            facts = ticket_facts.by_no(tx, ticket_no)
            if facts is None:
                raise NotFound
            if row["ticket_id"] != facts["id"]:
                self._tickets.add_note(ticket_no, "supplement", row["text"], user_id=by.id, sms_id=sms_id)
                rows.change_sms(tx, sms_id, ticket_id=facts["id"], needs_desk=1)
            self._handled(tx, sms_id, by, "sms_filed")

    def new_ticket(self, sms_id: int, by: User) -> int:
        """Make a message a matter of its own; its sender gets the receipt. Returns the ticket's number."""
        with self._store.transaction() as tx:
            row = self._incoming(tx, sms_id)
            known = row["ticket_id"] if row["outcome"] in ("draft", "split") else None
            if known is not None:
                return int(row["ticket_no"])
            number = normalise(row["sender"], self._region_code)
            citizen_id = row["citizen_id"]
            if citizen_id is None and may_text(number):
                citizen_id = self._citizens.find_or_add(tx, number)
            no = self._tickets.open_draft(
                source="sms",
                line=row["line"],
                citizen_id=citizen_id,
                sms_id=sms_id,
                content=row["text"],
                actor=by.actor,
                actor_id=by.id,
            )
            facts = ticket_facts.by_no(tx, no)
            assert facts is not None
            rows.change_sms(tx, sms_id, ticket_id=facts["id"], outcome="split", needs_desk=1)
            if row["kind"] == "citizen" and citizen_id is not None:
                self._answers.receipt(
                    tx, ticket_id=facts["id"], no=no, number=number, citizen_id=citizen_id, line=row["line"]
                )
            self._handled(tx, sms_id, by, "sms_split")
            return no

    def handled(self, sms_id: int, by: User, *, with_older: bool = False) -> None:
        """Tick it off the desk, with the sender's older ones if wanted; what came since stays. Raises NotFound.

        Ticking it off twice changes nothing.
        """
        with self._store.transaction() as tx:
            self._incoming(tx, sms_id)
            for each in _with_older(rows.waiting(tx), sms_id) if with_older else [sms_id]:
                self._tick_off(tx, each, by, "sms_handled")
            tx.announce("message", sms_id)

    # --- what goes ---

    def write(self, number: str, text: str, by: User | None, *, ticket_no: int | None = None, token: str = "") -> int:
        """Send a message written by hand; returns its id. `by` None is the shell. Raises FieldWrong, NotFound."""
        to = normalise(number, self._region_code)
        written = plain(text).strip()
        if not may_text(to):
            raise FieldWrong("number", "This number can't be texted.")
        if not written:
            raise FieldWrong("text", "Please fill in this field.")
        if counting.segments(written).parts > MOST_PARTS:
            raise FieldWrong("text", "At most %(most)d parts.", most=MOST_PARTS)
        scoped = tokens.scoped("sms", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            handler, leader = self._departments.handler_by_number(to), self._leaders.by_number(to)
            facts = ticket_facts.by_no(tx, ticket_no) if ticket_no is not None else None
            if ticket_no is not None and facts is None:
                raise NotFound
            outbox_id = self._outbox.queue(
                tx,
                purpose="manual",
                number=to,
                text=written,
                idem_key=f"manual:{token or secrets.token_hex(12)}",
                citizen_id=None if handler or leader else self._citizens.find_or_add(tx, to),
                handler_id=handler.id if handler else None,
                leader_id=leader.id if leader else None,
                ticket_id=facts["id"] if facts is not None else None,
                user_id=by.id if by else None,
                preferred_line=facts["line"] if facts is not None else "",
            )
            assert outbox_id is not None
            self._audit.write(tx, "sms_written", "outbox", outbox_id, by, role="" if by else "shell", words=(written,))
            tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id if by else None, str(outbox_id))
            return outbox_id

    def resend(self, outbox_id: int, by: User) -> int:
        """Send a failed or doubtful message once more, by a person's decision; returns the new message's id.

        Pressed twice it is one message: while the copy is on its way, the copy is the answer; once that failed too,
        the copy is what is repeated. Raises NotFound, NotRepeatable.
        """
        with self._store.transaction() as tx:
            row = self._newest(tx, outbox_id)
            if row["id"] != outbox_id and row["state"] in ON_ITS_WAY:
                return int(row["id"])
            outbox_id = self._troubled(row)
            again = self._outbox.queue(
                tx,
                purpose="manual" if purpose(row["purpose"]).limited_as else row["purpose"],
                number=row["number"],
                text=row["text"],
                idem_key=f"resend:{outbox_id}",
                citizen_id=row["citizen_id"],
                handler_id=row["handler_id"],
                leader_id=row["leader_id"],
                ticket_id=row["ticket_id"],
                callback_id=row["callback_id"],
                user_id=by.id,
                preferred_line=row["preferred_line"],
                resend_of=outbox_id,
            )
            if again is None:
                raise NotRepeatable
            self._settle(tx, outbox_id, by, "sms_resent")
            return again

    def give_up(self, outbox_id: int, by: User) -> None:
        """Leave a failed or doubtful message as it is. Raises NotFound, NotRepeatable."""
        with self._store.transaction() as tx:
            self._settle(tx, self._troubled(self._newest(tx, outbox_id)), by, "sms_given_up")

    # --- inside ---

    def _incoming(self, tx: Transaction, sms_id: int) -> sqlite3.Row:
        row = rows.get(tx, sms_id)
        if row is None:
            raise NotFound
        return row

    def _handled(self, tx: Transaction, sms_id: int, by: User, action: str) -> None:
        self._tick_off(tx, sms_id, by, action)
        tx.announce("message", sms_id)

    def _tick_off(self, tx: Transaction, sms_id: int, by: User, action: str) -> None:
        if rows.handle(tx, sms_id, utc_text(self._clock.now()), by.id):
            self._audit.write(tx, action, "sms", sms_id, by)

    def _newest(self, tx: Transaction, outbox_id: int) -> sqlite3.Row:
        """The message, or the last of those that repeat it: an old page still means the matter, not the row."""
        row = outbox_rows.get(tx, outbox_rows.newest_copy(tx, outbox_id))
        if row is None:
            raise NotFound
        return row

    def _troubled(self, row: sqlite3.Row) -> int:
        if row["state"] not in TROUBLED:
            raise NotRepeatable
        return int(row["id"])

    def _settle(self, tx: Transaction, outbox_id: int, by: User, action: str) -> None:
        now = utc_text(self._clock.now())
        reminders.settle_outbox(tx, outbox_id, now, by.id)
        if outbox_rows.settle(tx, outbox_id, now, by.id):
            self._audit.write(tx, action, "outbox", outbox_id, by)
        tx.announce("message", outbox_id)


def _with_older(waiting: Sequence[sqlite3.Row], sms_id: int) -> list[int]:
    """The message and the older ones of the same sender, as far as they wait."""
    who = next((row["who"] for row in waiting if row["id"] == sms_id), None)
    return [row["id"] for row in waiting if row["who"] == who and row["id"] <= sms_id]
