from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.store import News, Store, StoreError, Transaction

LOG = logging.getLogger("tests.store")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "hotline.db")
    yield opened
    opened.close()


def put(tx: Transaction, key: str) -> None:
    tx.insert("meta", key=key, value="1")
    tx.announce("ticket", len(key))


def keys(store: Store) -> set[str]:
    return {row["key"] for row in store.rows("SELECT key FROM meta WHERE value = '1'")}


def fail_after(store: Store, key: str) -> None:
    with store.transaction() as tx:
        put(tx, key)
        raise LookupError(key)


def test_what_is_written_is_there_after_the_block_or_not_at_all(store: Store) -> None:
    with store.transaction() as tx:
        put(tx, "a")
    with pytest.raises(LookupError):
        fail_after(store, "b")
    assert keys(store) == {"a"}


def test_an_inner_block_joins_the_outer_one(store: Store) -> None:
    with pytest.raises(LookupError), store.transaction() as tx:  # noqa: PT012
        put(tx, "a")
        with store.transaction() as inner:
            put(inner, "b")
            assert inner is tx
        raise LookupError
    assert keys(store) == set()


def test_an_inner_block_that_fails_takes_back_its_own_writes_and_news_only(store: Store) -> None:
    heard: list[News] = []
    store.on_commit(heard.extend)
    with store.transaction() as tx:
        put(tx, "a")
        with pytest.raises(LookupError):
            fail_after(store, "bb")
        with store.transaction() as inner:
            put(inner, "ccc")
            with pytest.raises(LookupError):
                fail_after(store, "dddd")
    assert keys(store) == {"a", "ccc"}
    assert heard == [("ticket", 1), ("ticket", 3)]


def test_news_is_told_once_after_the_commit_and_never_of_what_failed(store: Store) -> None:
    heard: list[News] = []
    seen: list[set[str]] = []
    store.on_commit(heard.extend)
    store.on_commit(lambda news: seen.append(keys(store)))
    with store.transaction() as tx:
        put(tx, "a")
        tx.announce("ticket", 1)
        assert heard == []
    assert heard == [("ticket", 1)]
    assert seen == [{"a"}]
    with pytest.raises(LookupError):
        fail_after(store, "b")
    assert len(heard) == 1


def test_a_listener_may_write_for_the_lock_is_free(store: Store) -> None:
    def write_from_another_thread(news: list[News]) -> None:
        thread = threading.Thread(target=lambda: _write(store, "from the listener"))
        thread.start()
        thread.join(5)
        assert not thread.is_alive()

    first = [True]
    store.on_commit(lambda news: write_from_another_thread(news) if first.pop() else None)
    with store.transaction() as tx:
        put(tx, "a")
        first[:] = [False, True]
    assert "from the listener" in keys(store)


