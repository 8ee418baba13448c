"""What the office takes in for a citizen, checks against a list of papers, hands to a department, and tells the end of.

The office switches it on by entering a first service. Numbers are of the tickets' own sequence.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.bilingual import said_in
from appliance.casework import agency_table as table
from appliance.casework import forms, sight
from appliance.casework.agency_table import AgencyMove, AgencyState
from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.limits.hours import OfficeHours
from appliance.outreach.marks import raise_once
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.citizens import Citizens
from appliance.people.numbers import kind_of, may_text, normalise
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import agency as rows
from db import people, tickets, tokens
from db.store import Store, Transaction

MOST_DAYS = 60
MOST_PAPERS = 20
LONGEST_NAME = 40
SHOWN = 200
TELLS = {"ask_more": "agency_incomplete", "decide": "agency_result"}


@dataclass(frozen=True, slots=True)
class Service:
    id: int
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    limit_days: int
    materials: tuple[str, ...]

    def name(self, language: str) -> str:
        return said_in(language, self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class Done:
    """One line of an item's history."""

    at: datetime
    label: str  # message id of the move
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    no: int
    service_zh: str
    service_en: str
    unit_zh: str
    unit_en: str
    state: AgencyState
    name: str
    phone: str
    wanted: tuple[str, ...]  # the papers of the service
    given: tuple[int, ...]  # which of them are here, by their place in the list
    note: str
    received_at: datetime
    due_at: datetime | None
    is_late: bool
    version: int
    moves: tuple[AgencyMove, ...] = ()
    history: tuple[Done, ...] = ()

    @property
    def number(self) -> str:
        return format_no(self.no)

    def service(self, language: str) -> str:
        return said_in(language, self.service_zh, self.service_en)

    def unit(self, language: str) -> str:
        return said_in(language, self.unit_zh, self.unit_en)


