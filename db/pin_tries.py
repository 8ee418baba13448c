"""Which SIM PIN was given to which card, as keyed digests; the PIN itself stands in config.ini alone."""

from __future__ import annotations

from db.store import Reads, Transaction


def is_spent(reads: Reads, digest: str) -> bool:
    """Whether it was tried, and not right."""
    return reads.row("SELECT 1 FROM pin_try WHERE digest = ? AND right_at IS NULL", (digest,)) is not None


def spend(tx: Transaction, digest: str, line: str, at: str) -> bool:
    """Write down that this try is spent; False if an earlier one is, and was not right."""
    cursor = tx.execute(
        "INSERT INTO pin_try (digest, line, tried_at) VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE"
        " SET line = excluded.line, tried_at = excluded.tried_at, right_at = NULL WHERE right_at IS NOT NULL",
        (digest, line, at),
    )
    return cursor.rowcount == 1


def was_right(tx: Transaction, digest: str, at: str) -> None:
    """The card took it: its tries are full again, so that it may be given once more."""
    tx.execute("UPDATE pin_try SET right_at = ? WHERE digest = ?", (at, digest))


def free(tx: Transaction, line: str) -> int:
    """Forget this line's spent tries, and those of before lines were written down; how many there were."""
    return tx.execute("DELETE FROM pin_try WHERE right_at IS NULL AND line IN (?, '')", (line,)).rowcount


def lines_with_spent(reads: Reads) -> list[str]:
    """Lines whose PIN was tried in vain."""
    found = reads.rows("SELECT DISTINCT line FROM pin_try WHERE right_at IS NULL AND line <> '' ORDER BY line")
    return [row["line"] for row in found]
