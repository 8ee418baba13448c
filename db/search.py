"""Full-text search over tickets: every overlapping pair of characters is a word of the index.

Chinese has no blanks between words, and two characters are what people type. An index of pairs finds them without a
dictionary; what several pairs suggest is checked against the words themselves, so the answer is what a LIKE scan finds.
The index is contentless: to take an entry out one must hand in the very pairs that were put in. Therefore `write` is
the one function that writes a ticket's words, and it writes the index entry with them.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from db.store import Reads, Store, Transaction

WORDS = ("title", "content", "place", "contact_name", "contact_phone", "wish")
SEARCHED = ("title", "content", "place", "contact_name", "contact_phone")
NO_DIGITS = 6  # a ticket's number is found as it is printed: 004512
MOST_TERMS, LONGEST_QUERY = 10, 200
MOST_EXAMINED = 20_000  # a query of common pairs that are never together ends here, with a cursor to go on from
BATCHES = (64, 256, 1024)
REBUILD_BATCH = 500
FILLED_TO = "search_filled_to"  # in meta while the index is being filled again: the last ticket that is in it

# Full-width ASCII reads like ASCII; control characters part words. Both sides of a comparison go through this.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys((*range(0x20), 0x7F, 0x3000), " ")
# To the tokenizer every ASCII sign but letters and digits is a blank: these get a place in the private use area.
_AS_LETTER = {code: chr(0xE000 + code) for code in range(0x21, 0x7F) if not chr(code).isalnum()}


@dataclass(frozen=True, slots=True)
class SearchVerdict:
    """What a check of the index found: ids of tickets that it misses, or finds by words they don't have."""

    checked: int
    missing: tuple[int, ...]
    ghosts: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.ghosts


def fold(text: str) -> str:
    """One form for large and small letters, wide and narrow digits. Character by character: parts stay parts."""
    return text.translate(_FOLD).casefold()


def terms(query: str) -> tuple[str, ...]:
    """The words of a query, folded; a ticket must contain them all."""
    readable = query[:LONGEST_QUERY].encode("utf-8", "replace").decode("utf-8")
    return tuple(dict.fromkeys(fold(readable).split()))[:MOST_TERMS]


def pairs(text: str) -> str:
    """The index words of a text: all overlapping pairs, and each last character alone for one-character queries."""
    found: dict[str, None] = {}
    for run in fold(text).translate(_AS_LETTER).split():
        found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
        found[run[-1]] = None
    return " ".join(found)


def text_of(no: int, words: sqlite3.Row | dict[str, str]) -> str:
    """Everything of a ticket that is searched, one field a line."""
    return "\n".join([*(words[name] for name in SEARCHED), f"{no:0{NO_DIGITS}}"])


def match_of(words: tuple[str, ...]) -> str:
    """The FTS5 query that no ticket with all these words escapes."""
    parts: dict[str, None] = {}
    for word in words:
        letters = word.translate(_AS_LETTER)
        if len(letters) == 1:
            parts[f'"{letters}" *'] = None
        else:
            parts.update(dict.fromkeys(f'"{letters[at : at + 2]}"' for at in range(len(letters) - 1)))
    return " ".join(parts)


# --- writing -------------------------------------------------------------------------------------------------------


def write(tx: Transaction, ticket_id: int, no: int, words: dict[str, str], *, salt: bytes | None = None) -> None:
    """Write a ticket's words and their index entry together. A new ticket's words need a `salt`."""
    before = tx.row("SELECT * FROM ticket_words WHERE ticket_id = ?", (ticket_id,))
    values = {name: words.get(name, before[name] if before else "") for name in WORDS}
    if before is None:
        tx.insert("ticket_words", ticket_id=ticket_id, **values, salt=salt)
    else:
        gaps = ", ".join(f"{name} = :{name}" for name in WORDS)
        tx.execute(f"UPDATE ticket_words SET {gaps} WHERE ticket_id = :ticket_id", {**values, "ticket_id": ticket_id})  # noqa: S608
    if _is_awaited(tx, ticket_id):
        return
    if before is not None:
        _take_out(tx, ticket_id, text_of(no, before))
    _put_in(tx, ticket_id, text_of(no, values))


