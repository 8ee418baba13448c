"""A whole office behind its pages: real services on real SQLite, a clock moved by hand, and nobody on the telephone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.casework.tickets import TicketForm
from appliance.clock import FastClock
from appliance.config import DataSettings, ModemSettings, OfficeSettings, Settings
from appliance.limits.hours import OfficeHours
from appliance.office import Office
from appliance.people.user import User
from appliance.runtime import sound_forms
from appliance.services import Services
from appliance.talk_paths import SoundLevels
from db.store import Store
from modem.commands import Command
from modem.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    Deliver,
    EndReason,
    LineChanged,
    LineState,
    Slot,
    SmsStored,
)
from modem.multipart import join, text_of
from tests.appliance.talking import prove
from web import create_app
from web.settings import WebSettings

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
PASSWORDS = {"wang": "street-lamp-77", "li": "market-square-88", "unit": "city-walls-99", "tech": "copper-wire-66"}
ROLES = {"wang": "operator", "li": "lead", "unit": "unit", "tech": "technician"}
CITIZEN, OTHER_CITIZEN, HANDLER = "13800010001", "13800010002", "13900010012"


class PaperTown:
    """The demo's town, without a network behind it."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []
        self.lifted = False

    def ring(self, number: str) -> None:
        self.done.append(("ring", number))

    def ring_landline(self, number: str) -> None:
        self.done.append(("ring_landline", number))

    def voices(self) -> tuple[str, ...]:
        return ("hole", "lamp", "water")

    def speak(self, voice: str) -> None:
        self.done.append(("speak", voice))

    def press(self, keys: str) -> None:
        self.done.append(("press", keys))

    def heard(self) -> bytes:
        return b"RIFF"

    def lift(self) -> None:
        self.done.append(("lift",))

    def put_down(self) -> None:
        self.done.append(("put_down",))

    def is_lifted(self) -> bool:
        return self.lifted

    def text(self, number: str, text: str) -> None:
        self.done.append(("text", number, text))

    def hang_up(self) -> None:
        self.done.append(("hang_up",))

    def pick_up(self) -> None:
        self.done.append(("pick_up",))

    def phones(self) -> list[dict[str, object]]:
        return [{"to": CITIZEN, "from": "12345", "text": "<b>您好</b>", "at": "2026-11-23T01:00:00Z", "id": 1}]

    def calls(self) -> list[dict[str, object]]:
        return [{"number": CITIZEN, "state": "alerting"}]


LANDLINE = ModemSettings(name="land", device="/dev/unused3", kind="voice", talk_path="parallel")


def settings_of(folder: Path, *more: ModemSettings) -> Settings:
    modems = (
        ModemSettings(name="line1", device="unused1", kind="gsm", talk_path="headset", number="13711112222"),
        ModemSettings(name="line2", device="unused2", kind="gsm", talk_path="parallel"),
        *more,
    )
    hours = OfficeHours.parse("mon-fri 08:30-12:00 14:00-17:30")
    office = OfficeSettings(name="青禾县12345热线", short_name="青禾12345", region_code="0571", hours=hours)
    return Settings(office=office, data=DataSettings(directory=folder), modems=modems)


def furnish(folder: Path) -> None:
    """A data folder with departments, a handler and one user of each role; made once, copied for each test."""
    store = Store(folder / "hotline.db")
    office = Services.for_command(settings_of(folder), store, FastClock(MONDAY_MORNING)).office
    city = office.departments.add("CG", "城管局", "City management", "bureau")
    office.departments.add("SW", "自来水公司", "Water", "utility")
    office.departments.add_handler(city.id, "杨帆", HANDLER)
    for name, role in ROLES.items():
        display_name = {"wang": "王敏", "li": "李建国", "unit": "城管局值班", "tech": "赵工"}[name]
        department_id = city.id if role == "unit" else None
        office.users.add(name, role, PASSWORDS[name], display_name=display_name, department_id=department_id)
    store.close()


