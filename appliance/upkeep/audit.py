"""Who did what and when: append-only, each row sealed together with the one before it.

Rows hold ids and digests, never words. The digest of words about a person is keyed with that person's salt: it proves
which words stood there as long as the salt exists, and tells nothing once the person is erased and the salt dropped.
The seal is keyed with the box key, so that a copy of the database alone cannot be changed without being noticed.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.clock import Clock, utc_text
from appliance.people.keys import BoxKey
from appliance.people.user import User
from db import audit as rows
from db import people
from db.store import Store, Transaction

SEALED = ("seq", "at", "user_id", "role", "action", "entity", "entity_id", "digest")


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last row. Kept elsewhere (a printed report, a backup) it shows a chain that was cut off at its end."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    rows: int
    first_bad_seq: int | None  # None: every row is as it was written

    @property
    def is_whole(self) -> bool:
        return self.first_bad_seq is None


class Audit:
    """The office's memory of its own deeds."""

    def __init__(self, store: Store, clock: Clock, key: BoxKey) -> None:
        self.store, self._clock, self._key = store, clock, key

    def write(
        self,
        tx: Transaction,
        action: str,
        entity: str,
        entity_id: int | None,
        by: User | None = None,
        *,
        role: str = "",
        words: Sequence[str] = (),
        citizen_id: int | None = None,
        user_id: int | None = None,
        salt: bytes | None = None,
    ) -> None:
        """Add one row in the caller's transaction. `user_id` is for who has no User at hand.

        `words` are digested with `salt`, else with the citizen's, else with the box key (words of the office itself).
        """
        before = rows.last(tx)
        previous = before["hash"] if before else ""
        values: dict[str, object] = {
            "seq": before["seq"] + 1 if before else 1,
            "at": utc_text(self._clock.now()),
            "user_id": by.id if by else user_id,
            "role": role or (str(by.role) if by else "system"),
            "action": action,
            "entity": entity,
            "entity_id": entity_id,
            "digest": self._digest(tx, words, citizen_id, salt),
        }
        rows.append(tx, **values, previous=previous, hash=self._seal(previous, values))

    def head(self) -> AuditHead:
        last = rows.last(self.store)
        return AuditHead(last["seq"], last["hash"]) if last else AuditHead(0, "")

    def verify(self, known: AuditHead | None = None) -> AuditVerdict:
        """Work every seal out again. `known` is a head noted earlier: the chain must still contain it."""
        count, previous, is_known_seen = 0, "", known is None or known.seq == 0
        for row in rows.all_rows(self.store):
            is_good = (
                row["seq"] == count + 1
                and row["previous"] == previous
                and hmac.compare_digest(row["hash"], self._seal(previous, row))
            )
            if known is not None and row["seq"] == known.seq:
                is_known_seen = is_good = is_good and row["hash"] == known.hash
            if not is_good:
                return AuditVerdict(count, count + 1)
            count, previous = count + 1, row["hash"]
        return AuditVerdict(count, None if is_known_seen else count + 1)

    def _seal(self, previous: str, row: dict[str, object] | sqlite3.Row) -> str:
        plain = json.dumps([row[name] for name in SEALED], ensure_ascii=True, separators=(",", ":"))
        return self._key.digest("audit", previous, plain)

    def _digest(self, tx: Transaction, words: Sequence[str], citizen_id: int | None, salt: bytes | None) -> str:
        if not words:
            return ""
        if salt is None and citizen_id is not None:
            salt = people.citizen_salt(tx, citizen_id)
            if salt is None:
                return ""  # an erased person: no digest may be made any more
        if salt is not None:
            return BoxKey.digest_with(salt, "audit words", *words)
        return self._key.digest("audit words", *words)
