"""Announcements: what everybody hears who rings now, switched on and off in one click, and whether that helps.

The figure. Repeat calls are the calls of a number that had called within the 24 hours before, out of all calls that
came in with a number. After: since the announcement was switched on, until it was switched off or now, seven days at
most. Before: the same length of time, right before it was switched on. Where it was on for one line, the calls of that
line count.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.callflow.flows import EVERY_LINE, CallFlows
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound, OfficeError
from appliance.feed import Feed
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import call_flow as rows
from db import tokens
from db.store import Store

log = logging.getLogger(__name__)

LONGEST_TITLE, LONGEST_WORDS = 40, 400
COMPARED = timedelta(days=7)
SHOWN = 20


class NothingRecorded(OfficeError):
    message = "Nobody has recorded this announcement yet. Record it first: page Prompts."


class IsOn(OfficeError):
    message = "This announcement is on. Switch it off first."


@dataclass(frozen=True, slots=True)
class Announcement:
    id: int
    title: str
    words: str
    has_sound: bool
    on_lines: tuple[str, ...]  # "" = every line

    @property
    def key(self) -> str:
        """Of its prompt."""
        return f"announcement:{self.id}"


@dataclass(frozen=True, slots=True)
class Share:
    """Repeat calls out of all."""

    calls: int
    repeats: int

    @property
    def percent(self) -> int | None:
        """None: nobody has called."""
        return round(100 * self.repeats / self.calls) if self.calls else None


@dataclass(frozen=True, slots=True)
class Period:
    """One time that an announcement was on."""

    id: int
    title: str
    line: str
    on_at: datetime
    on_by: str
    off_at: datetime | None
    off_by: str
    before: Share
    after: Share


class Announcements:
    """Any page's thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        feed: Feed,
        flows: CallFlows,
        has_sound: Callable[[str], bool],
        lines: Sequence[str],
    ) -> None:
        """`has_sound`: whether somebody has recorded the prompt of this key."""
        self._store, self._clock, self._audit, self._feed, self._flows = store, clock, audit, feed, flows
        self._has_sound, self._lines = has_sound, tuple(lines)

    @property
    def lines(self) -> tuple[str, ...]:
        return self._lines

    def all(self) -> tuple[Announcement, ...]:
        """Those that may be switched on, the newest first."""
        on: dict[int, list[str]] = {}
        for row in rows.switched_on(self._store):
            on.setdefault(row["announcement_id"], []).append(row["line"])
        return tuple(self._of(row, on.get(row["id"], [])) for row in rows.announcements(self._store))

    def words(self) -> Mapping[int, str]:
        """What is to be read out, for whoever records it."""
        return {row["id"]: row["words"] or row["title"] for row in rows.announcements(self._store)}

    def add(self, title: str, words: str, by: User, *, token: str = "") -> int:
        """A new one, still without sound; the same form sent twice makes one. Raises FieldWrong."""
        _check(title, words)
        scoped, now = tokens.scoped("announcement", token), utc_text(self._clock.now())
        with self._store.transaction() as tx:
            if (known := tokens.once(tx, scoped)) is not None:
                return int(known)
            made = rows.add_announcement(tx, title=title, words=words, made_at=now, made_by=by.id)
            tokens.remember(tx, scoped, now, by.id, str(made))
            self._audit.write(tx, "announcement_made", "announcement", made, by, words=(title, words))
        return made

    def change(self, announcement_id: int, title: str, words: str, by: User) -> None:
        """Other words; the sound stays until somebody records it anew. Raises NotFound, FieldWrong."""
        self._known(announcement_id)
        _check(title, words)
        with self._store.transaction() as tx:
            if not rows.change_announcement(tx, announcement_id, title=title, words=words):
                return
            self._audit.write(tx, "announcement_changed", "announcement", announcement_id, by, words=(title, words))

    def retire(self, announcement_id: int, by: User) -> None:
        """Off the list for good; what it did stays. Raises NotFound, IsOn."""
        self._known(announcement_id)
        if any(row["announcement_id"] == announcement_id for row in rows.switched_on(self._store)):
            raise IsOn
        with self._store.transaction() as tx:
            rows.retire_announcement(tx, announcement_id, utc_text(self._clock.now()))
            self._audit.write(tx, "announcement_retired", "announcement", announcement_id, by)

    def switch_on(self, announcement_id: int, line: str, by: User) -> None:
        """Callers on this line ("" = every line) hear it from now on, instead of the one before.

        Raises NotFound, NothingRecorded.
        """
        self._known(announcement_id)
        self._known_line(line)
        if not self._has_sound(f"announcement:{announcement_id}"):
            raise NothingRecorded
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            is_on = [row for row in rows.switched_on(tx) if row["line"] == line]
            if any(row["announcement_id"] == announcement_id for row in is_on):
                return
            rows.switch_off(tx, line, at=now, by=by.id)
            period = rows.switch_on(tx, announcement_id=announcement_id, line=line, on_at=now, on_by=by.id)
            self._audit.write(tx, "announcement_on", "announcement_period", period, by, words=(line,))
        self._changed(f"announcement {announcement_id} is on", line)

    def switch_off(self, line: str, by: User) -> None:
        """Nothing is announced on this line any more ("" = where it is on for every line). Raises NotFound."""
        self._known_line(line)
        with self._store.transaction() as tx:
            period = rows.switch_off(tx, line, at=utc_text(self._clock.now()), by=by.id)
            if period is not None:
                self._audit.write(tx, "announcement_off", "announcement_period", period, by, words=(line,))
        self._changed("the announcement is off", line)

    def periods(self) -> tuple[Period, ...]:
        """The latest times that one was on, with its effect, the newest first."""
        return tuple(self._period(row) for row in rows.lately(self._store, SHOWN))

    def is_on(self) -> tuple[str, ...]:
        """Titles of those that callers hear now."""
        return tuple(dict.fromkeys(row["title"] for row in rows.switched_on(self._store)))

    def title_on(self, line: str) -> str:
        """Of the one that callers on this line hear; "" = none."""
        on = {row["line"]: row["title"] for row in rows.switched_on(self._store)}
        return str(on.get(line, on.get(EVERY_LINE, "")))

    def _period(self, row: sqlite3.Row) -> Period:
        on_at = from_utc_text(row["on_at"])
        off_at = moment_or_none(row["off_at"])
        end = min(off_at or self._clock.now(), on_at + COMPARED)
        return Period(
            row["id"],
            row["title"],
            row["line"],
            on_at,
            row["on_by_name"] or "",
            off_at,
            row["off_by_name"] or "",
            before=self._share(on_at - (end - on_at), on_at, row["line"]),
            after=self._share(on_at, end, row["line"]),
        )

    def _share(self, start: datetime, end: datetime, line: str) -> Share:
        return Share(*rows.calls_and_repeats(self._store, utc_text(start), utc_text(end), line))

    def _of(self, row: sqlite3.Row, on_lines: Sequence[str]) -> Announcement:
        has_sound = self._has_sound(f"announcement:{row['id']}")
        return Announcement(row["id"], row["title"], row["words"], has_sound, tuple(on_lines))

    def _known(self, announcement_id: int) -> None:
        if rows.announcement(self._store, announcement_id) is None:
            raise NotFound

    def _known_line(self, line: str) -> None:
        if line != EVERY_LINE and line not in self._lines:
            raise NotFound

    def _changed(self, what: str, line: str) -> None:
        self._flows.load()
        self._feed.announce("line", 0)
        log.info("%s on %s", what, line or "every line")


def _check(title: str, words: str) -> None:
    if not title:
        raise FieldWrong("title", "Write a short name, so that it can be found again.")
    if len(title) > LONGEST_TITLE:
        raise FieldWrong("title", "This name is too long: %(most)d characters at most.", most=LONGEST_TITLE)
    if len(words) > LONGEST_WORDS:
        raise FieldWrong("words", "These words are too long: %(most)d characters at most.", most=LONGEST_WORDS)
