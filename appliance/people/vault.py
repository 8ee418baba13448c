"""The identity vault: the one place where a protected person's name and numbers stand.

Whoever reports in confidence becomes a pseudonym: a citizen's row of his own, whose "number" is a reference that no
telephone can ring (numbers.reference). From then on the whole office works with the reference as with any number:
it is shown, queued, dialled and answered by. Only two doors know what is behind it: `address`, asked in memory at the
moment when a text or a call goes out to a line, and `identity`, for reveal.py alone.

In the transaction that makes a ticket confidential the number and the name leave every other row (db/vault.py lists
them), the salts of the audit's digests are thrown away, so that no digest can be tried with all numbers there are, and
the search index and the write-ahead log are cleaned behind it. If the person is known by nothing but this matter, his
row itself becomes the pseudonym, and what he sends later comes back to it through a keyed look-up. If he has other
tickets they stay as they are, with his name: a pseudonym on them would tell their departments who reports. Then only
what belongs to this ticket moves to a new pseudonym.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from appliance.clock import Clock, utc_text
from appliance.people.keys import BoxKey
from appliance.people.numbers import is_reference, kind_of, may_text, normalise, reference
from appliance.people.pseudonyms import Pseudonyms
from appliance.people.scrubbing import Scrubber, swapped
from appliance.recordings.layout import RecordingBroken
from appliance.recordings.sealing import Sealer
from db import people, search
from db import vault as rows
from db.store import Reads, Store, Transaction

PURPOSE = "seal of identities"  # for BoxKey.secret_for
RECORD = b"I"
PADDED_TO_BYTES = 512  # the length of a sealed row tells nothing of the name in it
SALT_BYTES = 16
PERSONAL = frozenset({"mobile", "landline", "international"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody really is."""

    name: str = ""
    numbers: tuple[str, ...] = ()  # normalised, the one to text or call first


@dataclass(frozen=True, slots=True)
class Shielded:
    """What stands on a ticket instead of its citizen, and what takes him out of words."""

    citizen_id: int | None
    name: str
    phone: str
    scrub: Callable[[str], str]


