"""What departments say in a consultation on whose duty a matter is, by whichever way: the desk writes it down, they
text it, they write it on their own page. Who says it anew replaces what was said; the history keeps both.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from appliance.casework import forms, sight
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.intake.incoming import Incoming
from appliance.people.departments import Departments
from appliance.people.user import User
from db import conference as rows
from db import tickets as ticket_rows
from db import tokens
from db.store import Store, Transaction

OPINIONS = ("ours", "shared", "not_ours")
SAID = "said"  # of a text: it stands in its words alone, the desk reads them
CHANNELS = ("phone", "paper")  # by which the desk learns of one


@dataclass(frozen=True, slots=True)
class Asked:
    """One consultation as a department that was asked sees it: nothing of the citizen."""

    no: int
    title: str
    content: str  # "" of a confidential matter
    category: str
    town: str
    place: str
    reason: str  # why it is unclear
    asked_at: datetime
    due_at: datetime | None
    opinion: str
    words: str

    @property
    def number(self) -> str:
        return format_no(self.no)


@dataclass(frozen=True, slots=True)
class Voice:
    """By which way an opinion came, and from whom."""

    channel: str  # web, sms or one of CHANNELS
    user_id: int | None = None
    handler_id: int | None = None
    sms_id: int | None = None


class Opinions:
    """Any thread."""

    def __init__(self, store: Store, clock: Clock, tickets: Tickets, departments: Departments) -> None:
        self._store, self._clock, self._tickets, self._departments = store, clock, tickets, departments

    def write_down(
        self, no: int, department_id: int, opinion: str, words: str, by: User, *, channel: str = "", token: str = ""
    ) -> None:
        """What a department says, as the desk heard it.

        Raises FieldWrong, NotFound where it was not asked, NotAllowed.
        """
        sight.must_be_desk(by)
        if channel and channel not in CHANNELS:
            raise FieldWrong("channel", forms.UNKNOWN)
        self._typed(no, department_id, opinion, words, by, channel=channel, token=token)

    def asked(self, by: User) -> tuple[Asked, ...]:
        """What this department is asked its opinion of. Raises NotAllowed."""
        return tuple(_asked(row) for row in rows.asked(self._store, sight.own_unit(by)))

    def say(self, no: int, opinion: str, words: str, by: User, *, token: str = "") -> None:
        """A department's own word on its page. Raises FieldWrong, NotFound where it was not asked, NotAllowed."""
        self._typed(no, sight.own_unit(by), opinion, words, by, channel="web", token=token)

    def heard(self, tx: Transaction, asked: sqlite3.Row, opinion: str, sms: Incoming) -> None:
        """A handler's text. `asked` is a row of db.conference.asked."""
        self._keep(tx, asked, opinion, sms.text, Voice("sms", handler_id=sms.handler, sms_id=sms.sms_id))

    # --- inside ---

    def _typed(
        self, no: int, department_id: int, opinion: str, words: str, by: User, *, channel: str, token: str
    ) -> None:
        if opinion not in OPINIONS:
            raise FieldWrong("opinion", "Please choose one of the list.")
        scoped = tokens.scoped(f"opinion {no}", token)
        with self._store.transaction() as tx:
            if tokens.once(tx, scoped) is not None:
                return
            ticket = ticket_rows.ticket(tx, no)
            conference = rows.open_of(tx, ticket["id"]) if ticket is not None else None
            asked = rows.asked_in(tx, conference["id"], department_id) if conference is not None else None
            if asked is None:
                raise NotFound
            plain = forms.short_enough("words", words)
            self._keep(tx, asked, opinion, plain, Voice(channel, user_id=by.id))
            tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, str(no))

    def _keep(self, tx: Transaction, asked: sqlite3.Row, opinion: str, words: str, voice: Voice) -> None:
        """The same said twice by the same way is said once."""
        unit = self._departments.get(asked["department_id"])
        said = forms.clean(f"{unit.name_zh}: {words}" if words else unit.name_zh)
        if (asked["opinion"], asked["words"], asked["channel"]) == (opinion, said, voice.channel):
            return
        note_id = self._tickets.add_note(
            asked["no"],
            "opinion",
            said,
            user_id=voice.user_id,
            handler_id=voice.handler_id,
            sms_id=voice.sms_id,
            state=opinion,
        )
        rows.opine(
            tx,
            asked["conference_id"],
            asked["department_id"],
            opinion=opinion,
            note_id=note_id,
            opined_at=utc_text(self._clock.now()),
            channel=voice.channel,
            entered_by=voice.user_id,
            handler_id=voice.handler_id,
            sms_id=voice.sms_id,
        )
        tx.announce("ticket", asked["no"])


def words_of(row: sqlite3.Row) -> str:
    """What it said, without the name that the history writes before it, whatever the unit is called by now."""
    return str(row["words"] or "").partition(": ")[2]


def _asked(row: sqlite3.Row) -> Asked:
    return Asked(
        no=row["no"],
        title=row["title"] or "",
        content="" if row["is_confidential"] else row["content"] or "",
        category=row["category"],
        town=row["town"],
        place=row["place"] or "",
        reason=row["reason"] or "",
        asked_at=from_utc_text(row["asked_at"]),
        due_at=moment_or_none(row["stage_due_at"]),
        opinion=row["opinion"],
        words=words_of(row),
    )