class Agency:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        citizens: Citizens,
        outbox: Outbox,
        texts: Texts,
        hours: OfficeHours,
        boot_id: int,
        clock_ok: Callable[[], bool],
        region_code: str = "",
    ) -> None:
        self._store, self._clock, self._audit, self._citizens = store, clock, audit, citizens
        self._outbox, self._texts, self._hours = outbox, texts, hours
        self._boot_id, self._clock_ok, self._region_code = boot_id, clock_ok, region_code

    # --- services ---

    def services(self) -> tuple[Service, ...]:
        return tuple(_service(row) for row in rows.services(self._store))

    def add_service(
        self,
        by: User,
        *,
        name_zh: str,
        name_en: str,
        department_id: int | None,
        limit_days: int | None,
        materials: str,
        token: str = "",
    ) -> int:
        """A service with its list of papers, one a line; returns its id. Raises FieldWrong, NotAllowed."""
        sight.must_be_desk(by)
        zh, en = forms.clean(name_zh), forms.clean(name_en)
        if not zh or len(zh) > LONGEST_NAME or len(en) > LONGEST_NAME:
            raise FieldWrong(
                "name_zh", "A service needs a name of at most %(longest)d characters.", longest=LONGEST_NAME
            )
        if limit_days is None or not 1 <= limit_days <= MOST_DAYS:
            raise FieldWrong("limit_days", "Use 1 to %(most)d working days.", most=MOST_DAYS)
        papers = [forms.clean(line) for line in materials.splitlines() if line.strip()]
        if not 1 <= len(papers) <= MOST_PAPERS:
            raise FieldWrong("materials", "Write 1 to %(most)d papers, one a line.", most=MOST_PAPERS)
        scoped = tokens.scoped("agency service", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            unit = people.department(tx, department_id) if department_id is not None else None
            if unit is None or unit["disabled_at"] is not None:
                raise FieldWrong("department_id", "There is no such department.")
            made = tx.insert(
                "agency_service",
                name_zh=zh,
                name_en=en or zh,
                department_id=unit["id"],
                limit_days=limit_days,
                materials="\n".join(papers),
                added_at=utc_text(self._clock.now()),
                added_by=by.id,
            )
            self._audit.write(tx, "agency_service_added", "agency_service", made, by, words=(zh, *papers))
            tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, str(made))
            return made

    def retire_service(self, service_id: int, by: User) -> None:
        """No new items; what runs goes on. Twice is once. Raises NotAllowed, NotFound."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            if rows.service(tx, service_id) is None:
                raise NotFound
            if rows.retire(tx, service_id, utc_text(self._clock.now())):
                self._audit.write(tx, "agency_service_retired", "agency_service", service_id, by)

    # --- items ---

    def receive(
        self, service_id: int, by: User, *, name: str, phone: str, given: Sequence[int], note: str = "", token: str = ""
    ) -> int:
        """Take papers in against a receipt; returns the number. Raises FieldWrong, NotFound, NotAllowed."""
        sight.must_be_desk(by)
        who, number = forms.clean(name), normalise(phone, self._region_code)
        if not who or len(who) > LONGEST_NAME:
            raise FieldWrong("name", "Write who it is, at most %(longest)d characters.", longest=LONGEST_NAME)
        if phone.strip() and kind_of(number) not in {"mobile", "landline", "international"}:
            raise FieldWrong("phone", "This is not a telephone number.")
        forms.short_enough("content", note)
        scoped = tokens.scoped("agency", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            service = rows.service(tx, service_id)
            if service is None or service["retired_at"] is not None:
                raise NotFound
            now, no = utc_text(self._clock.now()), tickets.next_no(tx)
            item_id = tx.insert(
                "agency_item",
                no=no,
                service_id=service_id,
                citizen_id=self._citizens.find_or_add(tx, number) if phone.strip() else None,
                state="received",
                received_at=now,
                received_by=by.id,
                due_at=self._due(service["limit_days"]),
                boot_id=self._boot_id,
                clock_ok=int(self._clock_ok()),
            )
            papers = json.dumps(_known(given, service["materials"]))
            tx.insert("agency_words", item_id=item_id, name=who, phone=number, materials=papers, note=forms.clean(note))
            rows.add_move(tx, item_id, "", at=now, move="receive", from_state="", to_state="received", user_id=by.id)
            self._audit.write(tx, "agency_received", "agency_item", item_id, by, words=(str(no), papers))
            item = self._row(tx, no)
            self._tell(
                tx,
                item,
                "agency_received",
                due=self._texts.moment(from_utc_text(item["due_at"])) if item["due_at"] else "–",
            )
            tokens.remember(tx, scoped, now, by.id, str(no))
            return no

    def move(
        self, no: int, key: str, by: User, *, version: int, text: str = "", given: Sequence[int] | None = None
    ) -> None:
        """One step of the table. Raises AgencyMoveRefused, FieldWrong, NotFound, NotAllowed."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            item = self._row(tx, no)
            move = table.move(item["state"], key)
            if move.needs_text:
                forms.text_given("text", text)
            papers = _known(json.loads(item["given"] or "[]") if given is None else given, item["wanted"])
            if move.needs_all_papers and len(papers) < len(item["wanted"].splitlines()):
                raise FieldWrong("given", "Tick every paper of the list, or say what is missing.")
            now = utc_text(self._clock.now())
            changes: dict[str, object] = {"state": move.to_state}
            if not table.state(move.to_state).is_open:
                changes["ended_at"] = now
            if not rows.change(tx, item["id"], version, **changes):
                raise table.AgencyMoveRefused(move=key, state=item["state"])
            rows.set_given(tx, item["id"], json.dumps(papers))
            plain = forms.clean(text)
            step = {"at": now, "move": key, "from_state": item["state"], "to_state": move.to_state, "user_id": by.id}
            rows.add_move(tx, item["id"], plain, **step)
            self._audit.write(tx, f"agency_{key}", "agency_item", item["id"], by, words=(plain,))
            if key in TELLS:
                self._tell(tx, item, TELLS[key], content=plain, reply=plain, version=version)

    def items(self, *, is_open: bool = True) -> tuple[Item, ...]:
        """Those that run, the first due first, or those that have ended: at most SHOWN."""
        return tuple(self._item(row) for row in rows.items(self._store, is_open=is_open, limit=SHOWN))

    def get(self, no: int) -> Item:
        """With its history and next steps. Raises NotFound."""
        row = self._row(self._store, no)
        return self._item(row, history=tuple(map(_done, rows.moves(self._store, row["id"]))))

    def look(self) -> None:
        """Once a minute: raise what is late, once; work out limits that waited for the clock."""
        if not self._clock_ok():
            return
        now = utc_text(self._clock.now())
        for row in rows.without_time(self._store):
            with self._store.transaction() as tx:
                rows.change(tx, row["id"], row["version"], due_at=self._due(row["limit_days"]), clock_ok=1)
        for row in rows.late(self._store, now):
            with self._store.transaction() as tx:
                mark = f"agency:{row['id']}:{row['due_at']}"
                raise_once(tx, mark, "agency_late", now, due_at=row["due_at"])

    def _due(self, days: int) -> str | None:
        if not self._clock_ok():
            return None
        last_day = self._hours.calendar.add_workdays(self._hours.local_date(self._clock.now()), days)
        return utc_text(self._hours.closing(last_day))

    def _row(self, reads: Store | Transaction, no: int) -> sqlite3.Row:
        found = rows.item(reads, no)
        if found is None:
            raise NotFound
        return found

    def _item(self, row: sqlite3.Row, history: tuple[Done, ...] = ()) -> Item:
        due_at = moment_or_none(row["due_at"])
        state = table.state(row["state"])
        return Item(
            no=row["no"],
            service_zh=row["name_zh"],
            service_en=row["name_en"],
            unit_zh=row["unit_zh"],
            unit_en=row["unit_en"],
            state=state,
            name=row["name"] or "",
            phone=row["phone"] or "",
            wanted=tuple(row["wanted"].splitlines()),
            given=tuple(json.loads(row["given"] or "[]")),
            note=row["note"] or "",
            received_at=from_utc_text(row["received_at"]),
            due_at=due_at,
            is_late=state.is_open and due_at is not None and self._clock_ok() and due_at <= self._clock.now(),
            version=row["version"],
            moves=table.moves_from(row["state"]),
            history=history,
        )

    def _tell(self, tx: Transaction, item: sqlite3.Row, key: str, *, version: int = 0, **values: str) -> None:
        """The citizen, where a text can reach him; else the page says that he is to be called."""
        if not may_text(item["phone"] or ""):
            return
        title = item["name_en"] if self._texts.language == "en" else item["name_zh"]
        text = self._texts.write(key, no=format_no(item["no"]), title=title, **values)
        self._outbox.queue(
            tx,
            purpose="outcome",
            number=item["phone"],
            text=text,
            idem_key=f"{key}:{item['id']}:{version}",
            citizen_id=item["citizen_id"],
        )


def _known(given: Sequence[int], materials: str) -> list[int]:
    """The places of papers that the service asks for."""
    return sorted({place for place in given if 0 <= place < len(materials.splitlines())})


def _service(row: sqlite3.Row) -> Service:
    return Service(
        row["id"],
        row["name_zh"],
        row["name_en"],
        row["unit_zh"],
        row["unit_en"],
        row["limit_days"],
        tuple(row["materials"].splitlines()),
    )


def _done(row: sqlite3.Row) -> Done:
    label = next((move.label for move in table.MOVES if move.key == row["move"]), "Papers received")
    return Done(from_utc_text(row["at"]), label, row["who"] or "", row["text"] or "")