class WriterTried(logging.Handler):
    """What is logged, and whether another thread could have written at that moment."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.heard: list[tuple[str, bool]] = []

    def emit(self, record: logging.LogRecord) -> None:
        could: list[bool] = []
        other = threading.Thread(target=lambda: could.append(self.store.can_write(0.2)))
        other.start()
        other.join()
        self.heard.append((record.getMessage(), could[0]))


@pytest.fixture
def tried(store: Store) -> Iterator[WriterTried]:
    handler = WriterTried(store)
    LOG.addHandler(handler)
    yield handler
    LOG.removeHandler(handler)


def test_what_a_transaction_logs_is_said_after_it_once_the_writer_is_free(store: Store, tried: WriterTried) -> None:
    with store.transaction() as tx:
        tx.log(LOG, logging.WARNING, "message %d", 1)
        with store.transaction() as inner:
            inner.log(LOG, logging.WARNING, "message %d", 2)
        assert tried.heard == []
    assert tried.heard == [("message 1", True), ("message 2", True)]


def test_what_was_taken_back_is_never_logged(store: Store, tried: WriterTried) -> None:
    with pytest.raises(LookupError), store.transaction() as tx:  # noqa: PT012
        tx.log(LOG, logging.WARNING, "whole")
        raise LookupError
    with store.transaction() as tx:
        tx.log(LOG, logging.WARNING, "kept")
        with pytest.raises(LookupError), store.transaction() as inner:  # noqa: PT012
            inner.log(LOG, logging.WARNING, "inner")
            raise LookupError
    assert [message for message, _ in tried.heard] == ["kept"]


def _write(store: Store, key: str) -> None:
    with store.transaction() as tx:
        tx.insert("meta", key=key, value="1")


def test_once_the_database_rolled_back_by_itself_nothing_more_is_written(store: Store) -> None:
    with pytest.raises(StoreError, match="rolled back by the database"), store.transaction() as tx:  # noqa: PT012
        put(tx, "a")
        tx.connection.execute("ROLLBACK")  # what a full disk does
        put(tx, "b")
    assert keys(store) == set()


def test_a_full_disk_in_an_inner_block_does_not_let_the_outer_one_go_on_alone(store: Store) -> None:
    def fill_the_disk() -> None:
        with store.transaction() as inner:
            inner.connection.execute("ROLLBACK")
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(StoreError), store.transaction() as tx:  # noqa: PT012
        put(tx, "a")
        with pytest.raises(sqlite3.OperationalError):
            fill_the_disk()
        put(tx, "b")
    assert keys(store) == set()
    with store.transaction() as tx:
        put(tx, "c")
    assert keys(store) == {"c"}


def test_inside_its_transaction_a_thread_reads_its_own_writes_and_others_do_not(store: Store) -> None:
    seen_by_other: list[set[str]] = []
    with store.transaction() as tx:
        put(tx, "a")
        assert keys(store) == {"a"}
        with store.snapshot() as reads:
            assert reads.row("SELECT 1 FROM meta WHERE key = 'a'") is not None
        other = threading.Thread(target=lambda: seen_by_other.append(keys(store)))
        other.start()
        other.join(5)
    assert seen_by_other == [set()]
    assert keys(store) == {"a"}


def test_a_snapshot_does_not_see_what_is_committed_meanwhile(store: Store) -> None:
    with store.snapshot() as reads:
        reads.row("SELECT 1 FROM meta")
        writer = threading.Thread(target=_write, args=(store, "a"))
        writer.start()
        writer.join(5)
        assert keys(store) == set()
        with store.snapshot() as again:
            assert again is reads
    assert keys(store) == {"a"}


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError):
        store.rows("INSERT INTO meta (key, value) VALUES ('a', '1')")


def test_many_threads_write_one_after_the_other(store: Store) -> None:
    def count_up() -> None:
        for _ in range(50):
            with store.transaction() as tx:
                found = tx.row("SELECT value FROM meta WHERE key = 'n'")
                assert found is not None
                tx.execute("UPDATE meta SET value = ? WHERE key = 'n'", (str(int(found["value"]) + 1),))

    with store.transaction() as tx:
        tx.insert("meta", key="n", value="0")
    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert store.rows("SELECT value FROM meta WHERE key = 'n'")[0]["value"] == "300"


def test_the_writer_answers_unless_somebody_keeps_it(store: Store) -> None:
    assert store.can_write()
    with store.transaction():
        assert store.can_write()
        answers: list[bool] = []
        other = threading.Thread(target=lambda: answers.append(store.can_write(timeout_s=0.01)))
        other.start()
        other.join(5)
    assert answers == [False]
    outsider = sqlite3.connect(store.path, isolation_level=None)
    outsider.execute("BEGIN IMMEDIATE")
    store._writer.execute("PRAGMA busy_timeout = 1")
    assert not store.can_write()
    outsider.close()
    assert store.can_write()


def test_every_commit_waits_for_the_disk_and_foreign_keys_hold(store: Store) -> None:
    with store.transaction() as tx:
        assert tx.row("PRAGMA synchronous")[0] == 2  # type: ignore[index]  # FULL
        assert tx.row("PRAGMA foreign_keys")[0] == 1  # type: ignore[index]
        assert tx.row("PRAGMA secure_delete")[0] == 1  # type: ignore[index]
        assert tx.row("PRAGMA mmap_size")[0] == 0  # type: ignore[index]
    assert store.rows("PRAGMA journal_mode")[0][0] == "wal"
    with pytest.raises(sqlite3.IntegrityError), store.transaction() as tx:
        tx.insert("note_words", note_id=99, text="of nothing")


def test_an_office_never_opens_a_demo_nor_a_demo_an_office(tmp_path: Path) -> None:
    Store(tmp_path / "demo.db", kind="demo").close()
    Store(tmp_path / "office.db").close()
    with pytest.raises(StoreError, match="database of the demo"):
        Store(tmp_path / "demo.db")
    with pytest.raises(StoreError, match="database of the office"):
        Store(tmp_path / "office.db", kind="demo")
    Store(tmp_path / "demo.db", kind="demo").close()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "hotline.db"
    Store(path).close()
    newer = sqlite3.connect(path)
    newer.execute("UPDATE _sqlite_migrations SET name = 'm9999_future' WHERE name = 'm0004_messages'")
    newer.commit()
    newer.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version .*m9999_future"):
        Store(path)
    assert path.read_bytes() == before


def test_what_is_no_database_is_named_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "hotline.db"
    path.write_text("not a database at all, but long enough to look at. " * 40)
    with pytest.raises(StoreError, match="Restore a backup"):
        Store(path)


def test_closing_folds_the_log_into_the_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "hotline.db")
    _write(store, "a")
    keys(store)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["hotline.db"]


def test_a_write_that_failed_is_remembered_until_one_works(tmp_path: Path) -> None:
    store = Store(tmp_path / "hotline.db")
    store.reader()
    with pytest.raises(sqlite3.OperationalError), store.transaction() as tx:
        tx.execute("INSERT INTO no_such_table VALUES (1)")
    assert store.trouble
    with store.transaction() as tx:
        tx.execute("INSERT INTO meta (key, value) VALUES ('again', '1')")
    assert store.trouble == ""
    store.close()
