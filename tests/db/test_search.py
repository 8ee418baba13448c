from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import utc_text
from db import search, search_upkeep
from db.store import Reads, Store
from tests import rounds
from tests.appliance.office_bed import MONDAY_MORNING

NOW = utc_text(MONDAY_MORNING)


class Shelf:
    """Tickets that have words and nothing else."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        with self.store.transaction() as tx:
            self.boot_id = tx.insert("boot", started_at=NOW, version="0", clock_ok=1)

    def add(self, content: str = "", **words: str) -> int:
        with self.store.transaction() as tx:
            last = tx.row("SELECT coalesce(max(id), 0) AS id FROM ticket")
            no = (last["id"] if last else 0) + 1
            tx.insert(
                "ticket", id=no, no=no, source="call", status="draft", created_at=NOW, changed_at=NOW,
                boot_id=self.boot_id, clock_ok=1,
            )  # fmt: skip
            search.write(tx, no, no, {"content": content, **words}, salt=b"s")
            return no

    def rewrite(self, no: int, content: str) -> None:
        with self.store.transaction() as tx:
            search.write(tx, no, no, {"content": content})

    def find(self, query: str, before: int | None = None, limit: int = 1000) -> list[int]:
        return search.find(self.store, query, before=before, limit=limit)[0]

    def like(self, query: str) -> list[int]:
        """What a scan over the words finds: every term in any of the fields."""
        texts = " || char(10) || ".join(f"ticket_words.{name}" for name in search.SEARCHED)
        one = f"{texts} || char(10) || printf('%06d', ticket.no) LIKE ? ESCAPE '\\'"
        condition = " AND ".join([one] * len(query.split()))
        escaped = [term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for term in query.split()]
        found = self.store.rows(
            f"SELECT ticket_id FROM ticket_words JOIN ticket ON ticket.id = ticket_id WHERE {condition}"
            " ORDER BY 1 DESC",
            tuple(f"%{term}%" for term in escaped),
        )
        return [row["ticket_id"] for row in found]

    def empty(self) -> None:
        with self.store.transaction() as tx:
            tx.execute("DELETE FROM ticket_words")
            tx.execute("DELETE FROM ticket")
            tx.execute("INSERT INTO ticket_search (ticket_search) VALUES ('delete-all')")

    @property
    def is_whole(self) -> bool:
        return search_upkeep.check(self.store, 10_000).is_whole


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "hotline.db")
    yield made
    made.store.close()


@pytest.fixture(autouse=True, params=[search.SCANNED_FIRST, 1], ids=["scan first", "index first"])
def scanned_first(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small office is read through at once; the other way, in the smallest pieces, must find the same."""
    monkeypatch.setattr(search, "SCANNED_FIRST", request.param)
    if request.param == 1:
        monkeypatch.setattr(search, "BATCHES", (1, 2))


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Opening a database for each of many examples would take long: this one is emptied instead."""
    made = Shelf(tmp_path_factory.mktemp("search") / "hotline.db")
    yield made
    made.store.close()


# Few different signs, so that pairs repeat and false neighbours are common.
SIGNS = st.sampled_from("路灯不亮东街aAbB1112222 %_\\\"'*-.(😀𠮷，")
TEXTS = st.text(SIGNS, max_size=24)


@given(texts=st.lists(st.tuples(TEXTS, TEXTS), max_size=8), query=st.text(SIGNS, min_size=1, max_size=9))
@settings(max_examples=rounds.count(150, soak=20_000))
def test_it_finds_exactly_what_a_like_scan_finds(reused: Shelf, texts: list[tuple[str, str]], query: str) -> None:
    reused.empty()
    for title, content in texts:
        reused.add(content, title=title)
    assert reused.find(query) == (reused.like(query) if query.split() else [])


@given(texts=st.lists(TEXTS, min_size=1, max_size=6), new=st.lists(TEXTS, min_size=1, max_size=6), query=TEXTS)
def test_rewritten_words_leave_no_ghost(reused: Shelf, texts: list[str], new: list[str], query: str) -> None:
    reused.empty()
    for text in texts:
        reused.add(text)
    for no, text in enumerate(new[: len(texts)], start=1):
        reused.rewrite(no, text)
    assert reused.is_whole
    assert reused.find(query) == (reused.like(query) if query.split() else [])


@given(query=st.text(max_size=40))
def test_no_query_is_an_error(reused: Shelf, query: str) -> None:
    reused.find(query)


def test_ordinary_queries_of_an_office(shelf: Shelf) -> None:
    lamp = shelf.add("东街路灯不亮，已经三天了", place="城关镇东街", contact_name="张三", contact_phone="13800138000")
    water = shelf.add("西街停水", title="停水 Water outage", contact_name="欧阳娜娜", contact_phone="057188880000")
    for query in (
        "路灯",
        "路",
        "灯",
        "了",
        "东街 路灯",
        "路灯不亮",
        "13800138000",
        "0138000",
        "张三",
        "城关镇",
        "000001",
    ):
        assert shelf.find(query) == [lamp], query
    for query in ("停水", "WATER", "water outage", "欧阳", "8888", "水", "ｗａｔｅｒ", "００００２"):
        assert shelf.find(query) == [water], query
    for query in ("街", "街 0"):
        assert shelf.find(query) == [water, lamp], query
    for query in ("路灯 停水", "灯路", "亮已经三", "张三城", ""):
        assert shelf.find(query) == [], query


def test_a_word_does_not_reach_from_one_field_into_the_next(shelf: Shelf) -> None:
    shelf.add("灯不亮", title="东街路")
    assert shelf.find("路灯") == []


def test_newest_first_in_pages_and_nothing_twice(shelf: Shelf) -> None:
    for number in range(25):
        shelf.add("路灯不亮" if number % 2 else "停水了")
    seen: list[int] = []
    before: int | None = None
    while True:
        found, before = search.find(shelf.store, "路灯", before=before, limit=5)
        seen += found
        assert len(found) <= 5
        if before is None:
            break
    assert seen == list(range(24, 0, -2))


def test_a_query_of_common_pairs_that_are_never_together_ends_with_a_cursor(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_EXAMINED", 10)
    monkeypatch.setattr(search, "BATCHES", (4, 8))
    for _ in range(30):
        shelf.add("路灯 灯亮")
    first = shelf.add("路灯亮")
    for _ in range(30):
        shelf.add("路灯 灯亮")
    found, cursor, rounds = [], None, 0
    while True:
        more, cursor = search.find(shelf.store, "路灯亮", before=cursor, limit=5)
        found += more
        rounds += 1
        if cursor is None:
            break
    assert found == [first]
    assert 6 <= rounds <= 8


def test_a_narrowed_search_asks_the_tickets_too(shelf: Shelf) -> None:
    shelf.add("路灯")
    second = shelf.add("路灯")
    found, _ = search.find(shelf.store, "路灯", before=None, limit=5, where="ticket.no IN (?, ?)", values=(second, 99))
    assert found == [second]


def test_a_ghost_is_not_shown_and_the_check_finds_it(shelf: Shelf) -> None:
    no = shelf.add("路灯不亮")
    with shelf.store.transaction() as tx:  # somebody writes the words past the one function
        tx.execute("UPDATE ticket_words SET content = '停水' WHERE ticket_id = ?", (no,))
    verdict = search_upkeep.check(shelf.store, 1000)
    assert (verdict.checked, verdict.missing, verdict.ghosts) == (1, (no,), (no,))
    assert not verdict.is_whole
    assert shelf.find("路灯") == []
    assert search_upkeep.rebuild(shelf.store) == 1
    assert shelf.is_whole
    assert shelf.find("停水") == [no]


def test_an_entry_of_no_ticket_is_a_ghost(shelf: Shelf) -> None:
    with shelf.store.transaction() as tx:
        tx.execute("INSERT INTO ticket_search (rowid, pairs) VALUES (77, '路灯')")
    assert search_upkeep.check(shelf.store, 1000).ghosts == (77,)
    assert shelf.find("路灯") == []


def test_a_sample_is_only_a_sample(shelf: Shelf) -> None:
    for number in range(40):
        shelf.add(f"路灯 {number:04}")
    assert search_upkeep.check(shelf.store, 5, random.Random(1)).checked <= 5
    assert search_upkeep.check(shelf.store, 5, random.Random(1)).is_whole
    assert search_upkeep.check(shelf.store, 1000).checked == 40


def test_a_ticket_that_is_saved_during_the_check_is_no_wrong_index(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = shelf.add("路灯不亮")
    words_of = search_upkeep._index_words

    def saved_in_between(reads: Reads, ticket_id: int) -> list[str]:
        words = words_of(reads, ticket_id)
        shelf.rewrite(no, "停水")
        return words

    monkeypatch.setattr(search_upkeep, "_index_words", saved_in_between)
    assert search_upkeep.check(shelf.store).is_whole
    assert shelf.find("停水") == [no]


def test_an_empty_office_is_whole(shelf: Shelf) -> None:
    assert search_upkeep.check(shelf.store) == search_upkeep.SearchVerdict(0, (), ())
    assert search_upkeep.rebuild(shelf.store) == 0


@pytest.mark.parametrize("crash_after", [0, 1, 2, 3])
def test_a_rebuild_goes_on_after_a_crash_and_tickets_may_be_written_meanwhile(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, crash_after: int
) -> None:
    monkeypatch.setattr(search_upkeep, "REBUILD_BATCH", 4)
    for number in range(10):
        shelf.add(f"路灯 {number}")
    fill_on, filled = search_upkeep._fill_on, 0

    def fill_on_and_crash(store: Store) -> int:
        nonlocal filled
        if filled == crash_after:
            raise KeyboardInterrupt
        filled += 1
        return fill_on(store)

    monkeypatch.setattr(search_upkeep, "_fill_on", fill_on_and_crash)
    with pytest.raises(KeyboardInterrupt):
        search_upkeep.rebuild(shelf.store)
    shelf.rewrite(2, "停水")
    shelf.rewrite(9, "停电")
    new = shelf.add("断网")
    monkeypatch.setattr(search_upkeep, "_fill_on", fill_on)
    search_upkeep.resume(shelf.store)
    assert shelf.is_whole
    assert (shelf.find("停水"), shelf.find("停电"), shelf.find("断网")) == ([2], [9], [new])
    assert shelf.find("路灯") == [10, 8, 7, 6, 5, 4, 3, 1]
    assert search_upkeep.resume(shelf.store) == 0


@given(text=st.text(max_size=30), more=st.text(max_size=10))
def test_folding_keeps_parts_as_parts(text: str, more: str) -> None:
    assert search.fold(text + more) == search.fold(text) + search.fold(more)
    assert search.fold(search.fold(text)) == search.fold(text)


def test_a_word_is_written_and_indexed_together_or_not_at_all(shelf: Shelf) -> None:
    no = shelf.add("路灯")

    def fail() -> None:
        with shelf.store.transaction() as tx:
            search.write(tx, no, no, {"content": "停水"})
            raise sqlite3.OperationalError

    with pytest.raises(sqlite3.OperationalError):
        fail()
    assert shelf.is_whole
    assert shelf.find("路灯") == [no]
