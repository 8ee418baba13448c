"""Opens the office's one file and guards the rule of one writer.

SQLite before 3.51.3 can corrupt a WAL file when two connections write or checkpoint at once, so every write of the
process goes through `Store.transaction()`: one connection, one re-entrant lock, no I/O and no callback inside.
Readers are one read-only connection per thread. WAL with synchronous=FULL: with NORMAL, 44 of 70 simulated power
cuts lost acknowledged commits; with FULL none of 120 did.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from db import migrations

BUSY_TIMEOUT_MS = 5000
CACHE_KIB = 2048
CHECKPOINT_PAGES = 1000

Said = tuple[logging.Logger, int, str, tuple[object, ...]]
News = tuple[str, int]  # kind and id of what changed, told to the screens after the commit


Guard = Callable[["Transaction", int, str], str]  # words about a ticket, as they may be kept


class Reads(Protocol):
    """Where rows are read from: a Store (as last committed) or a Transaction (with what it has written so far)."""

    def row(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Row | None: ...

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[sqlite3.Row]: ...


class StoreError(Exception):
    """The office's file cannot be used as it is. The sentence names the file and the cure."""


@dataclass
class Transaction:
    """One unit of work: everything in it is on the disk together, or not at all."""

    connection: sqlite3.Connection
    news: list[News] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    depth: int = 0  # how many blocks of it are open inside one another
    guard: Guard | None = None
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    def execute(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Cursor:
        if not self.connection.in_transaction:  # a full disk rolls back by itself; what follows would commit alone
            raise StoreError("The transaction was rolled back by the database; nothing more can be written in it.")
        return self.connection.execute(sql, values)

    def row(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.execute(sql, values).fetchone()
        return found

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        return self.execute(sql, values).fetchall()

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row of named columns and return its id. `table` and the names are the program's own words."""
        names = ", ".join(values)
        gaps = ", ".join(":" + name for name in values)
        cursor = self.execute(f"INSERT INTO {table} ({names}) VALUES ({gaps})", values)  # noqa: S608
        return int(cursor.lastrowid or 0)

    def guarded(self, ticket_id: int | None, text: str) -> str:
        """Words about a ticket as they may be kept: whoever writes such words to a row asks here first."""
        return self.guard(self, ticket_id, text) if self.guard is not None and ticket_id is not None and text else text

    def after(self, deed: Callable[[], object]) -> None:
        """Do this after the commit and only then, outside the lock."""
        self.afterwards.append(deed)

    def announce(self, kind: str, row_id: int) -> None:
        """Tell the screens, after the commit and only then, that this changed."""
        if (kind, row_id) not in self.news:
            self.news.append((kind, row_id))

    def log(self, logger: logging.Logger, level: int, message: str, *args: object) -> None:
        """Log this after the commit and only then: nobody waits for the writer while a slow log takes a line."""
        self.said.append((logger, level, message, args))


class Store:
    """The office's file: `hotline.db` in the data folder."""

    def __init__(self, path: Path, *, kind: str = "office") -> None:
        """Open or create `path` and bring its schema up to date.

        `kind` is "office" or "demo"; a file of the other kind is refused. Raises StoreError.
        """
        self.path = path
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        self._lock = threading.RLock()
        self._open_transaction: Transaction | None = None
        self._open_by = 0  # the thread that opened it
        self._listeners: list[Callable[[list[News]], None]] = []
        self._guard: Guard | None = None
        self._log_to_fold = False  # what was taken out of the rows still stands in the write-ahead log
        self.trouble = ""  # why the last transaction could not be written; "" once one could
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size == 0 and (path.parent / "keys" / "box.key").exists():
            raise StoreError(f"{path} is empty, but this box has worked before. Restore a backup, or move it away.")
        try:
            self._writer = _connect(path)
            self._prepare(kind)
        except sqlite3.DatabaseError as trouble:
            raise StoreError(f"{path}: {trouble}. Restore a backup, or move the file away to start empty.") from trouble

    def _prepare(self, kind: str) -> None:
        self._writer.execute("PRAGMA journal_mode = WAL")
        self._writer.execute("PRAGMA synchronous = FULL")
        self._writer.execute("PRAGMA foreign_keys = ON")
        self._writer.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        self._writer.execute("PRAGMA secure_delete = ON")
        database = Database(self._writer)
        unknown = migrations.unknown_names(database)
        if unknown:
            self._writer.close()
            raise StoreError(
                f"{self.path} was written by a newer version ({', '.join(unknown)}). Install that version or newer."
            )
        self._refuse_other_kind(database, kind)
        migrations.MIGRATIONS.apply(database)
        self._writer.commit()
        with self.transaction() as tx:
            tx.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('kind', ?)", (kind,))

    def _refuse_other_kind(self, database: Database, kind: str) -> None:
        """Before a single step of the schema is made: the other kind's file is left as it is."""
        known = (
            database["meta"].exists() and self._writer.execute("SELECT value FROM meta WHERE key = 'kind'").fetchone()
        )
        if not known or known["value"] == kind:
            return
        self._writer.close()
        is_demo = known["value"] == "demo"
        cure = "`hotline demo` serves it" if is_demo else "the demo makes its own; give it another --data"
        raise StoreError(f"{self.path} is a database of the {known['value']}: {cure}.")

    def can_write(self, timeout_s: float = 5.0) -> bool:
        """Whether the writer answers: takes it and lets it go again, without writing a byte."""
        if not self._lock.acquire(timeout=timeout_s):
            return False
        try:
            if self._open_transaction is None:
                self._writer.execute("BEGIN IMMEDIATE")
                self._writer.execute("ROLLBACK")
        except sqlite3.Error:
            return False
        finally:
            self._lock.release()
        return True

    def on_commit(self, listener: Callable[[list[News]], None]) -> None:
        """Call `listener` with the news of every committed transaction, outside the lock."""
        self._listeners.append(listener)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """The one way to write. Entered again by the same thread it joins the transaction that is open.

        Commits when the block ends, rolls back when it raises. An inner block that raises takes back what it wrote,
        and no more: whoever catches its error may go on and commit the rest.
        Whoever waits here waits for one short transaction.
        """
        with self._lock:
            if self._open_transaction is not None:
                with _savepoint(self._open_transaction):
                    yield self._open_transaction
                return
            self._writer.execute("BEGIN IMMEDIATE")
            self._open_by, self._open_transaction = (
                threading.get_ident(),
                (tx := Transaction(self._writer, guard=self._guard)),
            )
            try:
                yield tx
                self._writer.execute("COMMIT")
                self.trouble = ""
            except BaseException as failed:
                if isinstance(failed, sqlite3.OperationalError):
                    self.trouble = str(failed)
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            finally:
                self._open_transaction = None
        for logger, level, message, args in tx.said:
            logger.log(level, message, *args)
        for listener in self._listeners if tx.news else ():
            listener(tx.news)
        for deed in tx.afterwards:
            deed()

    def guard_words(self, guard: Guard) -> None:
        """Everything that is written about a ticket passes through `guard`: it reads rows, and does nothing else."""
        self._guard = guard

    def fold_log(self) -> bool:
        """Fold the write-ahead log into the file and cut it to nothing, unless somebody reads in it: then later.

        Waits for nobody. True once nothing of what was overwritten stands in it any more.
        """
        self._log_to_fold = True
        return self.fold_log_if_owed()

    def fold_log_if_owed(self) -> bool:
        """The same again, for as long as it is owed; for every round of the desk."""
        if not self._log_to_fold:
            return True
        with self._lock:
            if self._open_transaction is not None:
                return False
            self._writer.execute("PRAGMA busy_timeout = 0")
            try:
                busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:  # "database is locked", or a full disk: the next round tries again
                return False
            finally:
                self._writer.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            self._log_to_fold = bool(busy)
            return not busy

    def reader(self) -> sqlite3.Connection:
        """This thread's own read-only connection. Never hand it to another thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if connection is None:
            connection = _connect(self.path, read_only=True)
            self._local.reader = connection
            with self._readers_lock:
                self._readers.append(connection)
        return connection

    def row(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Row | None:
        """One row as last committed; inside this thread's own transaction as it stands there."""
        found: sqlite3.Row | None = self._reads().execute(sql, values).fetchone()
        return found

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows as last committed; inside this thread's own transaction as they stand there."""
        return self._reads().execute(sql, values).fetchall()

    def _reads(self) -> sqlite3.Connection | Transaction:
        inside = self._open_transaction
        return inside if inside is not None and self._open_by == threading.get_ident() else self.reader()

    @contextmanager
    def snapshot(self) -> Iterator[Reads]:
        """Several reads of one moment: what others commit meanwhile is not seen. Keep it short."""
        connection = self.reader()
        if connection.in_transaction or isinstance(self._reads(), Transaction):
            yield self
            return
        connection.execute("BEGIN")
        try:
            yield self
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        with self._lock, self._readers_lock:
            for connection in self._readers:
                connection.close()
            self._readers.clear()
            self._writer.close()


@contextmanager
def _savepoint(tx: Transaction) -> Iterator[None]:
    tx.depth += 1
    name, news_before, said_before = f"inner{tx.depth}", len(tx.news), len(tx.said)
    deeds_before = len(tx.afterwards)
    tx.execute(f"SAVEPOINT {name}")
    try:
        yield
        tx.execute(f"RELEASE {name}")
    except BaseException:
        if tx.connection.in_transaction:
            tx.execute(f"ROLLBACK TO {name}")
            tx.execute(f"RELEASE {name}")
        del tx.news[news_before:]
        del tx.said[said_before:]
        del tx.afterwards[deeds_before:]
        raise
    finally:
        tx.depth -= 1


def _connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # the writer is shared behind its lock; readers are closed by the thread that stops us
        cached_statements=256,
    )
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA mmap_size = 0")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection
