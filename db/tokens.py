"""Forms that were sent twice: what the first one made is remembered by the form's token."""

from __future__ import annotations

from db.store import Transaction

KEPT = 20_000  # months of forms; bounded by number, not by age: the clock may be wrong


def scoped(form: str, token: str) -> str:
    """The token of this kind of form: one form's token never answers for another. Without a token there is none."""
    return f"{form}:{token}" if token else ""


def once(tx: Transaction, token: str) -> str | None:
    """What the form with this token made, or None if it is the first. Without a token every form is the first."""
    found = tx.row("SELECT answer FROM form_token WHERE token = ?", (token,)) if token else None
    return found["answer"] if found else None


def forget(tx: Transaction, token: str) -> None:
    """What the form with this token made is gone: it may make another."""
    tx.execute("DELETE FROM form_token WHERE token = ?", (token,))


def remember(tx: Transaction, token: str, at: str, user_id: int | None, answer: str) -> None:
    """`answer` is an id, never a citizen's words. In the same transaction as what it speaks of."""
    if token:
        row_id = tx.insert("form_token", token=token, at=at, user_id=user_id, answer=answer)
        tx.execute("DELETE FROM form_token WHERE rowid <= ?", (row_id - KEPT,))
