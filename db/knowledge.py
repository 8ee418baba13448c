"""Rows of articles, of what they said before, and of tickets answered with them. Questions: db/knowledge_gaps.py.

As with tickets (db/search.py) the index is contentless: an entry is taken out with the very pairs that were put in.
So `add`, `change` and `retire` are the only functions that write an article's words, and write the index with them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from db.search import fold, match_of, pairs
from db.store import Reads, Transaction

LANGUAGES = ("zh", "en")
WORDS = ("title", "answer", "sms", "materials", "fees", "place")
FACTS = ("code", "kind", "category", "department_id", "valid_to_on", "is_public")
COLUMNS = (*FACTS, *(f"{word}_{language}" for language in LANGUAGES for word in WORDS))
SEARCHED = ("title", "answer", "materials", "fees", "place")
MOST_CANDIDATES = 500

_ARTICLE = """
    SELECT a.*, d.code AS unit_code, d.name_zh AS unit_zh, d.name_en AS unit_en, u.display_name AS who,
        (SELECT count(*) FROM ticket_article t WHERE t.article_id = a.id) AS used
    FROM article a LEFT JOIN department d ON d.id = a.department_id LEFT JOIN user u ON u.id = a.changed_by
"""


def searched(row: sqlite3.Row | dict[str, Any]) -> str:
    """Everything of an article that is searched, one field a line."""
    return "\n".join(
        [str(row["code"]), *(str(row[f"{word}_{language}"]) for language in LANGUAGES for word in SEARCHED)]
    )


# --- reading -------------------------------------------------------------------------------------------------------


def article(reads: Reads, article_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_ARTICLE} WHERE a.id = ?", (article_id,))


def by_code(reads: Reads, code: str) -> sqlite3.Row | None:
    return reads.row(f"{_ARTICLE} WHERE a.code = ?", (code,))


def articles(reads: Reads, *, categories: Sequence[str] | None = None, kind: str = "") -> list[sqlite3.Row]:
    """Those in use, those used most first. `categories`: None is every one."""
    where, values = _narrowed(categories, kind)
    return reads.rows(f"{_ARTICLE} WHERE {where} ORDER BY used DESC, a.code", values)


def with_all(
    reads: Reads, words: tuple[str, ...], *, categories: Sequence[str] | None = None, kind: str = ""
) -> list[sqlite3.Row]:
    """Articles that contain all these folded words, each one checked against the words themselves."""
    if not words:
        return []
    found = _matching(reads, match_of(words), *_narrowed(categories, kind))
    return [row for row in found if all(word in fold(searched(row)) for word in words)]


def with_any(reads: Reads, several: Sequence[str]) -> list[sqlite3.Row]:
    """Articles in which any of these pairs of characters stands; how well they fit is for the caller to say."""
    wanted = [pair for pair in dict.fromkeys(pairs(" ".join(several)).split()) if len(pair) > 1]
    return _matching(reads, " OR ".join(f'"{pair}"' for pair in wanted)) if wanted else []


def _matching(
    reads: Reads, match: str, where: str = "a.retired_at IS NULL", values: tuple[str, ...] = ()
) -> list[sqlite3.Row]:
    """The limit counts those narrowed so, and no others."""
    return reads.rows(
        f"{_ARTICLE} WHERE a.id IN (SELECT rowid FROM article_search WHERE article_search MATCH ?)"  # noqa: S608
        f" AND {where} LIMIT ?",
        (match, *values, MOST_CANDIDATES),
    )


def _narrowed(categories: Sequence[str] | None, kind: str) -> tuple[str, tuple[str, ...]]:
    narrowed, values = ["a.retired_at IS NULL"], [*(categories or ())]
    if categories is not None:
        narrowed.append(f"a.category IN ({', '.join('?' * len(categories))})")
    if kind:
        narrowed.append("a.kind = ?")
        values.append(kind)
    return " AND ".join(narrowed), tuple(values)


def before(reads: Reads, article_id: int) -> list[sqlite3.Row]:
    """What it said, the newest first."""
    return reads.rows(
        "SELECT b.*, u.display_name AS who FROM article_before b LEFT JOIN user u ON u.id = b.written_by"
        " WHERE b.article_id = ? ORDER BY b.version DESC",
        (article_id,),
    )


# --- writing -------------------------------------------------------------------------------------------------------


def add(tx: Transaction, values: dict[str, Any], *, at: str, by: int | None) -> int:
    article_id = tx.insert("article", **values, changed_at=at, changed_by=by)
    _put_in(tx, article_id, searched(values))
    return article_id


def change(tx: Transaction, was: sqlite3.Row, values: dict[str, Any], *, at: str, by: int | None) -> None:
    """Keep what it said, and write what it says from now on. `was` is the row as it stands in this transaction."""
    tx.insert(
        "article_before",
        article_id=was["id"],
        version=was["version"],
        written_at=was["changed_at"],
        written_by=was["changed_by"],
        columns=json.dumps({name: was[name] for name in COLUMNS}, ensure_ascii=False),
    )
    gaps = ", ".join(f"{name} = :{name}" for name in COLUMNS)
    tx.execute(
        f"UPDATE article SET {gaps}, version = version + 1, changed_at = :at, changed_by = :by WHERE id = :id",  # noqa: S608
        {**values, "at": at, "by": by, "id": was["id"]},
    )
    if was["retired_at"] is not None:
        tx.execute("UPDATE article SET retired_at = NULL WHERE id = ?", (was["id"],))
    else:
        _take_out(tx, was["id"], searched(was))
    _put_in(tx, was["id"], searched(values))


def retire(tx: Transaction, was: sqlite3.Row, at: str) -> None:
    """Out of lists and search; what was answered with it still names it."""
    tx.execute("UPDATE article SET retired_at = ? WHERE id = ?", (at, was["id"]))
    _take_out(tx, was["id"], searched(was))


def rebuild(tx: Transaction) -> int:
    """Fill the index anew; the number of articles in it."""
    tx.execute("INSERT INTO article_search (article_search) VALUES ('delete-all')")
    found = tx.rows("SELECT * FROM article WHERE retired_at IS NULL")
    for row in found:
        _put_in(tx, row["id"], searched(row))
    return len(found)


def _put_in(tx: Transaction, article_id: int, text: str) -> None:
    tx.execute("INSERT INTO article_search (rowid, pairs) VALUES (?, ?)", (article_id, pairs(text)))


def _take_out(tx: Transaction, article_id: int, text: str) -> None:
    tx.execute(
        "INSERT INTO article_search (article_search, rowid, pairs) VALUES ('delete', ?, ?)", (article_id, pairs(text))
    )


# --- tickets answered with it --------------------------------------------------------------------------------------


def of_ticket(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """What it was answered with, the latest first."""
    return reads.rows(
        "SELECT l.version AS used_version, l.at AS used_at, l.outbox_id, a.* FROM ticket_article l"
        " JOIN article a ON a.id = l.article_id WHERE l.ticket_id = ? ORDER BY l.id DESC",
        (ticket_id,),
    )