def erase(tx: Transaction, ticket_id: int, no: int) -> None:
    """Take a ticket's words away, from the index first."""
    before = tx.row("SELECT * FROM ticket_words WHERE ticket_id = ?", (ticket_id,))
    if before is None:
        return
    if not _is_awaited(tx, ticket_id):
        _take_out(tx, ticket_id, text_of(no, before))
    tx.execute("DELETE FROM ticket_words WHERE ticket_id = ?", (ticket_id,))


def _is_awaited(tx: Transaction, ticket_id: int) -> bool:
    """The index is being filled again and has not come to this ticket."""
    filled_to = tx.row("SELECT value FROM meta WHERE key = ?", (FILLED_TO,))
    return filled_to is not None and ticket_id > int(filled_to["value"])


def _put_in(tx: Transaction, ticket_id: int, text: str) -> None:
    tx.execute("INSERT INTO ticket_search (rowid, pairs) VALUES (?, ?)", (ticket_id, pairs(text)))


def _take_out(tx: Transaction, ticket_id: int, text: str) -> None:
    tx.execute(
        "INSERT INTO ticket_search (ticket_search, rowid, pairs) VALUES ('delete', ?, ?)", (ticket_id, pairs(text))
    )


# --- finding -------------------------------------------------------------------------------------------------------


def find(
    reads: Reads, query: str, *, before: int | None, limit: int, where: str = "1", values: tuple[object, ...] = ()
) -> tuple[list[int], int | None]:
    """Ids of the newest tickets with all words of `query`, older than ticket id `before`; and where to go on.

    `where` narrows the tickets further (the program's own SQL over `ticket`, with its `values`).
    """
    wanted = terms(query)
    if not wanted:
        return [], None
    found: list[int] = []
    for examined, row in enumerate(_candidates(reads, match_of(wanted), before, where, values), start=1):
        text = fold(text_of(row["no"], row))
        if all(word in text for word in wanted):
            found.append(row["ticket_id"])
        if len(found) > limit:
            return found[:limit], found[limit - 1]
        if examined >= MOST_EXAMINED:
            return found, row["ticket_id"]
    return found, None


def _candidates(
    reads: Reads, match: str, before: int | None, where: str, values: tuple[object, ...]
) -> Iterator[sqlite3.Row]:
    """Tickets that have all the pairs, newest first, read in growing batches."""
    below = before
    for batch in chain(BATCHES, repeat(BATCHES[-1])):
        rows = reads.rows(
            "SELECT ticket_words.*, ticket.no FROM ticket_search"  # noqa: S608
            " CROSS JOIN ticket ON ticket.id = ticket_search.rowid"
            " CROSS JOIN ticket_words ON ticket_words.ticket_id = ticket_search.rowid"
            f" WHERE ticket_search MATCH ? AND (? IS NULL OR ticket_search.rowid < ?) AND {where}"
            " ORDER BY ticket_search.rowid DESC LIMIT ?",
            (match, below, below, *values, batch),
        )
        yield from rows
        if len(rows) < batch:
            return
        below = rows[-1]["ticket_id"]


# --- mending -------------------------------------------------------------------------------------------------------


def rebuild(store: Store) -> int:
    """Drop the index and fill it again, in small transactions. Returns the number of tickets in it.

    Tickets may be written meanwhile. After a crash in the middle call `resume`.
    """
    with store.transaction() as tx:
        tx.execute("INSERT INTO ticket_search (ticket_search) VALUES ('delete-all')")
        tx.execute(
            "INSERT INTO meta (key, value) VALUES (?, '0') ON CONFLICT (key) DO UPDATE SET value = '0'", (FILLED_TO,)
        )
    return resume(store)


def resume(store: Store) -> int:
    """Go on filling the index where a rebuild was interrupted; nothing to do otherwise."""
    count = 0
    while filled := _fill_on(store):
        count += filled
    return count


