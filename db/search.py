"""Full-text search over tickets: every overlapping pair of characters is a word of the index.

Chinese has no blanks between words, and two characters are what people type. An index of pairs finds them without a
dictionary; what several pairs suggest is checked against the words themselves, so the answer is what a LIKE scan finds.
The index is contentless: to take an entry out one must hand in the very pairs that were put in. Therefore `write` is
the one function that writes a ticket's words, and it writes the index entry with them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import chain, repeat

from db.store import Reads, Transaction

WORDS = ("title", "content", "place", "contact_name", "contact_phone", "wish")
SEARCHED = ("title", "content", "place", "contact_name", "contact_phone")
NO_DIGITS = 6  # a ticket's number is found as it is printed: 004512
DIGITS_TOGETHER = 4
MOST_TERMS, LONGEST_QUERY = 10, 200
SCANNED_FIRST = 500  # so many of the newest tickets are simply read when only single characters are asked for
MOST_EXAMINED = 20_000  # a query of common pairs that are never together ends here, with a cursor to go on from
BATCHES = (64, 256, 1024)
PURGE = "search_purge"  # in meta while the index still holds pairs of what was taken out: how far the cleaning is
FILLED_TO = "search_filled_to"  # in meta while the index is being filled again: the last ticket that is in it

# Full-width ASCII reads like ASCII; control characters part words. Both sides of a comparison go through this.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys((*range(0x20), 0x7F, 0x3000), " ")
_LONG_NUMBER = re.compile(f"[0-9]{{{DIGITS_TOGETHER},}}")
# To the tokenizer every ASCII sign but letters and digits is a blank: these get a place in the private use area.
_AS_LETTER = {code: chr(0xE000 + code) for code in range(0x21, 0x7F) if not chr(code).isalnum()}


def fold(text: str) -> str:
    """One form for large and small letters, wide and narrow digits. Character by character: parts stay parts."""
    return text.translate(_FOLD).casefold()


def terms(query: str) -> tuple[str, ...]:
    """The words of a query, folded; a ticket must contain them all."""
    readable = query[:LONGEST_QUERY].encode("utf-8", "replace").decode("utf-8")
    return tuple(dict.fromkeys(fold(readable).split()))[:MOST_TERMS]


def pairs(text: str) -> str:
    """The index words of a text: all overlapping pairs, each last character alone, and digits in fours.

    Pairs of digits are common to nearly all telephone numbers; fours tell them apart.
    """
    found: dict[str, None] = {}
    for run in fold(text).translate(_AS_LETTER).split():
        found.update(dict.fromkeys(_slices(run, 2)))
        found[run[-1]] = None
        for digits in _LONG_NUMBER.findall(run):
            found.update(dict.fromkeys(_slices(digits, DIGITS_TOGETHER)))
    return " ".join(found)


def text_of(no: int, words: sqlite3.Row | dict[str, str]) -> str:
    """Everything of a ticket that is searched, one field a line."""
    return "\n".join([*(words[name] for name in SEARCHED), f"{no:0{NO_DIGITS}}"])


def match_of(words: tuple[str, ...]) -> str:
    """The FTS5 query that no ticket with all these words escapes.

    A single character is asked for only when there is nothing longer: as a prefix it costs a walk over many pairs.
    """
    parts: dict[str, None] = {}
    for word in words:
        letters = word.translate(_AS_LETTER)
        for digits in _LONG_NUMBER.findall(letters):
            parts.update(dict.fromkeys(_slices(digits, DIGITS_TOGETHER)))
        rest = _LONG_NUMBER.sub(lambda found: f"{found[0][0]} {found[0][-1]}", letters)
        parts.update(dict.fromkeys(pair for piece in rest.split() for pair in _slices(piece, 2)))
    if parts:
        return " ".join(f'"{part}"' for part in parts)
    return " ".join(f'"{word.translate(_AS_LETTER)}" *' for word in words)


def _slices(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(len(text) - length + 1)]


# --- writing -------------------------------------------------------------------------------------------------------


def write(tx: Transaction, ticket_id: int, no: int, words: dict[str, str], *, salt: bytes | None = None) -> None:
    """Write a ticket's words and their index entry together. A new ticket's words need a `salt`."""
    before = tx.row("SELECT * FROM ticket_words WHERE ticket_id = ?", (ticket_id,))
    values = {
        name: tx.guarded(ticket_id, words[name]) if name in words else before[name] if before else "" for name in WORDS
    }
    if before is None:
        tx.insert("ticket_words", ticket_id=ticket_id, **values, salt=salt)
    else:
        gaps = ", ".join(f"{name} = :{name}" for name in WORDS)
        tx.execute(f"UPDATE ticket_words SET {gaps} WHERE ticket_id = :ticket_id", {**values, "ticket_id": ticket_id})  # noqa: S608
    if _is_awaited(tx, ticket_id):
        return
    if before is not None:
        _take_out(tx, ticket_id, text_of(no, before))
    put_in(tx, ticket_id, text_of(no, values))


def must_purge(tx: Transaction) -> None:
    """What was taken out must not be readable in the index any more: db/search_upkeep.purge sees to it."""
    tx.execute(
        "INSERT INTO meta (key, value) VALUES (?, 'asked') ON CONFLICT (key) DO UPDATE SET value = 'asked'", (PURGE,)
    )


def _is_awaited(tx: Transaction, ticket_id: int) -> bool:
    """The index is being filled again and has not come to this ticket."""
    filled_to = tx.row("SELECT value FROM meta WHERE key = ?", (FILLED_TO,))
    return filled_to is not None and ticket_id > int(filled_to["value"])


def put_in(tx: Transaction, ticket_id: int, text: str) -> None:
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
    for examined, row in enumerate(_candidates(reads, wanted, before, where, values), start=1):
        text = fold(text_of(row["no"], row))
        if all(word in text for word in wanted):
            found.append(row["ticket_id"])
        if len(found) > limit:
            return found[:limit], found[limit - 1]
        if examined >= MOST_EXAMINED:
            return found, row["ticket_id"]
    return found, None


def _candidates(
    reads: Reads, wanted: tuple[str, ...], before: int | None, where: str, values: tuple[object, ...]
) -> Iterator[sqlite3.Row]:
    """Tickets that may have all the words, newest first.

    A common character stands in the newest tickets already; of a rare one the index has few entries.
    """
    below = _newest(reads) + 1 if before is None else before
    if all(len(word) == 1 for word in wanted):
        scanned_to = max(below - SCANNED_FIRST, 1)
        yield from reads.rows(_SCAN.format(where=where), (below, scanned_to, *values))
        below = scanned_to
    match = match_of(wanted)
    for batch in chain(BATCHES, repeat(BATCHES[-1])):
        rows = reads.rows(_MATCH.format(where=where), (match, below, *values, batch))
        yield from rows
        if len(rows) < batch:
            return
        below = rows[-1]["ticket_id"]


_SCAN = """
    SELECT ticket_words.*, ticket.no FROM ticket JOIN ticket_words ON ticket_words.ticket_id = ticket.id
    WHERE ticket.id < ? AND ticket.id >= ? AND {where} ORDER BY ticket.id DESC
"""
# CROSS JOIN: the index comes first, whatever the planner thinks of `where`.
_MATCH = """
    SELECT ticket_words.*, ticket.no FROM ticket_search
    CROSS JOIN ticket ON ticket.id = ticket_search.rowid
    CROSS JOIN ticket_words ON ticket_words.ticket_id = ticket_search.rowid
    WHERE ticket_search MATCH ? AND ticket_search.rowid < ? AND {where}
    ORDER BY ticket_search.rowid DESC LIMIT ?
"""


def _newest(reads: Reads) -> int:
    found = reads.row("SELECT max(id) AS id FROM ticket")
    return int(found["id"] or 0) if found else 0
