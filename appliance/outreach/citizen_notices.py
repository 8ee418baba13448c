"""Notices to the citizens of a place or a class: a water main that is cut, a clinic that moves.

Only who brought a matter of theirs himself gets one, never by a matter kept confidential, and nobody who said TD. What
it costs is shown before it is sent, and sending asks for exactly the number of citizens that was shown. It goes last
of all messages, within half of the day's plan (purposes.py), so that it never takes an emergency's place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appliance.bilingual import said_in
from appliance.casework import categories, forms, sight
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.config import ModemSettings
from appliance.errors import FieldWrong, NotFound
from appliance.limits.hours import OfficeHours
from appliance.outreach.outbox import Outbox
from appliance.outreach.purposes import purpose
from appliance.outreach.segments import segments
from appliance.outreach.templates import Texts
from appliance.people.numbers import kind_of
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import citizen_notices as rows
from db import tokens
from db.store import Store

PURPOSE = "notice"
LONGEST_TEXT = 200
MOST_PARTS = 4
MOST_CITIZENS = 1000  # of one notice: more is a matter for the county's own broadcast
SHORTEST_DAYS, LONGEST_DAYS, USUAL_DAYS = 1, 1100, 365
REPLIES_COUNT_FOR = timedelta(days=7)
NO_CURSOR = 1 << 62
AT_ONCE = 50
TEXTED = frozenset({"mobile", "international"})


@dataclass(frozen=True, slots=True)
class CitizenNoticeForm:
    """What was typed. `category` is a leaf or a class; '' is all of them, as with `town`."""

    text: str = ""
    town: str = ""
    category: str = ""
    days: int | None = USUAL_DAYS  # brought a matter within so many days


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending it would mean."""

    text: str  # as it goes out
    citizens: int
    stopped: int  # want no texts
    unreachable: int  # have no number that takes texts
    parts: int  # of one message
    left_today: int | None  # parts the day's plans still allow for notices; None: no plan has a limit

    @property
    def parts_in_all(self) -> int:
        return self.citizens * self.parts

    @property
    def fits_today(self) -> bool:
        return self.left_today is None or self.parts_in_all <= self.left_today


@dataclass(frozen=True, slots=True)
class CitizenNoticeRow:
    id: int
    text: str
    town_zh: str
    town_en: str
    category: str
    since_on: date
    created_at: datetime
    created_by: str
    sent: int
    states: dict[str, int]
    replies: int
    stops: int
    is_cancelled: bool

    def town(self, language: str) -> str:
        return said_in(language, self.town_zh, self.town_en)