@dataclass
class House:
    """`house.seat("wang").get("/")`; what happens outside comes by `rings`, `texts`; the office by `house.office`."""

    folder: Path
    is_demo: bool = False
    clock: FastClock = field(default_factory=lambda: FastClock(MONDAY_MORNING))
    sent: list[tuple[str, Command]] = field(default_factory=list)
    town: PaperTown | None = None
    levels: SoundLevels | None = None  # of the call that the box carries
    has_landline: bool = False
    _slot: int = 0

    def __post_init__(self) -> None:
        self.store = Store(self.folder / "hotline.db")
        if self.is_demo:
            self.town = PaperTown()
        settings = settings_of(self.folder, *([LANDLINE] if self.has_landline else []))
        prove(self.store, *settings.modems)
        self.services = Services(
            settings,
            self.store,
            self.clock,
            send=self._send,
            join_parts=join,
            text_of=text_of,
            parts={"desk": lambda: True},
            town=self.town,
            sound_of=lambda line: self.levels,
            sound_forms=sound_forms(),
        )
        for line in (modem.name for modem in settings.modems):
            self.services.desk.handle(LineChanged(line, LineState.READY, operator="China Mobile", signal_dbm=-71))
        self.app: Flask = create_app(self.office, WebSettings(secret=self.services.web_secret, beat_s=0.2))

    @property
    def office(self) -> Office:
        return self.services.office

    def _send(self, line: str, command: Command) -> bool:
        self.sent.append((line, command))
        return True

    def close(self) -> None:
        self.office.feed.close()
        self.store.close()

    # --- people ---

    def user(self, name: str) -> User:
        return next(user for user in self.office.users.all() if user.name == name)

    def stranger(self, **options: Any) -> Seat:
        return Seat(self.app, **options)

    def seat(self, name: str, **options: Any) -> Seat:
        """A browser without JavaScript, signed in as this user."""
        seat = self.stranger(**options)
        answer = seat.sign_in(name, PASSWORDS[name])
        assert answer.status_code == 302, answer.text
        return seat

    # --- what happens outside ---

    def rings(self, number: str | None = CITIZEN, *, line: str = "line1", call: int = 1) -> int:
        """The telephone rings; returns the office's id of the call."""
        self.services.desk.handle(CallRinging(line, call, number))
        return max(card.call_id for card in self.office.calls.board())

    def answered(self, *, line: str = "line1", call: int = 1) -> None:
        self.services.desk.handle(CallAnswered(line, call))

    def hangs_up(self, *, line: str = "line1", call: int = 1) -> None:
        self.services.desk.handle(CallEnded(line, call, EndReason.REMOTE))

    def texts(self, text: str, number: str = CITIZEN) -> None:
        """A message arrives."""
        self._slot += 1
        deliver = Deliver(number, text.encode("utf-16-be"), "ucs2", self.clock.now())
        pdu = f"{self._slot:04X}"
        self.services.desk.handle(SmsStored("line1", "imsi:1", Slot("SM", self._slot, 1), pdu, deliver))

    # --- a ticket at some point of its life ---

    def form(self, **values: str) -> TicketForm:
        given = {
            "title": "东街路灯不亮",
            "content": "东街邮局到小学门口的三盏路灯一周不亮。",
            "place": "城关镇东街",
            "contact_name": "刘大爷",
            "contact_phone": CITIZEN,
            "type": "help",
            "category": "lamp",
        }
        return TicketForm(**{**given, **values})

    def ticket(self, until: str = "accepted", **values: str) -> int:
        """A new ticket that has come as far as this status; its number."""
        tickets, wang = self.office.tickets, self.user("wang")
        if until == "draft":
            return tickets.open_draft(source="call", content=values.get("content", "东街路灯不亮"))
        no = tickets.create(self.form(**values), wang)
        city = next(unit for unit in self.office.departments.all() if unit.code == "CG")
        words: dict[str, dict[str, Any]] = {
            "dispatched": {"move_key": "dispatch", "department_id": city.id},
            "in_progress": {"move_key": "sign"},
            "review": {"move_key": "reply", "text": "控制箱进水，已更换，三盏灯都亮了。"},
            "survey": {"move_key": "approve"},
            "closed": {"move_key": "rate", "rating": 5},
        }
        for status, order in words.items():
            if tickets.row(no).status == until:
                break
            self.clock.advance(minutes=10)
            tickets.move(no, by=wang, version=tickets.row(no).version, **order)
            assert tickets.row(no).status == status
        assert tickets.row(no).status == until
        return no


class Seat:
    """A browser without JavaScript: what it posts comes from a form it was shown, hidden fields included."""

    def __init__(self, app: Flask, *, is_secure: bool = False, language: str = "") -> None:
        self.client: FlaskClient = app.test_client()
        self.base = "https://localhost" if is_secure else "http://localhost"
        if language:
            self.client.set_cookie("hotline_language", language, secure=is_secure)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=self.base, **options)

    def fragment(self, path: str) -> TestResponse:
        return self.get(path, headers={"HX-Request": "true"})

    def html(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.text

    def post(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        page: str = "/settings",
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Send the form of `page` whose address is `path`, with `fields` typed in."""
        hidden = form_fields(self.get(page).text, path)
        return self.send(path, {**hidden, **(fields or {})}, headers=headers)

    def send(self, path: str, fields: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Send exactly these fields, with what a browser says of the page they come from."""
        said = {"Origin": self.base, "Referer": f"{self.base}/", **(headers or {})}
        return self.client.post(path, data=dict(fields), base_url=self.base, headers=said)

    def sign_in(self, name: str, password: str, *, path: str = "/login") -> TestResponse:
        return self.post(path, {"username": name, "password": password}, page=path)

    def token(self, page: str = "/settings") -> str:
        return form_fields(self.get(page).text, "")["csrf_token"]


def form_fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this address, else the page's form token alone."""
    forms = re.findall(r"<form\b.*?</form>", html, re.DOTALL)
    fitting = next((form for form in forms if f'action="{action}"' in form), "")
    tags = re.findall(r"<input\b[^>]*type=\"hidden\"[^>]*>", fitting or html)
    found: dict[str, str] = {}
    for tag in tags:
        words = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if fitting or words.get("name") == "csrf_token":
            found.setdefault(words.get("name", ""), words.get("value", ""))
    return found


def copy_of(furnished: Path, folder: Path) -> Path:
    shutil.copytree(furnished, folder)
    return folder
