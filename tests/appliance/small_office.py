"""An office with all its services over real SQLite, a clock moved by hand, and a telephone network made of lists.

office = SmallOffice(tmp_path)
office.text(from_=WANG, text="东街路灯不亮")      # a citizen's SMS, as the modem tells it
office.deliver()                                   # the outbox goes out over the lines
office.phone(WANG)                                 # what that telephone shows
office.ring(from_=WANG); office.hang_up()
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance.casework.tickets import TicketForm
from appliance.clock import FastClock, utc_text
from appliance.config import DataSettings, ModemSettings, OfficeSettings, Settings
from appliance.people.departments import Department
from appliance.people.user import User
from appliance.services import Services
from db.store import Store
from modem.audio.kept_speech import has_speech
from modem.commands import Command, DeleteSms, SendSms
from modem.events import (
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallRinging,
    Deliver,
    EndReason,
    Event,
    LineChanged,
    LineState,
    Slot,
    SmsPartSent,
    SmsSent,
    SmsStored,
)
from modem.multipart import join, text_of
from tests import empty_store
from tests.appliance.talking import prove

MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # Monday 09:30 in Shanghai, the office is open
NIGHT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # Monday 22:30
WANG, ZHAO, HANDLER, OTHER_HANDLER = "13900001111", "13700002222", "13800003333", "13800004444"
LANDLINE, ADVERT = "057188880000", "106900001234"
GSM = ModemSettings("line1", number="13600000001", talk_path="headset")


class SmallOffice:
    """One or more lines, an operator, two departments with a handler each."""

    def __init__(
        self,
        folder: Path,
        *modems: ModemSettings,
        now: datetime = MORNING,
        language: str = "zh_CN",
        are_ready: bool = True,
        are_proven: bool = True,
    ) -> None:
        self.folder, self.modems = folder, modems or (GSM,)
        self.clock = FastClock(now)
        self.settings = Settings(
            office=OfficeSettings(name="青禾县12345", short_name="青禾12345", language=language, region_code="0571"),
            data=DataSettings(directory=folder),
            modems=self.modems,
        )
        self.commands: list[tuple[str, Command]] = []  # what lines were asked for by pages
        self.on_command: Callable[[Command], object] = lambda command: None
        self.takes_commands = True
        self._serial, self._are_proven = 0, are_proven
        self._handed: list[tuple[str, SendSms]] = []
        self._reference = 0
        self.on_air: list[tuple[str, str, str]] = []  # line, number, text: what the network took
        self.deleted: list[Slot] = []
        self.start()
        if are_ready:
            for modem in self.modems:
                self.line(modem.name)

    def start(self) -> None:
        """Open the file and build the services, as the program does."""
        self.store = Store(empty_store.put(self.folder / "hotline.db"))
        if self._are_proven:
            prove(self.store, *self.modems)
        self.services = Services(
            self.settings,
            self.store,
            self.clock,
            send=self._send,
            join_parts=join,
            text_of=text_of,
            parts={},
            hears_voice=has_speech,
        )
        self.office, self.desk = self.services.office, self.services.desk
        self.desk.recover()
        if not self.office.users.count():
            self._add_user("li", "operator", "李四")
            self._add_user("lead", "lead", "班长")
            self.office.departments.add("cgj", "城管局", "City management", "bureau")
            self.office.departments.add("gas", "燃气公司", "Gas company", "utility")
            self.office.departments.add_handler(self.department("cgj").id, "周师傅", HANDLER)
            self.office.departments.add_handler(self.department("gas").id, "吴师傅", OTHER_HANDLER)
        self.li, self.lead = self._user("li"), self._user("lead")

    def crash(self) -> None:
        """The program dies and starts again: nothing in memory survives, no command reaches its line."""
        self._handed.clear()
        self.store.close()
        self.start()
        for modem in self.modems:
            self.line(modem.name)

    # --- the telephone network ---

    def handle(self, event: Event) -> list[tuple[str, Command]]:
        """One event, and what the desk wants sent because of it."""
        self.desk.at_once(event)
        outgoing = self.desk.handle(event)
        for _, command in outgoing:
            if isinstance(command, DeleteSms):
                self.deleted.extend(command.slots)
        return outgoing

    def line(self, name: str = "line1", state: LineState = LineState.READY, **more: Any) -> None:
        self.handle(LineChanged(name, state, **more))

    def text(self, *, from_: str, text: str, line: str = "line1", sent_at: datetime | None = None) -> int:
        """Somebody texts the office, a second later than the last; returns the id of the message's row."""
        self.clock.advance(1)
        event = self.sms(from_=from_, text=text, line=line, sent_at=sent_at)
        self.handle(event)
        return self.last_sms()

    def sms(
        self,
        *,
        from_: str,
        text: str,
        line: str = "line1",
        sent_at: datetime | None = None,
        reference: int | None = None,
        total: int = 1,
        part: int = 1,
        alphabet: str = "ucs2",
    ) -> SmsStored:
        """A message in the module's store, not yet told to the desk."""
        self._serial += 1
        body = text.encode("utf-16-be", "surrogatepass") if alphabet == "ucs2" else text.encode()
        message = Deliver(from_, body, alphabet, sent_at or self.clock.now(), reference, total, part)
        raw = hashlib.sha256(repr((message,)).encode()).hexdigest().upper()
        return SmsStored(line, "imsi:460001234567890", Slot("SM", self._serial, 1), raw, message)

    def parts(self, *, from_: str, text: str, reference: int = 7, size: int = 67, **more: Any) -> list[SmsStored]:
        """A long message as its parts, in UTF-16 units, so that a part may end inside a character."""
        units = text.encode("utf-16-be")
        pieces = [units[start : start + 2 * size] for start in range(0, len(units), 2 * size)]
        return [
            self.sms(
                from_=from_,
                text=piece.decode("utf-16-be", "surrogatepass"),
                reference=reference,
                total=len(pieces),
                part=number,
                **more,
            )
            for number, piece in enumerate(pieces, start=1)
        ]

    def next_sends(self) -> list[tuple[str, SendSms]]:
        """What the desk hands to the lines now, and handed to them while time passed."""
        sends = [*self._handed, *self._tick()]
        self._handed.clear()
        return sends

    def deliver(self, most: int = 100) -> list[tuple[str, str]]:
        """Let the outbox go out until it is empty or must wait; returns (number, text) of what went."""
        went = []
        for _ in range(most):
            sends = self.next_sends()
            if not sends:
                break
            for line, command in sends:
                self.on_air.append((line, command.number, command.text))
                went.append((command.number, command.text))
                self.network_takes(line, command)
        return went

    def network_takes(self, line: str, command: SendSms) -> tuple[int, ...]:
        """Every part was accepted; returns the references."""
        total = self.office.messages.segments(command.text).parts
        references = []
        for part in range(1, total + 1):
            self._reference = (self._reference + 1) % 256
            references.append(self._reference)
            self.handle(SmsPartSent(line, command.ref, part, total, self._reference))
        self.handle(SmsSent(line, command.ref, tuple(references)))
        return tuple(references)

    def phone(self, number: str) -> list[str]:
        """The texts that the office sent to this number."""
        return [text for _, to, text in self.on_air if to == number]

    def ring(self, *, from_: str | None, line: str = "line1") -> int:
        """Somebody calls; returns the modem's number for the call."""
        self._serial += 1
        self.handle(CallRinging(line, self._serial, None))
        if from_ is not None:
            self.handle(CallerKnown(line, self._serial, from_))
        return self._serial

    def connected(self, call: int, line: str = "line1") -> None:
        self.handle(CallAnswered(line, call))

    def hang_up(self, call: int, reason: EndReason = EndReason.REMOTE, line: str = "line1") -> None:
        self.handle(CallEnded(line, call, reason))

    def wait(self, seconds: float = 0, **more: float) -> None:
        """Let time pass; the desk looks up at the end of it."""
        self.clock.advance(seconds, **more)
        self._handed += self._tick()

    def sweep(self) -> int:
        """The minute's look at what is due."""
        return self.office.reminders.sweep(self.clock.now())

    # --- the people ---

    def department(self, code: str = "cgj") -> Department:
        return next(each for each in self.office.departments.all() if each.code == code)

    def take_in(
        self, no: int, *, type_: str = "complaint", title: str = "东街路灯不亮", urgency: str = "normal"
    ) -> None:
        """The operator completes a draft and accepts it."""
        row = self.office.tickets.row(no)
        form = TicketForm(
            title=title,
            content=title,
            place="东街12号",
            type=type_,
            category="other",
            urgency=urgency,
            contact_phone=row.phone,
        )
        saved = self.office.tickets.save(no, form, row.version, self.li)
        self.office.tickets.move(no, "accept", self.li, version=saved.version)

    def dispatch(self, no: int, code: str = "cgj", **more: Any) -> None:
        version = self.office.tickets.row(no).version
        department_id = self.department(code).id
        self.office.tickets.move(no, "dispatch", self.li, version=version, department_id=department_id, **more)

    def move(self, no: int, key: str, **more: Any) -> None:
        self.office.tickets.move(no, key, self.li, version=self.office.tickets.row(no).version, **more)

    def ticket_with_unit(self, *, from_: str = WANG, text: str = "东街路灯不亮", code: str = "cgj", **more: Any) -> int:
        """A citizen's SMS that became a ticket and lies with a department; everything was delivered."""
        self.text(from_=from_, text=text)
        no = self.last_no()
        self.take_in(no, title=text, **more)
        self.dispatch(no, code)
        self.deliver()
        return no

    def ticket_asked(self, **more: Any) -> int:
        """The same, answered, approved, its citizen asked for a rating."""
        no = self.ticket_with_unit(**more)
        self.move(no, "reply", text="路灯已修复")
        self.move(no, "approve")
        self.deliver()
        return no

    # --- looking ---

    def last_sms(self) -> int:
        return int(self.one("SELECT max(id) AS id FROM sms_in")["id"] or 0)

    def last_no(self) -> int:
        return int(self.one("SELECT max(no) AS no FROM ticket")["no"] or 0)

    def sms_row(self, sms_id: int) -> Any:
        return self.one("SELECT s.*, w.text FROM sms_in s JOIN sms_words w ON w.sms_id = s.id WHERE s.id = ?", sms_id)

    def status(self, no: int) -> str:
        return str(self.one("SELECT status FROM ticket WHERE no = ?", no)["status"])

    def one(self, sql: str, *values: Any) -> Any:
        return self.store.row(sql, values)

    def count(self, what: str, *values: Any) -> int:
        """count("sms_in WHERE kind = ?", "advert")"""
        return int(self.one(f"SELECT count(*) AS n FROM {what}", *values)["n"])

    def outbox(self, **where: Any) -> list[Any]:
        """Rows of the outbox with their words, oldest first."""
        conditions = " AND ".join(f"o.{name} = ?" for name in where) or "1"
        return list(
            self.store.rows(
                "SELECT o.*, w.number, w.text FROM outbox o JOIN outbox_words w ON w.outbox_id = o.id"
                f" WHERE {conditions} ORDER BY o.id",
                tuple(where.values()),
            )
        )

    def notes(self, no: int) -> list[tuple[str, str, str]]:
        """(kind, state, text) of a ticket's notes."""
        rows = self.store.rows(
            "SELECT n.kind, n.state, w.text FROM ticket_note n JOIN note_words w ON w.note_id = n.id"
            " JOIN ticket t ON t.id = n.ticket_id WHERE t.no = ? ORDER BY n.id",
            (no,),
        )
        return [(row["kind"], row["state"], row["text"]) for row in rows]

    def reminders(self) -> list[str]:
        return [reminder.kind for reminder in self.office.reminders.open()]

    def _tick(self) -> list[tuple[str, SendSms]]:
        return [(line, command) for line, command in self.desk.tick() if isinstance(command, SendSms)]

    def _send(self, line: str, command: Command) -> bool:
        self.commands.append((line, command))
        self.on_command(command)
        return self.takes_commands

    def _add_user(self, name: str, role: str, display_name: str) -> None:
        """Without a password: hashing one takes longer than most tests, and nobody signs in here."""
        with self.store.transaction() as tx:
            tx.insert(
                "user",
                name=name,
                display_name=display_name,
                role=role,
                password_hash="",
                created_at=utc_text(self.clock.now()),
            )

    def _user(self, name: str) -> User:
        return next(user for user in self.office.users.all() if user.name == name)
