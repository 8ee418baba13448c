"""Notices and tasks for many departments at once: by text message and on their pages, on paper where neither reaches.

A notice is to be read, a task to be done until its time. Each department acknowledges for itself: by "OK" or any
answer to the text, on its page, or through the desk, which writes down what came by telephone or paper.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.casework import entry, forms, sight
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.limits.hours import OfficeHours
from appliance.outreach.marks import raise_once
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import FULL_STOPS, Texts
from appliance.people.departments import Department
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import people, reminders, ticket_facts, tokens
from db import unit_notices as rows
from db.store import Store, Transaction

NOTICE, TASK = "notice", "task"
KINDS = (NOTICE, TASK)
CHANNELS = ("phone", "paper")  # by which the desk learns that a department has it
PURPOSE = "task"
LONGEST_TITLE, LONGEST_TEXT = 60, 1000
MOST_PARTS = 3
REMINDED_BEFORE = timedelta(hours=24)
NOT_AGAIN_WITHIN = timedelta(minutes=1)  # a second press is no second reminder
NO_CURSOR = 1 << 62
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """What was typed."""

    kind: str = NOTICE
    title: str = ""
    text: str = ""
    due_at: str = ""
    department_ids: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()  # all departments of these kinds


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    kind: str
    title: str
    text: str
    created_at: datetime
    created_by: str
    due_at: datetime | None
    sent: int
    acked: int
    done: int
    is_open: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """How one department stands to it."""

    id: int
    notice_id: int
    department: Department
    texted: int  # handlers that got the text; 0: it has to be told otherwise
    acked_at: datetime | None
    channel: str
    acked_by: str
    done_at: datetime | None
    reminded_at: datetime | None
    answer: str
    kind: str
    title: str
    text: str
    due_at: datetime | None
    sent_at: datetime


class UnitNotices:
    """Safe to call from any thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        hours: OfficeHours,
        *,
        outbox: Outbox,
        texts: Texts,
        audit: Audit,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._hours = store, clock, hours
        self._outbox, self._texts, self._audit, self._clock_ok = outbox, texts, audit, clock_ok

    # --- the desk ---

    def send(self, form: NoticeForm, by: User, *, token: str = "") -> int:
        """Write it, text it to every handler of every department chosen; its id. The same form twice is once.

        Raises FieldWrong, NotAllowed.
        """
        sight.must_be_desk(by)
        title, text, due_at = self._checked(form)
        scoped = tokens.scoped("unit notice", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            at = utc_text(self._clock.now())
            notice_id = rows.add(
                tx, title, text, kind=form.kind, created_at=at, created_by=by.id,
                due_at=utc_text(due_at) if due_at else None,
            )  # fmt: skip
            for department_id in _recipients(tx, form):
                to_id = rows.send_to(tx, notice_id, department_id)
                rows.was_texted(tx, to_id, self._tell(tx, to_id, "", self._words(form.kind, title, text, due_at)))
            self._audit.write(tx, "unit_notice_sent", "unit_notice", notice_id, by, words=(title, text))
            tokens.remember(tx, scoped, at, by.id, str(notice_id))
            tx.announce("ticket", 0)
            return notice_id

    def some(self, by: User, before: int | None = None) -> tuple[tuple[NoticeRow, ...], int | None]:
        """The newest, and where the next piece begins. Raises NotAllowed."""
        sight.must_be_desk(by)
        found = rows.some(self._store, before or NO_CURSOR, AT_ONCE + 1)
        more = found[AT_ONCE - 1]["id"] if len(found) > AT_ONCE else None
        return tuple(self._row(row) for row in found[:AT_ONCE]), more

    def page(self, notice_id: int, by: User) -> tuple[NoticeRow, tuple[Receipt, ...]]:
        """One with its table of departments. Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        row = rows.get(self._store, notice_id)
        if row is None:
            raise NotFound
        return self._row(row), tuple(_receipt(one) for one in rows.table(self._store, notice_id))

    def write_down(self, to_id: int, channel: str, text: str, by: User, *, is_done: bool) -> int:
        """What a department said by telephone or on paper; the notice's id. Raises FieldWrong, NotFound, NotAllowed."""
        sight.must_be_desk(by)
        if channel not in CHANNELS:
            raise FieldWrong("channel", forms.UNKNOWN)
        with self._store.transaction() as tx:
            row = self._one(tx, to_id)
            if self._taken(tx, row, text, is_done=is_done, channel=channel, acked_by=by.id):
                self._audit.write(tx, "unit_notice_taken", "unit_notice", row["notice_id"], by, words=(channel,))
            return int(row["notice_id"])

    def remind(self, notice_id: int, by: User) -> int:
        """Text everybody who owes a word once more, now; to how many departments. A closed one reminds nobody.

        Raises NotFound, NotAllowed.
        """
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            notice = rows.get(tx, notice_id)
            if notice is None:
                raise NotFound
            return self._remind(tx, notice_id) if notice["closed_at"] is None else 0

    def close(self, notice_id: int, by: User) -> None:
        """Nobody is waited for any longer. Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            if rows.get(tx, notice_id) is None:
                raise NotFound
            if rows.close(tx, notice_id, utc_text(self._clock.now()), by.id):
                self._audit.write(tx, "unit_notice_closed", "unit_notice", notice_id, by)
                tx.announce("ticket", 0)

    # --- the departments ---

    def open_of(self, by: User) -> tuple[Receipt, ...]:
        """What this department has still to acknowledge or to do. Raises NotAllowed."""
        return tuple(_receipt(row) for row in rows.open_of_department(self._store, sight.own_unit(by)))

    def answer(self, to_id: int, text: str, by: User, *, is_done: bool) -> None:
        """A department's own word on its page. Raises NotFound, also for another's; FieldWrong."""
        with self._store.transaction() as tx:
            row = self._one(tx, to_id)
            if by.role is not Role.UNIT or row["department_id"] != by.department_id:
                raise NotFound
            self._taken(tx, row, text, is_done=is_done, channel="web", acked_by=by.id)

    def by_sms(self, tx: Transaction, handler_id: int, department_id: int, sms_id: int, text: str) -> bool:
        """A handler's text, where our last message to him was a notice that his department has open.

        `text` is what he says besides "OK". False: it is about something else.
        """
        latest = rows.latest_to_handler(tx, handler_id)
        if latest is None or latest["purpose"] != PURPOSE:
            return False
        open_ones = rows.open_of_department(tx, department_id)
        if not open_ones:
            return False
        newest = max(open_ones, key=lambda row: (row["acked_at"] is None, row["id"]))
        self._taken(tx, newest, text, is_done=False, channel="sms", handler_id=handler_id, sms_id=sms_id)
        return True

    # --- by itself ---

    def sweep(self) -> int:
        """Remind once before the time is over, and mark the desk once it is; how much was done."""
        if not self._clock_ok():
            return 0
        now, count = self._clock.now(), 0
        for notice in rows.due_before(self._store, utc_text(now + REMINDED_BEFORE)):
            is_over = notice["due_at"] <= utc_text(now)
            if not any(_owes(row) for row in rows.table(self._store, notice["id"])):
                continue
            count += self._mark_late(notice, now) if is_over else self._remind_once(notice)
        return count

    def _remind_once(self, notice: sqlite3.Row) -> int:
        owing = [row for row in rows.table(self._store, notice["id"]) if _owes(row) and row["reminded_at"] is None]
        if not owing:
            return 0
        with self._store.transaction() as tx:
            return self._remind(tx, notice["id"], only_first=True)

    def _mark_late(self, notice: sqlite3.Row, now: datetime) -> int:
        mark = f"task_late:{notice['id']}"
        if reminders.is_raised(self._store, mark):
            return 0
        with self._store.transaction() as tx:
            raise_once(tx, mark, "task_late", utc_text(now), due_at=notice["due_at"])
        return 1

    # --- inside ---

    def _remind(self, tx: Transaction, notice_id: int, *, only_first: bool = False) -> int:
        now, count = self._clock.now(), 0
        at, just_now = utc_text(now), utc_text(now - NOT_AGAIN_WITHIN)
        for row in rows.table(tx, notice_id):
            reminded_at = row["reminded_at"] or ""
            if not _owes(row) or (only_first and reminded_at) or just_now < reminded_at <= at:
                continue
            due_at = moment_or_none(row["due_at"])
            due = self._texts.piece("task_due", due=self._texts.moment(due_at)) if due_at else ""
            self._tell(tx, row["id"], f":{at}", self._texts.write("task_remind", title=row["title"], due=due))
            rows.reminded(tx, row["id"], at)
            count += 1
        tx.announce("ticket", 0)
        return count

    def _tell(self, tx: Transaction, to_id: int, again: str, text: str) -> int:
        """Text it to every handler of the department; to how many."""
        row = self._one(tx, to_id)
        queued = [
            self._outbox.queue(
                tx,
                purpose=PURPOSE,
                number=handler["phone"],
                text=text,
                idem_key=f"unit_notice:{to_id}:{handler['id']}{again}",
                handler_id=handler["id"],
            )
            for handler in ticket_facts.handlers_of(tx, row["department_id"])
        ]
        return sum(one is not None for one in queued)

    def _words(self, kind: str, title: str, text: str, due_at: datetime | None) -> str:
        due = self._texts.piece("task_due", due=self._texts.moment(due_at)) if due_at else ""
        return self._texts.write_within(
            MOST_PARTS, f"unit_{kind}", title=title, content=text.rstrip(FULL_STOPS), due=due
        )

    def _taken(self, tx: Transaction, row: sqlite3.Row, text: str, *, is_done: bool, **who: object) -> bool:
        """False where all of it was known."""
        plain = forms.short_enough("text", text)
        at = utc_text(self._clock.now())
        is_news = rows.acknowledge(tx, row["id"], at, **who)
        if plain:
            is_news = rows.answered(tx, row["id"], plain) or is_news
        if is_done:
            is_news = rows.finish(tx, row["id"], at) or is_news
        tx.announce("ticket", 0)
        return is_news

    def _checked(self, form: NoticeForm) -> tuple[str, str, datetime | None]:
        if form.kind not in KINDS:
            raise FieldWrong("kind", forms.UNKNOWN)
        for name, typed, longest in (("title", form.title, LONGEST_TITLE), ("text", form.text, LONGEST_TEXT)):
            if len(forms.text_given(name, typed)) > longest:
                raise FieldWrong(name, forms.TOO_LONG, longest=longest)
        due_at = entry.moment_of("due_at", form.due_at, self._hours.zone, None)
        if due_at is None and form.kind == TASK:
            raise FieldWrong("due_at", "Until when is it to be done?")
        if due_at is not None and self._clock_ok() and due_at <= self._clock.now():
            raise FieldWrong("due_at", "That lies in the past.")
        return forms.clean(form.title), forms.clean(form.text), due_at

    def _one(self, tx: Transaction, to_id: int) -> sqlite3.Row:
        row = rows.one(tx, to_id)
        if row is None:
            raise NotFound
        return row

    def _row(self, row: sqlite3.Row) -> NoticeRow:
        due_at = moment_or_none(row["due_at"])
        owed = row["done"] if row["kind"] == TASK else row["acked"]
        is_open = row["closed_at"] is None
        is_late = is_open and due_at is not None and owed < row["sent"] and due_at <= self._clock.now()
        return NoticeRow(
            row["id"], row["kind"], row["title"] or "", row["text"] or "", from_utc_text(row["created_at"]),
            row["created_by_name"] or "", due_at, row["sent"], row["acked"], row["done"], is_open, is_late,
        )  # fmt: skip


def _owes(row: sqlite3.Row) -> bool:
    return row["acked_at"] is None or (row["kind"] == TASK and row["done_at"] is None)


def _receipt(row: sqlite3.Row) -> Receipt:
    return Receipt(
        id=row["id"],
        notice_id=row["notice_id"],
        department=Department(
            row["department_id"], row["code"], row["name_zh"], row["name_en"], row["department_kind"]
        ),
        texted=row["texted"],
        acked_at=moment_or_none(row["acked_at"]),
        channel=row["channel"],
        acked_by=row["acked_by_name"],
        done_at=moment_or_none(row["done_at"]),
        reminded_at=moment_or_none(row["reminded_at"]),
        answer=row["answer"] or "",
        kind=row["kind"],
        title=row["title"] or "",
        text=row["text"] or "",
        due_at=moment_or_none(row["due_at"]),
        sent_at=from_utc_text(row["created_at"]),
    )


def _recipients(tx: Transaction, form: NoticeForm) -> list[int]:
    """Those ticked, and all of the kinds ticked, each once. Raises FieldWrong."""
    known = people.departments(tx)
    wanted = set(form.department_ids)
    if not wanted <= {unit["id"] for unit in known}:
        raise FieldWrong("department_ids", "There is no such department.")
    found = [unit["id"] for unit in known if unit["id"] in wanted or unit["kind"] in form.kinds]
    if not found:
        raise FieldWrong("department_ids", "Choose at least one department.")
    return found