class Vault:
    """Any thread; `tx` is the caller's transaction."""

    def __init__(self, store: Store, clock: Clock, key: BoxKey, region_code: str, language: str) -> None:
        self._store, self._clock, self._key, self._region_code = store, clock, key, region_code
        self._sealer = Sealer(key.secret_for(PURPOSE))
        self.names = Pseudonyms(language)
        self.on_hidden: Callable[[frozenset[str], int | None, str], None] = _nobody_is_told

    # --- into it ---

    def protect(
        self, tx: Transaction, ticket: sqlite3.Row, citizen_id: int | None, *, name: str, phone: str, keep: bool = True
    ) -> Shielded:
        """Move whoever made this ticket into the vault and out of every other row. `keep` False: into nothing at all.

        Again with a new name or number it is added to what is there.
        """
        kept = rows.of_citizen(tx, citizen_id)
        if kept is not None and citizen_id is not None:
            return self._again(tx, ticket, citizen_id, kept, name=name, phone=phone)
        citizen = people.citizen(tx, citizen_id) if citizen_id is not None else None
        was_phone, was_name = ((citizen["phone"] or ""), citizen["name"]) if citizen is not None else ("", "")
        brought = rows.numbers_in_rows(tx, citizen_id, ticket["id"])
        numbers = self._personal([was_phone, phone, *brought])
        shown = self.names.confidential(ticket["no"]) if keep else self.names.anonymous(ticket["no"])
        scrubber = Scrubber([*numbers, *brought], {name, was_name} - {shown}, shown)
        if not numbers and not name and citizen is None:
            return Shielded(None, "", "", scrubber.scrub)
        is_whole = citizen is not None and citizen_id is not None and not self._has_other_life(tx, citizen_id, ticket)
        if is_whole and citizen_id is not None:
            pseudonym_id = citizen_id
        else:
            pseudonym_id = rows.add_pseudonym(tx, utc_text(self._clock.now()))
            if citizen_id is not None:
                rows.repoint(tx, ticket["id"], citizen_id, pseudonym_id)
                rows.new_salt(tx, citizen_id, secrets.token_bytes(SALT_BYTES))
        identity = Identity(name or was_name, numbers)
        stands_for = self._settle(tx, ticket, pseudonym_id, identity, shown, keep=keep)
        rows.strip_unread(tx, self._as_sent(numbers, brought), [form for each in numbers for form in swapped(each)])
        rows.scrub_texts(tx, pseudonym_id, ticket["id"], scrubber.scrub)
        self._clean_up(tx, frozenset(numbers) if is_whole else frozenset(), ticket["call_id"], stands_for)
        return Shielded(pseudonym_id, shown, stands_for, scrubber.scrub)

    def _again(
        self, tx: Transaction, ticket: sqlite3.Row, citizen_id: int, kept: sqlite3.Row, *, name: str, phone: str
    ) -> Shielded:
        """The ticket is saved once more, or the same person has another matter."""
        identity, shown = self._open(kept), self.names.confidential(ticket["no"])
        new_numbers = self._personal([phone])
        is_new_name = bool(name.strip()) and name != shown and name != people.citizen(tx, citizen_id)["name"]  # type: ignore[index]
        known = replace(
            identity,
            name=name if is_new_name else identity.name,
            numbers=tuple(dict.fromkeys((*new_numbers, *identity.numbers))),
        )
        stands_for = kept["reference"]
        if known != identity:
            stands_for = self._settle(tx, ticket, citizen_id, known, shown, keep=True, known_as=kept["reference"])
        scrubber = Scrubber(known.numbers, {known.name, identity.name}, shown)
        if known != identity:
            rows.scrub_texts(tx, citizen_id, ticket["id"], scrubber.scrub)
            self._clean_up(tx, frozenset(new_numbers), ticket["call_id"], stands_for)
        return Shielded(citizen_id, shown, stands_for if is_reference(stands_for) else "", scrubber.scrub)

    def _settle(
        self,
        tx: Transaction,
        ticket: sqlite3.Row,
        citizen_id: int,
        identity: Identity,
        shown: str,
        *,
        keep: bool,
        known_as: str = "",
    ) -> str:
        """Seal who it is, make the citizen's row a pseudonym, and put the reference wherever a number stood."""
        no = int(known_as[2:]) if is_reference(known_as) else ticket["no"]
        texted = bool(identity.numbers) and may_text(identity.numbers[0])
        stands_for = reference(no, texted=texted) if keep and identity.numbers else ""
        now = utc_text(self._clock.now())
        rows.become_pseudonym(
            tx,
            citizen_id,
            phone=stands_for or None,
            phone_key=self._key.phone_key(stands_for) if stands_for else None,
            name=shown if not known_as else people.citizen(tx, citizen_id)["name"],  # type: ignore[index]
            salt=secrets.token_bytes(SALT_BYTES),
        )
        rows.strip_numbers(tx, citizen_id, ticket["id"], stands_for)
        rows.new_words_salt(tx, ticket["id"], secrets.token_bytes(SALT_BYTES))
        if keep:
            wrapped, sealed = self._seal(citizen_id, identity)
            keys = [self._number_key(number) for number in identity.numbers]
            rows.put(
                tx,
                citizen_id,
                keys,
                reference=stands_for or f"nobody {citizen_id}",
                wrapped_key=wrapped,
                sealed=sealed,
                made_at=now,
                changed_at=now,
            )
        return stands_for

    def _clean_up(self, tx: Transaction, numbers: frozenset[str], call_id: int | None, stands_for: str) -> None:
        """What is still readable behind the rows: the index, the log of changes, the board of calls."""
        search.must_purge(tx)
        tx.after(self._store.fold_log)
        tx.after(lambda: self.on_hidden(numbers, call_id, stands_for))

    # --- what is said and written later ---

    def is_pseudonym(self, reads: Reads, citizen_id: int | None) -> bool:
        return citizen_id is not None and rows.of_citizen(reads, citizen_id) is not None

    def guard(self, tx: Transaction, ticket_id: int, text: str) -> str:
        """Words about a ticket as they may be kept: without its protected person."""
        kept = rows.of_ticket(tx, ticket_id)
        return self._scrubber(kept, self.names.confidential(kept["no"])).scrub(text) if kept is not None else text

    def clean(self, stands_for: str, text: str) -> str:
        """What a protected person writes himself, as it may be kept."""
        kept = rows.by_reference(self._store, stands_for)
        return self._scrubber(kept, stands_for).scrub(text) if kept is not None else text

    def reference_of(self, reads: Reads, number: str) -> str:
        """What stands for this number; "" where it is nobody's, or its owner's open matters are ordinary ones."""
        found = rows.with_number(reads, self._number_key(number)) if number else []
        if not found:
            return ""
        is_ordinary = people.citizen_by_key(reads, self._key.phone_key(number)) is not None
        return "" if is_ordinary and not found[0]["has_open"] else str(found[0]["reference"])

    def references_of(self, reads: Reads, number: str) -> tuple[str, ...]:
        """Everything that stands for this number."""
        return tuple(row["reference"] for row in rows.with_number(reads, self._number_key(number))) if number else ()

    # --- the two doors ---

    def address(self, number: str) -> str:
        """Where a text or a call really goes; for the moment of sending, never to be written. "" once it is erased."""
        if not is_reference(number):
            return number
        kept = rows.by_reference(self._store, number)
        return next(iter(self._open(kept).numbers), "") if kept is not None else ""

    def identity(self, reads: Reads, citizen_id: int) -> Identity | None:
        """Who it is. For appliance/people/reveal.py alone."""
        kept = rows.of_citizen(reads, citizen_id)
        return self._open(kept) if kept is not None else None

    # --- inside ---

    def _has_other_life(self, tx: Transaction, citizen_id: int, ticket: sqlite3.Row) -> bool:
        return rows.has_other_tickets(tx, citizen_id, ticket["id"])

    def _personal(self, numbers: Iterable[str]) -> tuple[str, ...]:
        """Numbers somebody can be reached at, each once, those that can be texted first."""
        normal = dict.fromkeys(normalise(number, self._region_code) for number in numbers)
        found = [number for number in normal if kind_of(number) in PERSONAL]
        return tuple(sorted(found, key=lambda number: not may_text(number)))

    def _as_sent(self, numbers: Iterable[str], brought: Iterable[str]) -> list[str]:
        return list(dict.fromkeys([*brought, *(form for each in numbers for form in (each, f"+86{each.lstrip('0')}"))]))

    def _number_key(self, number: str) -> str:
        return self._key.digest("identity number", number)

    def _scrubber(self, kept: sqlite3.Row, mark: str) -> Scrubber:
        identity = self._open(kept)
        return Scrubber(identity.numbers, [identity.name], mark)

    def _seal(self, citizen_id: int, identity: Identity) -> tuple[bytes, bytes]:
        plain = json.dumps({"name": identity.name, "numbers": identity.numbers}, ensure_ascii=False).encode()
        padding = -len(plain) % PADDED_TO_BYTES
        wrapped, seal = self._sealer.new(_preamble(citizen_id))
        return wrapped, seal.seal(RECORD, 0, plain + b" " * padding)

    def _open(self, kept: sqlite3.Row) -> Identity:
        """Nobody, once the key of the row is gone or is another box's."""
        try:
            seal = self._sealer.known(_preamble(kept["citizen_id"]), kept["wrapped_key"] or b"")
            found = json.loads(seal.open(RECORD, 0, kept["sealed"]))
        except RecordingBroken:
            return Identity()
        return Identity(found["name"], tuple(found["numbers"]))


def _preamble(citizen_id: int) -> bytes:
    return f"identity of citizen {citizen_id}".encode()


def _nobody_is_told(numbers: frozenset[str], call_id: int | None, stands_for: str) -> None:
    """Until the runtime connects the board of calls."""
