"""Many tickets of one class and one town within an hour are perhaps one event (domain 4.6): the desk and the duty
leader are told once, and the event grows until nothing came for a day or the desk ends it."""

from __future__ import annotations

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.casework import categories
from appliance.casework.emergency_chain import Person
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import NotFound
from appliance.outreach.marks import raise_once
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import emergency as rows
from db.store import Store, Transaction

log = logging.getLogger(__name__)

MANY, WITHIN = 5, timedelta(minutes=60)
OVER_AFTER = timedelta(hours=24)
MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class GroupEvent:
    """An open event. `class_key` is a group of categories, `town` a code of the place table."""

    id: int
    class_key: str
    town: str
    town_zh: str
    town_en: str
    count: int
    first_at: datetime
    last_at: datetime
    ticket_nos: tuple[int, ...]


def classes() -> Mapping[str, str]:
    """Leaf -> class."""
    return {row.key: row.group.key for row in categories.categories()}


def found_in(tickets: list[sqlite3.Row], class_of: Mapping[str, str]) -> dict[tuple[str, str], list[sqlite3.Row]]:
    """(class, town) -> its tickets, for those of which there are many. Pure."""
    alike: dict[tuple[str, str], list[sqlite3.Row]] = defaultdict(list)
    for row in tickets:
        if row["category"] in class_of:
            alike[class_of[row["category"]], row["town"]].append(row)
    return {key: members for key, members in alike.items() if len(members) >= MANY}


class GroupEvents:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        outbox: Outbox,
        texts: Texts,
        audit: Audit,
        leaders: Callable[[Transaction], tuple[Person, ...]],
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._outbox, self._texts, self._audit = store, clock, outbox, texts, audit
        self._leaders, self._clock_ok = leaders, clock_ok

    def sweep(self, now: datetime | None = None) -> int:
        """Notice, grow and end events; nothing while the clock may be wrong. Returns how many are new."""
        if not self._clock_ok():
            return 0
        moment = now or self._clock.now()
        found = found_in(rows.tickets_since(self._store, utc_text(moment - WITHIN)), classes())
        known = {(row["class"], row["town"]): row for row in rows.open_events(self._store)}
        for row in known.values():
            self._keep_up(row, moment)
        return sum(self._notice(key, members, moment) for key, members in found.items() if key not in known)

    def open(self) -> tuple[GroupEvent, ...]:
        """Every event that has no end yet, the newest first."""
        return tuple(self._event(row) for row in rows.open_events(self._store))

    def end(self, event_id: int, by: User) -> None:
        """Dealt with. Twice is once. Raises NotFound."""
        with self._store.transaction() as tx:
            if rows.event(tx, event_id) is None:
                raise NotFound
            now = utc_text(self._clock.now())
            if rows.change_event(tx, event_id, ended_at=now, ended_by=by.id):
                self._audit.write(tx, "group_event_ended", "group_event", event_id, by)
                tx.announce("reminder", 0)

    def _notice(self, key: tuple[str, str], members: list[sqlite3.Row], now: datetime) -> int:
        """Event, mark and texts in one transaction; the mark keeps it from coming twice."""
        class_key, town = key
        with self._store.transaction() as tx:
            members = self._since_the_last(tx, class_key, town, members)
            if len(members) < MANY:
                return 0
            mark = f"group:{class_key}:{town}:{members[0]['id']}"
            event_id = tx.insert(
                "group_event",
                mark=mark,
                town=town,
                first_at=members[0]["created_at"],
                last_at=members[-1]["created_at"],
                count=len(members),
                noticed_at=utc_text(now),
                **{"class": class_key},
            )
            raise_once(tx, mark, "group_event", utc_text(now), ticket_id=members[0]["id"])
            self._tell(tx, event_id, class_key, town, len(members))
            self._audit.write(tx, "group_event_noticed", "group_event", event_id, words=(class_key, town))
            tx.log(log, logging.WARNING, "%d tickets alike within an hour: %s", len(members), class_key)
        return 1

    def _since_the_last(
        self, tx: Transaction, class_key: str, town: str, members: list[sqlite3.Row]
    ) -> list[sqlite3.Row]:
        """What came after the last event of this kind ended: it doesn't come back with the same tickets."""
        last = rows.last_event(tx, class_key, town)
        if last is None:
            return members
        return [row for row in members if last["ended_at"] is not None and row["created_at"] > last["ended_at"]]

    def _keep_up(self, row: sqlite3.Row, now: datetime) -> None:
        event = self._event(row)
        if event.count != row["count"] or utc_text(event.last_at) != row["last_at"]:
            with self._store.transaction() as tx:
                rows.change_event(tx, row["id"], count=event.count, last_at=utc_text(event.last_at))
                tx.announce("reminder", 0)
        if now - event.last_at > OVER_AFTER:
            with self._store.transaction() as tx:
                rows.change_event(tx, row["id"], ended_at=utc_text(now))
                tx.announce("reminder", 0)

    def _event(self, row: sqlite3.Row) -> GroupEvent:
        leaves = tuple(leaf for leaf, class_key in classes().items() if class_key == row["class"])
        until = utc_text(from_utc_text(row["last_at"]) + OVER_AFTER)
        members = rows.members(self._store, leaves, row["town"], row["first_at"], until) if leaves else []
        place = rows.town_name(self._store, row["town"])
        return GroupEvent(
            id=row["id"],
            class_key=row["class"],
            town=row["town"],
            town_zh=place["name_zh"] if place else row["town"],
            town_en=place["name_en"] if place else row["town"],
            count=max(len(members), 1),
            first_at=from_utc_text(row["first_at"]),
            last_at=from_utc_text(members[-1]["created_at"] if members else row["last_at"]),
            ticket_nos=tuple(each["no"] for each in members[:MOST_NAMED]),
        )

    def _tell(self, tx: Transaction, event_id: int, class_key: str, town: str, count: int) -> None:
        is_english = self._texts.language == "en"
        place = rows.town_name(tx, town)
        group = next((row.group for row in categories.categories() if row.group.key == class_key), None)
        text = self._texts.write(
            "group_event",
            town=(place["name_en"] if is_english else place["name_zh"]) if place else town,
            count=str(count),
            kind=group.name(self._texts.language) if group is not None else class_key,
        )
        for number, person in enumerate(self._leaders(tx)):
            self._outbox.queue(
                tx, purpose="alarm", number=person.phone, text=text, idem_key=f"group_event:{event_id}:{number}"
            )
