"""An office with everything of recordings, on a clock moved by hand and without threads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from appliance.clock import FastClock, utc_text
from appliance.people.keys import BoxKey
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.recordings.recordings import Recordings
from appliance.recordings.remaking import Polish, as_it_is
from appliance.upkeep.audit import Audit
from db import recordings as rows
from db.store import Store
from tests.appliance.recordings.sounds import MUCH_ROOM, frames, sound

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # Monday 09:30 in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")


class Shelf:
    def __init__(self, folder: Path, *, polish: Polish = as_it_is) -> None:
        self.data, self.clock, self.clock_ok, self.polish = folder, FastClock(NOW), True, polish
        self.start()

    def start(self) -> None:
        """As after a crash: nothing but the files and the rows."""
        self.store = Store(self.data / "hotline.db")
        key = BoxKey.load(self.data)
        self.audit = Audit(self.store, self.clock, key)
        self.all = Recordings(
            self.data, self.store, self.clock, self.audit, key,
            zone=ZONE, clock_ok=lambda: self.clock_ok, polish=self.polish, look=lambda path: MUCH_ROOM,
        )  # fmt: skip
        self.folder = self.data / "recordings"

    def crash(self) -> None:
        self.store.close()
        self.start()

    def user(self, name: str, role: str) -> User:
        found = self.store.row("SELECT * FROM user WHERE name = ?", (name,))
        if found is None:
            with self.store.transaction() as tx:
                tx.insert("user", name=name, display_name=name, role=role, password_hash="", created_at=utc_text(NOW))
            return self.user(name, role)
        return User(found["id"], name, name, role=Role(role))

    def call(self, call_id: int, *, taken_by: User | None = None) -> None:
        with self.store.transaction() as tx:
            boot = tx.row("SELECT max(id) AS id FROM boot")
            boot_id = (
                boot["id"]
                if boot and boot["id"]
                else tx.insert("boot", started_at=utc_text(NOW), version="0", clock_ok=1)
            )
            tx.insert(
                "call", id=call_id, line="line1", direction="in", ringing_at=utc_text(self.clock.now()),
                boot_id=boot_id, clock_ok=1, taken_by=taken_by.id if taken_by else None,
            )  # fmt: skip

    def ticket(self, call_id: int | None = None, *, is_open: bool = True) -> int:
        with self.store.transaction() as tx:
            last = tx.row("SELECT coalesce(max(no), 0) AS no FROM ticket")
            assert last is not None
            boot = tx.row("SELECT max(id) AS id FROM boot")
            boot_id = (
                boot["id"]
                if boot and boot["id"]
                else tx.insert("boot", started_at=utc_text(NOW), version="0", clock_ok=1)
            )
            return tx.insert(
                "ticket", **ticket_columns(tx, no=last["no"] + 1, call_id=call_id, is_open=is_open, boot_id=boot_id)
            )

    def records(self, call_id: int = 7, seconds: float = 3.0, kind: str = "talk") -> int:
        """A recording that was closed and has its row; its id."""
        self._speak(call_id, seconds, kind).close()
        self.all.recorder.round()
        self.all.register.settle()
        return self.last().id

    def breaks_off(self, call_id: int = 7, seconds: float = 3.0, kind: str = "voicemail") -> None:
        """A recording that the power went out in."""
        self._speak(call_id, seconds, kind)
        self.crash()

    def _speak(self, call_id: int, seconds: float, kind: str):
        self.all.recorder.expect("line1", call_id, call_id=call_id, kind=kind)
        track = self.all.recorder.open("line1", 1, call_id)
        assert track is not None
        for each in range(round(seconds)):
            track.write(frames(50, each * 50))
            self.clock.advance(1)
            self.all.recorder.round()
        return track

    def last(self) -> Row:
        return Row(self, self.store.rows("SELECT max(id) AS id FROM recording")[0]["id"])

    def row(self, recording_id: int) -> Row:
        return Row(self, recording_id)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    def deeds(self) -> list[str]:
        return [row["action"] for row in self.store.rows("SELECT action FROM audit ORDER BY seq")]

    def minutes(self, count: int = 1) -> None:
        """So many minutes pass, and each wakes the keeper."""
        for _ in range(count):
            self.clock.advance(60)
            self.all.keeper.round()


class Row:
    """One row as it stands now."""

    def __init__(self, shelf: Shelf, recording_id: int) -> None:
        self.id, self._shelf = recording_id, shelf

    def __getattr__(self, name: str):
        found = rows.get(self._shelf.store, self.id)
        assert found is not None
        return found[name]


def pcm(seconds: float) -> bytes:
    return sound(seconds)


def pieces(data: bytes, size: int = 7000) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def ticket_columns(tx, **given):
    """A row of `ticket` with what it must have."""
    needed = {
        row["name"]: 0 if row["type"] in ("INTEGER", "REAL") else utc_text(NOW)
        for row in tx.rows("PRAGMA table_info(ticket)")
        if row["notnull"] and row["dflt_value"] is None and not row["pk"]
    }
    return {**needed, **{name: int(value) if isinstance(value, bool) else value for name, value in given.items()}}
