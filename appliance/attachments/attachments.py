"""Photos and scans of tickets, for the pages and for the services that enter paper.

The file is sealed first and its row written in the transaction of whatever it belongs to: a row never lacks its file.
The desk sees all; a department what it sent itself, while it has the ticket in hand; nobody else anything, because a
picture cannot be masked. Every look is in the audit.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from appliance.attachments import kinds
from appliance.attachments.cleaning import cleaned
from appliance.attachments.kinds import KINDS, FileKind
from appliance.attachments.shelf import PURPOSE, AttachmentBroken, Shelf, Stored, new_name
from appliance.casework import forms, sight
from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import NotFound, OfficeError
from appliance.people.keys import BoxKey
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.recordings.sealing import Sealer
from appliance.upkeep.audit import Audit
from db import attachments as rows
from db.store import Reads, Store, Transaction

log = logging.getLogger(__name__)

FOLDER = "attachments"  # below the data folder
LONGEST_NAME = 120
PAPER, EVIDENCE = "paper", "evidence"  # the signed slip; what a department sends with its reply


class SentTwice(Exception):
    """Raised where a form turns out to have come before, once its files were sealed: they are taken away again."""


class AttachmentGone(OfficeError):
    message = "This file cannot be opened. The technician finds the reason in the log."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    file_name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that was checked and lies on the disk; its row is still to be written."""

    stored: Stored
    kind: FileKind
    file_name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: int
    number: int  # of those of its ticket, from 1
    kind: str
    file: FileKind
    size_bytes: int
    file_name: str
    added_at: datetime
    added_by: str
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be handed out. Its name is ours: what its owner called it may be a trap or a person."""

    data: bytes
    file: FileKind
    name: str


class Attachments:
    """Safe to call from any web thread."""

    def __init__(self, data_dir: Path, store: Store, clock: Clock, audit: Audit, key: BoxKey) -> None:
        self._store, self._clock, self._audit = store, clock, audit
        self._shelf = Shelf(data_dir / FOLDER, Sealer(key.secret_for(PURPOSE)))
        self._fresh: set[str] = set()  # sealed, or being sealed, in blocks that have not ended
        self._is_tidy = False

    @contextmanager
    def sealing(self, uploads: Sequence[Upload]) -> Iterator[tuple[Sealed, ...]]:
        """Check and seal them; they are taken away again where the block fails, and their rows with it.

        What a camera wrote into a photo about whoever took it, and where, is never kept.
        A block that raises SentTwice ends quietly: two presses may both come this far before one of them commits.
        Raises FieldWrong (field "files") before anything is written; OSError when the disk takes no more.
        """
        given = [upload for upload in uploads if upload.file_name or upload.data]
        kinds.few_enough(len(given))
        checked = [(upload, kinds.kind_of(upload.data)) for upload in given]
        names = [new_name() for _ in checked]
        self._fresh.update(names)
        try:
            yield tuple(self._seal(name, *one) for name, one in zip(names, checked, strict=True))
        except BaseException as failure:
            for name in names:
                self._shelf.remove(name)
            if not isinstance(failure, SentTwice):
                raise
        finally:
            self._fresh.difference_update(names)

    def _seal(self, name: str, upload: Upload, kind: FileKind) -> Sealed:
        file_name = forms.clean(Path(upload.file_name.replace("\\", "/")).name)[:LONGEST_NAME]
        digest = sha256(upload.data).hexdigest()  # of what was handed in: it shows whose original is the true one
        kept = cleaned(upload.data, kind)
        return Sealed(self._shelf.put(name, kept), kind, file_name, len(kept), digest)

    def attach(self, tx: Transaction, ticket: sqlite3.Row, sealed: Sequence[Sealed], kind: str, by: User) -> None:
        """Write the rows of what was sealed, in the caller's transaction. What a department sends is that unit's."""
        is_unit = by.role is Role.UNIT
        for file in sealed:
            attachment_id = rows.add(
                tx,
                file.file_name,
                name=file.stored.name,
                ticket_id=ticket["id"],
                assignment_id=ticket["assignment_id"],
                department_id=by.department_id if is_unit else None,
                kind=kind,
                content_type=file.kind.content_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                wrapped_key=file.stored.wrapped_key,
                added_at=utc_text(self._clock.now()),
                added_by=by.id,
            )
            self._audit.write(tx, "attachment_added", "attachment", attachment_id, by)
        if sealed:
            tx.announce("ticket", ticket["no"])

    def of_ticket(self, ticket_id: int, by: User, *, reads: Reads | None = None) -> tuple[AttachmentView, ...]:
        """Those this user may see, the oldest first."""
        found = rows.of_ticket(reads or self._store, ticket_id)
        return tuple(_view(row, number) for number, row in enumerate(found, start=1) if _may_see(row, by))

    def open(self, attachment_id: int, by: User) -> Opened:
        """Raises NotFound, also for what this user may not see; AttachmentGone."""
        row = self._row(attachment_id, by)
        if row["erased_at"] is not None:
            raise AttachmentGone
        try:
            data = self._shelf.read(row["name"], row["wrapped_key"] or b"")
        except AttachmentBroken as broken:
            log.error("the attachment %d cannot be opened: %s", attachment_id, broken)
            raise AttachmentGone from broken
        with self._store.transaction() as tx:
            self._audit.write(tx, "attachment_seen", "attachment", attachment_id, by)
        kind = KINDS[row["content_type"]]
        return Opened(data, kind, f"{format_no(row['ticket_no'])}-{attachment_id}.{kind.ending}")

    def erase(self, attachment_id: int, by: User) -> int:
        """Drop its key, then the file, for good; the number of its ticket. Raises NotFound, NotAllowed."""
        sight.must_be_lead(by)
        row = self._row(attachment_id, by)
        with self._store.transaction() as tx:
            if rows.erase(tx, attachment_id, utc_text(self._clock.now()), by.id):
                self._audit.write(tx, "attachment_erased", "attachment", attachment_id, by)
                tx.announce("ticket", row["ticket_no"])
        with suppress(OSError):  # unreadable without its key; the next start takes it away
            self._shelf.remove(row["name"])
        return int(row["ticket_no"])

    def tidy(self) -> int:
        """Once in each run: take away the files that a crash left without a row. Returns how many."""
        if self._is_tidy:
            return 0
        count = self._shelf.clear(self._is_wanted)
        self._is_tidy = True
        if count:
            log.warning("%d attachments without a row were taken away", count)
        return count

    def _is_wanted(self, name: str) -> bool:
        """In this order: a name leaves `_fresh` after its row is committed."""
        return name in self._fresh or rows.is_kept(self._store, name)

    def _row(self, attachment_id: int, by: User) -> sqlite3.Row:
        row = rows.get(self._store, attachment_id)
        if row is None or not _may_see(row, by):
            raise NotFound
        return row


def _may_see(row: sqlite3.Row, by: User) -> bool:
    if sight.is_desk(by):
        return True
    is_own = by.role is Role.UNIT and by.department_id is not None and row["department_id"] == by.department_id
    return is_own and bool(row["unit_has_it"])


def _view(row: sqlite3.Row, number: int) -> AttachmentView:
    return AttachmentView(
        id=row["id"],
        number=number,
        kind=row["kind"],
        file=KINDS[row["content_type"]],
        size_bytes=row["size_bytes"],
        file_name=row["file_name"] or "",
        added_at=from_utc_text(row["added_at"]),
        added_by=row["added_by_name"] or "",
        is_erased=row["erased_at"] is not None,
    )
