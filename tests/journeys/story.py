"""A story told by people: an office in fast time, its pages, its citizens and its departments.

What a person does is a press of a button (`presses`), what time does is the program's own minute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from appliance.casework import lifecycle
from appliance.clock import utc_text
from tests.appliance.small_office import SmallOffice
from tests.web.house import Seat
from web import create_app
from web.settings import WebSettings

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE_S = 60.0


class Story:
    """`story.li.get("/tickets")`, `story.says(WANG, "...")`, `story.days(3)`; `story.office` has the services."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.small = SmallOffice(folder, **options)
        self.office, self.clock = self.small.office, self.small.clock
        self.app = create_app(self.office, WebSettings(secret=self.small.services.web_secret, beat_s=0.2))
        self._names: dict[int, str] = {}
        self.li, self.lead = self.seat("li"), self.seat("lead")
        self.presses = 0  # buttons that a person pressed
        self.typed = 0  # characters that a person typed

    def seat(self, name: str) -> Seat:
        """A browser of somebody who is signed in; nobody waits for a password to be hashed."""
        seat = Seat(self.app)
        self._names[id(seat)] = name
        self._sign_in(seat)
        return seat

    def member(self, name: str, role: str, department: str = "") -> Seat:
        """Somebody more who signs in here, without a password to be hashed."""
        unit = self.small.department(department).id if department else None
        with self.small.store.transaction() as tx:
            at = utc_text(self.clock.now())
            tx.insert(
                "user", name=name, display_name=name, role=role, password_hash="!", department_id=unit, created_at=at
            )
        return self.seat(name)

    def at_work(self, seat: Seat) -> Seat:
        """Signed in again where the session has ended, as everybody does each morning: it lasts twelve hours."""
        if seat.get("/settings").status_code != 200:
            self._sign_in(seat)
        return seat

    def _sign_in(self, seat: Seat) -> None:
        name = self._names[id(seat)]
        user = next(user for user in self.office.users.all() if user.name == name)
        with self.small.store.transaction() as tx:
            token = self.office.users._open(tx, user)
        seat.client.set_cookie("hotline_session", token)

    # --- time ---

    def minutes(self, count: float, step: float = 1.0) -> None:
        """Time passes; the program looks every `step` minutes, and what it sends goes out."""
        until = self.clock.monotonic_s() + count * MINUTE_S
        while (left := until - self.clock.monotonic_s()) > 0:
            self.clock.advance(min(left, step * MINUTE_S))
            for look in self.small.services.every_minute.values():
                look()
            self.small.deliver()

    def days(self, count: float) -> None:
        self.minutes(count * 24 * 60, step=30)

    def until(self, *when: int) -> None:
        """To a moment by the office's wall clock."""
        moment = datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]
        self.minutes((moment - self.clock.now()).total_seconds() / MINUTE_S, step=30)
        assert self.clock.now() >= moment.astimezone(UTC)

    # --- people ---

    def says(self, number: str, text: str) -> int:
        """Somebody texts the office and is answered; returns the message's id."""
        sms = self.small.text(from_=number, text=text)
        self.small.deliver()
        return sms

    def heard(self, number: str) -> str:
        """The last text on this telephone."""
        return (self.small.phone(number) or [""])[-1]

    def type(self, count: int) -> None:
        """So many characters were typed; what a form holds already is not."""
        self.typed += count

    def press(
        self, seat: Seat, path: str, page: str, fields: Mapping[str, Any] | None = None, *, is_refused: bool = False
    ) -> str:
        """Open a page, fill in one of its forms and send it; returns where that leads.

        `is_refused`: a person is told that it can't be done, and nothing was.
        """
        self.at_work(seat)
        given = dict(fields or {})
        self.presses += 1
        answer = seat.post(path, given, page=page)
        wrong = re.findall(r'class="(?:field-wrong|bar bar-bad)[^>]*>(.*?)</p>', answer.text, re.DOTALL)
        if is_refused:
            assert answer.status_code in (409, 422), f"{path}: {answer.status_code} {answer.headers.get('Location')}"
            return ""
        assert answer.status_code in (200, 302), f"{path}: {answer.status_code} {wrong or answer.text[:2000]}"
        self.small.deliver()
        return answer.headers.get("Location", "")

    def move(self, no: int, key: str, seat: Seat | None = None, *, is_refused: bool = False, **fields: Any) -> None:
        """A button on the ticket's page."""
        page = f"/tickets/{no}"
        version = self.office.tickets.row(no).version
        self.press(
            seat or self.li, f"{page}/move", page, {"move": key, "version": version, **fields}, is_refused=is_refused
        )

    # --- looking ---

    def status(self, no: int) -> str:
        return self.small.status(no)

    def visited(self, no: int) -> list[str]:
        """Every status the ticket was in, in order, without repeats in a row; held against the table of moves."""
        found, at = [""], ""
        for row in self.small.store.rows(
            "SELECT m.* FROM ticket_move m JOIN ticket t ON t.id = m.ticket_id WHERE t.no = ? ORDER BY m.id", (no,)
        ):
            assert row["from_status"] == at, f"the history of {no} is broken at {row['move']}"
            move = lifecycle.move(row["move"])
            allowed = {move.to_status, move.or_status} if move.to_status != lifecycle.STAYS else {at}
            assert row["to_status"] in allowed, f"{row['move']} led from {at} to {row['to_status']}"
            at = row["to_status"]
            if at != found[-1]:
                found.append(at)
        assert at == self.status(no), "the history does not lead to where the ticket is"
        return found[1:]
