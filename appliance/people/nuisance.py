"""Callers who keep the line busy for nothing: watched, warned, limited to some calls a day, blocked.

Limiting and blocking are a lead's decision, with a reason and an end at most thirty days off; where the office has
nobody else (simple mode) an operator's own, stamped as such in the audit. A word of danger always passes: whoever is
blocked and writes of a fire is read like anybody. Nobody is blocked by a wrong clock for longer: what has no end that
can be believed does not hold.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from appliance.casework import emergency_words, sight
from appliance.casework.lifecycle import Actor
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.intake.incoming import Incoming, Outcome
from appliance.people.citizens import Citizens
from appliance.people.held_callers import HeldCallers
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import nuisance as rows
from db import tokens
from db.store import Store, Transaction

log = logging.getLogger(__name__)

LEVELS = ("watch", "warn", "limit", "block")
LEADS = frozenset({"limit", "block"})  # a lead decides
LABELS = {"watch": "Watched", "warn": "Warned", "limit": "Limited", "block": "Blocked"}
LONGEST_DAYS = 30
MOST_A_DAY = 20
SHORTEST_REASON, LONGEST_REASON = 5, 500
LISTED_FOR = timedelta(days=31)  # after its end it stands on the month's paper


@dataclass(frozen=True, slots=True)
class NuisanceRow:
    id: int
    phone: str
    name: str
    level: str
    label: str  # message id
    is_asked: bool  # waits for a lead
    per_day: int | None
    reason: str
    asked_by: str
    decided_by: str
    asked_at: datetime
    until_at: datetime | None
    ended_at: datetime | None
    kept_off: int  # calls that never rang at a desk


class Nuisance:
    """Any thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        citizens: Citizens,
        *,
        zone: tzinfo,
        clock_ok: Callable[[], bool],
        is_simple: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._audit, self._citizens = store, clock, audit, citizens
        self._zone, self._clock_ok, self._is_simple = zone, clock_ok, is_simple
        self.callers = HeldCallers(store, clock, zone=zone, clock_ok=clock_ok, address=citizens.vault.address)
        self.callers.refresh()

    # --- by people ---

    def rows(self, by: User) -> tuple[NuisanceRow, ...]:
        """Everybody of whom something holds or is asked, and whose time ended within a month. Raises NotAllowed."""
        sight.must_be_desk(by)
        since = utc_text(self._clock.now() - LISTED_FOR)
        return tuple(_row(row) for row in rows.listed(self._store, since))

    def put(
        self,
        number: str,
        level: str,
        by: User,
        *,
        reason: str,
        days: int | None = None,
        per_day: int | None = None,
        token: str = "",
    ) -> int:
        """Set a level, or ask a lead to; the row's id. The same form twice is once. Raises FieldWrong, NotAllowed."""
        sight.must_be_desk(by)
        if level not in LEVELS:
            raise FieldWrong("level", "Please choose one of the list.")
        why = _reason(reason)
        if days is None and level not in LEADS:
            days = LONGEST_DAYS
        if days is None or not 1 <= days <= LONGEST_DAYS:
            raise FieldWrong("days", "Use a number of days from 1 to %(longest)d.", longest=LONGEST_DAYS)
        if level == "limit" and (per_day is None or not 1 <= per_day <= MOST_A_DAY):
            raise FieldWrong("per_day", "Use a number from 1 to %(most)d.", most=MOST_A_DAY)
        now = self._clock.now()
        is_on = level not in LEADS or by.actor is Actor.LEAD or self._is_simple()
        scoped = tokens.scoped("nuisance", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            try:
                citizen_id = self._citizens.find_or_add(tx, number)
            except ValueError as nobody:
                raise FieldWrong("number", "Please fill in this field.") from nobody
            decided = {"decided_at": utc_text(now), "decided_by": by.id} if is_on else {}
            if is_on:
                rows.end_others(tx, citizen_id, 0, utc_text(now))
            nuisance_id = rows.add(
                tx,
                reason=why,
                citizen_id=citizen_id,
                level=level,
                state="on" if is_on else "asked",
                per_day=per_day if level == "limit" else None,
                asked_at=utc_text(now),
                asked_by=by.id,
                until_at=utc_text(now + timedelta(days=days)),
                **decided,
            )
            is_own = is_on and level in LEADS and by.actor is not Actor.LEAD
            self._note(
                tx, f"nuisance_{level}{'_self_approved' if is_own else ''}", nuisance_id, citizen_id, by, why=why
            )
            tokens.remember(tx, scoped, utc_text(now), by.id, str(nuisance_id))
        self.callers.refresh()
        return nuisance_id

    def decide(self, nuisance_id: int, by: User, *, grant: bool) -> None:
        """A lead says yes or no to what an operator asked. Raises NotAllowed, NotFound."""
        sight.must_be_lead(by)
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            row = self._open(tx, nuisance_id)
            if row["state"] != "asked":
                raise NotFound
            if grant:
                rows.end_others(tx, row["citizen_id"], nuisance_id, now)
                rows.change(tx, nuisance_id, state="on", decided_at=now, decided_by=by.id)
            else:
                rows.change(tx, nuisance_id, state="refused", decided_at=now, decided_by=by.id, ended_at=now)
            self._note(tx, "nuisance_granted" if grant else "nuisance_refused", nuisance_id, row["citizen_id"], by)
        self.callers.refresh()

    def lift(self, nuisance_id: int, by: User) -> None:
        """It ends now. Raises NotAllowed, NotFound."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            row = self._open(tx, nuisance_id)
            rows.change(tx, nuisance_id, ended_at=utc_text(self._clock.now()), ended_by=by.id)
            self._note(tx, "nuisance_lifted", nuisance_id, row["citizen_id"], by)
        self.callers.refresh()

    # --- by the box ---

    def level_of(self, citizen_id: int | None) -> str:
        """A key of LEVELS, or "" for nearly everybody."""
        row = self._on(self._store, citizen_id)
        return str(row["level"]) if row is not None else ""

    def is_held(self, tx: Transaction, citizen_id: int | None) -> bool:
        """Whether this citizen is not to be served now: blocked, or beyond his number of today."""
        row = self._on(tx, citizen_id)
        if row is None or row["level"] not in LEADS:
            return False
        if row["level"] == "block":
            return True
        today = self._clock.now().astimezone(self._zone).date()
        midnight = utc_text(datetime.combine(today, time(), self._zone))
        return rows.calls_since(tx, row["citizen_id"], midnight) > int(row["per_day"])

    def read_first(self, tx: Transaction, kind: str, sms: Incoming) -> Outcome | None:
        """A held citizen's text is filed and not answered, unless it may speak of danger."""
        if kind != "citizen" or not self.is_held(tx, sms.citizen_id):
            return None
        if emergency_words.find(sms.text) is not None:
            return None
        return Outcome("held")

    def sweep(self) -> int:
        """End what is over. Writes nothing where nothing is; decides nothing while the clock can't be believed.

        Rings are judged by what holds now from here on.
        """
        self.callers.refresh()
        if not self._clock_ok():
            return 0
        now = utc_text(self._clock.now())
        ended = rows.over(self._store, now)
        for nuisance_id in ended:
            with self._store.transaction() as tx:
                if rows.change(tx, nuisance_id, ended_at=now):
                    self._audit.write(tx, "nuisance_over", "nuisance", nuisance_id)
        return len(ended)

    # --- inside ---

    def _on(self, reads: Store | Transaction, citizen_id: int | None) -> sqlite3.Row | None:
        if citizen_id is None or not self._clock_ok():
            return None
        return rows.on(reads, citizen_id, utc_text(self._clock.now()))

    def _open(self, tx: Transaction, nuisance_id: int) -> sqlite3.Row:
        row = rows.get(tx, nuisance_id)
        if row is None or row["ended_at"] is not None:
            raise NotFound
        return row

    def _note(
        self, tx: Transaction, action: str, nuisance_id: int, citizen_id: int, by: User, *, why: str = ""
    ) -> None:  # fmt: skip
        words = (why,) if why else ()
        self._audit.write(tx, action, "nuisance", nuisance_id, by, words=words, citizen_id=citizen_id)
        tx.log(log, logging.INFO, "%s: row %d", action, nuisance_id)


def _reason(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) < SHORTEST_REASON:
        raise FieldWrong("reason", "Please write why, in at least %(shortest)d characters.", shortest=SHORTEST_REASON)
    if len(plain) > LONGEST_REASON:
        raise FieldWrong("reason", "At most %(longest)d characters.", longest=LONGEST_REASON)
    return plain


def _row(row: sqlite3.Row) -> NuisanceRow:
    return NuisanceRow(
        id=row["id"],
        phone=row["phone"] or "",
        name=row["name"] or "",
        level=row["level"],
        label=LABELS[row["level"]],
        is_asked=row["state"] == "asked",
        per_day=row["per_day"],
        reason=row["reason"] or "",
        asked_by=row["asked_name"] or "",
        decided_by=row["decided_name"] or "",
        asked_at=from_utc_text(row["asked_at"]),
        until_at=moment_or_none(row["until_at"]),
        ended_at=moment_or_none(row["ended_at"]),
        kept_off=row["kept_off"],
    )