def _fill_on(store: Store) -> int:
    with store.transaction() as tx:
        filled_to = tx.row("SELECT value FROM meta WHERE key = ?", (FILLED_TO,))
        if filled_to is None:
            return 0
        rows = tx.rows(
            "SELECT ticket_words.*, ticket.no FROM ticket_words JOIN ticket ON ticket.id = ticket_words.ticket_id"
            " WHERE ticket_words.ticket_id > ? ORDER BY ticket_words.ticket_id LIMIT ?",
            (int(filled_to["value"]), REBUILD_BATCH),
        )
        for row in rows:
            _put_in(tx, row["ticket_id"], text_of(row["no"], row))
        if rows:
            tx.execute("UPDATE meta SET value = ? WHERE key = ?", (str(rows[-1]["ticket_id"]), FILLED_TO))
        else:
            tx.execute("DELETE FROM meta WHERE key = ?", (FILLED_TO,))
    return len(rows)


def check(store: Store, sample: int = 200, chance: random.Random | None = None) -> SearchVerdict:
    """Compare `sample` tickets and as many words of the index with each other, in both directions.

    With a sample as large as the office it misses nothing.
    """
    chance = chance or random.Random()  # noqa: S311 - which rows are looked at is no secret
    picked = _sample_ids(store, sample, chance)
    missing = tuple(ticket_id for ticket_id in picked if not _is_indexed(store, ticket_id))
    ghosts: dict[int, None] = {}
    for term in _sample_terms(store, sample, chance):
        ghosts.update(dict.fromkeys(_ghosts_of(store, term, sample)))
    return SearchVerdict(len(picked), missing, tuple(ghosts))


def _sample_ids(reads: Reads, sample: int, chance: random.Random) -> list[int]:
    most = reads.row("SELECT max(ticket_id) AS id, count(*) AS n FROM ticket_words")
    if most is None or most["id"] is None:
        return []
    if most["n"] <= sample:
        return [row["ticket_id"] for row in reads.rows("SELECT ticket_id FROM ticket_words")]
    picked = {chance.randint(1, most["id"]) for _ in range(sample)}
    gaps = ", ".join("?" * len(picked))
    found = reads.rows(f"SELECT ticket_id FROM ticket_words WHERE ticket_id IN ({gaps})", tuple(picked))  # noqa: S608
    return [row["ticket_id"] for row in found]


def _is_indexed(reads: Reads, ticket_id: int) -> bool:
    row = reads.row(
        "SELECT ticket_words.*, ticket.no FROM ticket_words JOIN ticket ON ticket.id = ticket_words.ticket_id"
        " WHERE ticket_id = ?",
        (ticket_id,),
    )
    if row is None:
        return True  # erased meanwhile
    match = " ".join(f'"{word}"' for word in pairs(text_of(row["no"], row)).split())
    return (
        reads.row("SELECT 1 FROM ticket_search WHERE ticket_search MATCH ? AND rowid = ?", (match, ticket_id))
        is not None
    )


def _sample_terms(reads: Reads, sample: int, chance: random.Random) -> list[str]:
    all_terms = [row["term"] for row in reads.rows("SELECT term FROM ticket_search_terms")]
    return all_terms if len(all_terms) <= sample else chance.sample(all_terms, sample)


def _ghosts_of(reads: Reads, term: str, most: int) -> list[int]:
    found = reads.rows(
        "SELECT ticket_search.rowid AS id, ticket_words.*, ticket.no FROM ticket_search"
        " LEFT JOIN ticket ON ticket.id = ticket_search.rowid"
        " LEFT JOIN ticket_words ON ticket_words.ticket_id = ticket_search.rowid"
        " WHERE ticket_search MATCH ? ORDER BY ticket_search.rowid DESC LIMIT ?",
        (f'"{term}"', most),
    )
    return [
        row["id"] for row in found if row["ticket_id"] is None or term not in pairs(text_of(row["no"], row)).split()
    ]
