"""Which SIM PIN was given to which module, as keyed digests; the PIN itself stands in config.ini alone."""

from __future__ import annotations

from db.store import Transaction


def spend(tx: Transaction, digest: str, at: str) -> bool:
    """Write down that this try is spent; False if an earlier one is, and was not right."""
    cursor = tx.execute(
        "INSERT INTO pin_try (digest, tried_at) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE"
        " SET tried_at = excluded.tried_at, right_at = NULL WHERE right_at IS NOT NULL",
        (digest, at),
    )
    return cursor.rowcount == 1


def was_right(tx: Transaction, digest: str, at: str) -> None:
    """The card took it: its tries are full again, so that it may be given once more."""
    tx.execute("UPDATE pin_try SET right_at = ? WHERE digest = ?", (at, digest))
