"""Who is on duty when: who answers, who is told of trouble, who stands in. The call flow and the chains go by it.

What is in force now is kept in memory and read anew each minute: a line that rings must not wait for the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.casework import forms, sight
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.numbers import kind_of, normalise
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import people, tokens
from db import shift as rows
from db.store import Store, Transaction

LABELS: Mapping[str, str] = {"operator": "Answers calls", "leader": "Duty leader", "backup": "Stands in for the leader"}
TELEPHONES = frozenset({"mobile", "landline", "international"})
LONGEST = timedelta(days=31)
MOST_WEEKS = 26
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Duty:
    id: int
    role: str
    name: str
    phone: str
    starts_at: datetime
    ends_at: datetime
    user_id: int | None = None

    @property
    def label(self) -> str:
        """Message id of the role."""
        return LABELS[self.role]

    def covers(self, moment: datetime) -> bool:
        """The end is no part of it: then the next has begun."""
        return self.starts_at <= moment < self.ends_at


class Roster:
    def __init__(self, store: Store, clock: Clock, audit: Audit, *, region_code: str = "") -> None:
        self._store, self._clock, self._audit, self._region_code = store, clock, audit, region_code
        self._near: tuple[Duty, ...] = ()

    # --- who is on duty now ---

    def look(self) -> None:
        """Read the duties of today anew."""
        now = self._clock.now()
        self._near = self.between(now - timedelta(minutes=5), now + timedelta(days=1))

    def now(self, role: str) -> Duty | None:
        """Who has this duty at this moment; of two, who began last. Reads memory alone."""
        moment = self._clock.now()
        found = [duty for duty in self._near if duty.role == role and duty.covers(moment)]
        return found[-1] if found else None

    def is_staffed(self) -> bool:
        """Whether the roster says that somebody answers now, whatever the office hours are."""
        return self.now("operator") is not None

    def phone(self, *roles: str) -> str:
        """The telephone of the first of these roles that has somebody with one on duty; '' if nobody."""
        return next((duty.phone for duty in map(self.now, roles) if duty is not None and duty.phone), "")

    # --- keeping it ---

    def between(self, start: datetime, end: datetime) -> tuple[Duty, ...]:
        """Duties that touch this span of time, the first to begin first."""
        return tuple(_duty(row) for row in rows.duties_between(self._store, utc_text(start), utc_text(end)))

    def add(
        self,
        role: str,
        starts_at: datetime,
        ends_at: datetime,
        by: User,
        *,
        name: str = "",
        phone: str = "",
        user_id: int | None = None,
        weeks: int = 1,
        token: str = "",
    ) -> int:
        """Put somebody on duty, the same time again in each of `weeks`. Returns how many duties there are now.

        Raises FieldWrong, NotAllowed. The same form sent twice counts once.
        """
        sight.must_be_desk(by)
        if role not in LABELS:
            raise FieldWrong("role", "Choose what the duty is.")
        if not starts_at < ends_at <= starts_at + LONGEST:
            raise FieldWrong("ends_at", "A duty ends after it begins, and within a month.")
        if not 1 <= weeks <= MOST_WEEKS:
            raise FieldWrong("weeks", "Use 1 to %(most)d weeks.", most=MOST_WEEKS)
        number = self._number(phone, role)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, tokens.scoped("duty", token))
            if made_before is not None:
                return int(made_before)
            shown = _name(tx, name, user_id)
            for week in range(weeks):
                later = timedelta(weeks=week)
                duty_id = tx.insert(
                    "duty",
                    role=role,
                    user_id=user_id,
                    name=shown,
                    phone=number,
                    starts_at=utc_text(starts_at + later),
                    ends_at=utc_text(ends_at + later),
                    made_at=utc_text(self._clock.now()),
                    made_by=by.id,
                )
                self._audit.write(tx, "duty_added", "duty", duty_id, by, words=(role, shown, number))
            tokens.remember(tx, tokens.scoped("duty", token), utc_text(self._clock.now()), by.id, str(weeks))
        self.look()
        return weeks

    def remove(self, duty_id: int, by: User) -> None:
        """Take it from the roster; twice is once. Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            if rows.duty(tx, duty_id) is None:
                raise NotFound
            if rows.remove_duty(tx, duty_id, utc_text(self._clock.now())):
                self._audit.write(tx, "duty_removed", "duty", duty_id, by)
        self.look()

    def _number(self, phone: str, role: str) -> str:
        number = normalise(phone, self._region_code) if phone.strip() else ""
        if role != "operator" and not number:
            raise FieldWrong("phone", "Whoever is to be told needs a telephone number.")
        if number and kind_of(number) not in TELEPHONES:
            raise FieldWrong("phone", "This is not a telephone number.")
        return number


def _name(tx: Transaction, name: str, user_id: int | None) -> str:
    """What was typed, else the name of the one who signs in here."""
    user = people.user_by_id(tx, user_id) if user_id is not None else None
    if user_id is not None and user is None:
        raise FieldWrong("user_id", "There is no such user.")
    shown = forms.clean(name) or (user["display_name"] if user is not None else "")
    if not shown or len(shown) > LONGEST_NAME:
        raise FieldWrong("name", "Write who it is, at most %(longest)d characters.", longest=LONGEST_NAME)
    return shown


def _duty(row: sqlite3.Row) -> Duty:
    return Duty(
        row["id"],
        row["role"],
        row["name"],
        row["phone"],
        from_utc_text(row["starts_at"]),
        from_utc_text(row["ends_at"]),
        row["user_id"],
    )
