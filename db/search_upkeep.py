"""Mending and checking the search index: a wrong 'delete' leaves ghosts in it that nothing else would notice."""

from __future__ import annotations

import random
from dataclasses import dataclass

from db.search import FILLED_TO, PURGE, pairs, put_in, text_of
from db.store import Reads, Store

REBUILD_BATCH = 500
TERMS_AT_ONCE = 4
PURGED_PAGES = 64  # of the index are written anew in one transaction
PURGE_STEPS = 32  # at a time: a large index takes many minutes of little work
WORDS_AT_ONCE = 16  # of one ticket: an entry that is missing is missing with all its words


@dataclass(frozen=True, slots=True)
class SearchVerdict:
    """What a check of the index found: ids of tickets that it misses, or finds by words they don't have."""

    checked: int
    missing: tuple[int, ...]
    ghosts: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.ghosts


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
            put_in(tx, row["ticket_id"], text_of(row["no"], row))
        if rows:
            tx.execute("UPDATE meta SET value = ? WHERE key = ?", (str(rows[-1]["ticket_id"]), FILLED_TO))
        else:
            tx.execute("DELETE FROM meta WHERE key = ?", (FILLED_TO,))
    return len(rows)


def purge(store: Store, steps: int = PURGE_STEPS) -> bool:
    """Write the index anew, piece by piece, until nothing of what was taken out is in it. True once it is done.

    An entry that is taken out of a contentless index is only marked: it stands in the file until its piece is merged
    with the oldest one. Four digits at a time a telephone number could be put together again from that.
    """
    return any(_purge_on(store) for _ in range(steps))


def _purge_on(store: Store) -> bool:
    with store.transaction() as tx:
        owed = tx.row("SELECT value FROM meta WHERE key = ?", (PURGE,))
        if owed is None:
            return True
        is_first = owed["value"] == "asked"
        pages = -PURGED_PAGES if is_first else PURGED_PAGES
        # A negative number begins to merge everything into one piece; positive ones go on with it.
        tx.execute("INSERT INTO ticket_search (ticket_search, rank) VALUES ('usermerge', 2)")
        before = tx.connection.total_changes
        tx.execute("INSERT INTO ticket_search (ticket_search, rank) VALUES ('merge', ?)", (pages,))
        is_done = not is_first and tx.connection.total_changes - before < 2  # FTS5 documentation, the "merge" command
        tx.execute("INSERT INTO ticket_search (ticket_search, rank) VALUES ('usermerge', 4)")
        if is_done:
            tx.execute("DELETE FROM meta WHERE key = ?", (PURGE,))
            tx.after(store.fold_log)
        elif is_first:
            tx.execute("UPDATE meta SET value = 'begun' WHERE key = ?", (PURGE,))
    return is_done


def check(store: Store, sample: int = 200, chance: random.Random | None = None) -> SearchVerdict:
    """Compare `sample` tickets and as many words of the index with each other, in both directions.

    With a sample larger than the number of tickets and of words it looks at all of them. Tickets may be written
    meanwhile: tickets and index are read as they stood at one moment.
    """
    chance = chance or random.Random()  # noqa: S311 - which rows are looked at is no secret
    with store.snapshot() as reads:
        picked = _sample_ids(reads, sample, chance)
        missing = tuple(ticket_id for ticket_id in picked if not _is_indexed(reads, ticket_id, chance))
        ghosts: dict[int, None] = {}
        for term in _sample_terms(reads, picked, sample, chance):
            ghosts.update(dict.fromkeys(_ghosts_of(reads, term, sample)))
    return SearchVerdict(len(picked), missing, tuple(ghosts))


def _sample_ids(reads: Reads, sample: int, chance: random.Random) -> list[int]:
    few = [row["ticket_id"] for row in reads.rows("SELECT ticket_id FROM ticket_words LIMIT ?", (sample + 1,))]
    if len(few) <= sample:
        return few
    newest = reads.row("SELECT max(ticket_id) AS id FROM ticket_words")
    picked = {chance.randint(1, newest["id"] if newest else 1) for _ in range(sample)}
    gaps = ", ".join("?" * len(picked))
    found = reads.rows(f"SELECT ticket_id FROM ticket_words WHERE ticket_id IN ({gaps})", tuple(picked))  # noqa: S608
    return [row["ticket_id"] for row in found]


def _index_words(reads: Reads, ticket_id: int) -> list[str]:
    """The words that the index should have of this ticket; none once it was erased."""
    row = reads.row(
        "SELECT ticket_words.*, ticket.no FROM ticket_words JOIN ticket ON ticket.id = ticket_words.ticket_id"
        " WHERE ticket_id = ?",
        (ticket_id,),
    )
    return pairs(text_of(row["no"], row)).split() if row else []


def _is_indexed(reads: Reads, ticket_id: int, chance: random.Random) -> bool:
    words = _index_words(reads, ticket_id)
    if not words:
        return True
    words = chance.sample(words, min(len(words), WORDS_AT_ONCE))
    match = " ".join(f'"{word}"' for word in words)
    sql = "SELECT 1 FROM ticket_search WHERE ticket_search MATCH ? AND rowid = ?"
    return reads.row(sql, (match, ticket_id)) is not None


def _sample_terms(reads: Reads, picked: list[int], sample: int, chance: random.Random) -> list[str]:
    """Words from the beginning of the index, and those behind a word of each ticket: seeks, never a walk."""
    starts = [("", sample)]
    for ticket_id in picked:
        starts += [(chance.choice(words), TERMS_AT_ONCE) for words in [_index_words(reads, ticket_id)] if words]
    sql = "SELECT term FROM ticket_search_terms WHERE term >= ? LIMIT ?"
    found = dict.fromkeys(row["term"] for start in starts for row in reads.rows(sql, start))
    few = list(found)
    return few if len(few) <= sample else chance.sample(few, sample)


def _ghosts_of(reads: Reads, term: str, most: int) -> list[int]:
    """The newest tickets that the index finds by this word and that do not have it."""
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