class CitizenNotices:
    """Safe to call from any web thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        hours: OfficeHours,
        *,
        outbox: Outbox,
        texts: Texts,
        audit: Audit,
        modems: Sequence[ModemSettings],
        sent_today: Callable[[str], int],
    ) -> None:
        self._store, self._clock, self._hours = store, clock, hours
        self._outbox, self._texts, self._audit = outbox, texts, audit
        self._plans = {modem.name: modem.sms_per_day for modem in modems if modem.kind == "gsm"}
        self._sent_today = sent_today

    def preview(self, form: CitizenNoticeForm, by: User) -> Preview:
        """Nothing is sent. Raises FieldWrong, NotAllowed."""
        sight.must_be_desk(by)
        text, _ = self._checked(form)
        found, reachable = self._found(form)
        stopped = sum(row["texts_stopped_at"] is not None for row in found)
        return Preview(
            text=text,
            citizens=len(reachable),
            stopped=stopped,
            unreachable=len(found) - len(reachable) - stopped,
            parts=segments(text).parts,
            left_today=self._left_today(),
        )

    def send(self, form: CitizenNoticeForm, expected: int, by: User, *, token: str = "") -> int:
        """To exactly as many citizens as were shown; its id. The same form twice is once.

        Raises FieldWrong, also when the list has changed since; NotAllowed.
        """
        sight.must_be_desk(by)
        text, since_on = self._checked(form)
        scoped = tokens.scoped("citizen notice", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            _, reachable = self._found(form)
            if len(reachable) != expected or not reachable:
                raise FieldWrong("text", "There are %(count)d citizens now. Look again.", count=len(reachable))
            at = utc_text(self._clock.now())
            notice_id = rows.add(
                tx, text, created_at=at, created_by=by.id, town=form.town, category=form.category,
                since_on=since_on.isoformat(), parts=segments(text).parts,
            )  # fmt: skip
            for row in reachable:
                queued = self._outbox.queue(
                    tx,
                    purpose=PURPOSE,
                    number=row["phone"],
                    text=text,
                    idem_key=f"citizen_notice:{notice_id}:{row['id']}",
                    citizen_id=row["id"],
                )
                if queued is not None:
                    rows.sent_to(tx, notice_id, row["id"], queued)
            self._audit.write(tx, "citizen_notice_sent", "citizen_notice", notice_id, by, words=(text, str(expected)))
            tokens.remember(tx, scoped, at, by.id, str(notice_id))
            return notice_id

    def some(self, by: User, before: int | None = None) -> tuple[tuple[CitizenNoticeRow, ...], int | None]:
        """The newest, and where the next piece begins. Raises NotAllowed."""
        sight.must_be_desk(by)
        found = rows.some(self._store, before or NO_CURSOR, AT_ONCE + 1)
        more = found[AT_ONCE - 1]["id"] if len(found) > AT_ONCE else None
        return tuple(self._row(row) for row in found[:AT_ONCE]), more

    def get(self, notice_id: int, by: User) -> CitizenNoticeRow:
        """Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        found = rows.get(self._store, notice_id)
        if found is None:
            raise NotFound
        return self._row(found)

    def cancel(self, notice_id: int, by: User) -> int:
        """What still waits is not sent; how many. Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            if rows.get(tx, notice_id) is None:
                raise NotFound
            count = rows.cancel(tx, notice_id, utc_text(self._clock.now()), by.id)
            self._audit.write(tx, "citizen_notice_cancelled", "citizen_notice", notice_id, by)
            return count

    # --- inside ---

    def _checked(self, form: CitizenNoticeForm) -> tuple[str, date]:
        words = forms.text_given("text", form.text)
        if len(words) > LONGEST_TEXT:
            raise FieldWrong("text", forms.TOO_LONG, longest=LONGEST_TEXT)
        if form.days is None or not SHORTEST_DAYS <= form.days <= LONGEST_DAYS:
            raise FieldWrong("days", "Use a number of days from 1 to 1100.")
        if not form.town and not form.category:
            raise FieldWrong("town", "Choose a place, a class, or both: nothing goes to everybody.")
        text = self._texts.write_within(MOST_PARTS, "citizen_notice", content=words)
        return text, self._hours.local_date(self._clock.now()) - timedelta(days=form.days)

    def _found(self, form: CitizenNoticeForm) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
        """All whose matter fits, and those of them who can and may be texted. Raises FieldWrong for too many."""
        _, since_on = self._checked(form)
        since = utc_text(datetime.combine(since_on, time(), self._hours.zone))
        leaves = [row.key for row in categories.categories() if form.category in (row.key, row.group.key)]
        if form.category and not leaves:
            raise FieldWrong("category", forms.UNKNOWN)
        found = rows.candidates(self._store, since, form.town, leaves, MOST_CITIZENS + 1)
        if len(found) > MOST_CITIZENS:
            raise FieldWrong("town", "That is more than %(most)d citizens. Narrow it down.", most=MOST_CITIZENS)
        willing = (row for row in found if row["texts_stopped_at"] is None)
        return found, [row for row in willing if kind_of(row["phone"] or "") in TEXTED]

    def _left_today(self) -> int | None:
        if not self._plans or 0 in self._plans.values():
            return None
        share = purpose(PURPOSE).share
        return sum(max(0, int(cap * share) - self._sent_today(line)) for line, cap in self._plans.items())

    def _row(self, row: sqlite3.Row) -> CitizenNoticeRow:
        created_at = from_utc_text(row["created_at"])
        return CitizenNoticeRow(
            id=row["id"],
            text=row["text"] or "",
            town_zh=row["town_zh"] or row["town"],
            town_en=row["town_en"] or row["town"],
            category=row["category"],
            since_on=date.fromisoformat(row["since_on"]),
            created_at=created_at,
            created_by=row["created_by_name"] or "",
            sent=row["sent"],
            states=rows.states(self._store, row["id"]),
            replies=rows.replies(self._store, row["id"], utc_text(created_at + REPLIES_COUNT_FOR)),
            stops=rows.stops(self._store, row["id"], row["created_at"]),
            is_cancelled=row["cancelled_at"] is not None,
        )
