"""Articles are found by what stands in them, and the index keeps no ghost of what stood there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import knowledge as rows
from db.search import terms
from db.store import Store

AT = "2026-11-23T01:00:00.000Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "hotline.db")
    yield opened
    opened.close()


def values(code: str, title: str, answer: str = "") -> dict[str, Any]:
    empty = dict.fromkeys(rows.COLUMNS, "")
    return {**empty, "code": code, "kind": "guide", "department_id": None, "valid_to_on": None, "is_public": 1,
            "title_zh": title, "answer_zh": answer}  # fmt: skip


def add(store: Store, code: str, title: str, answer: str = "") -> int:
    with store.transaction() as tx:
        return rows.add(tx, values(code, title, answer), at=AT, by=None)


def found(store: Store, query: str) -> list[str]:
    return [row["code"] for row in rows.with_all(store, terms(query))]


def index_entries(store: Store) -> int:
    row = store.row("SELECT count(*) AS n FROM article_search")
    return int(row["n"]) if row else 0


def test_two_characters_are_found_anywhere_and_pairs_that_are_never_together_are_not(store: Store) -> None:
    add(store, "K1", "养老金", "资格认证")
    assert found(store, "老金") == ["K1"]
    assert found(store, "认证 养老") == ["K1"]
    assert found(store, "金资") == []  # of two fields
    assert found(store, "养金") == []
    assert found(store, "金") == ["K1"]
    assert found(store, "") == []


@pytest.mark.parametrize("query", ['"', "'; DROP TABLE article", "*", "NOT", "a OR b", "(", "\\", "\x00", "—"])
def test_a_query_is_never_taken_for_a_program(store: Store, query: str) -> None:
    add(store, "K1", "养老金")
    assert found(store, query) == []
    assert rows.with_any(store, [query]) == []


def test_any_of_many_words_is_enough_beside_a_form(store: Store) -> None:
    add(store, "K1", "养老金")
    add(store, "K2", "路灯")
    assert {row["code"] for row in rows.with_any(store, ["我的养老金和路灯"])} == {"K1", "K2"}
    assert rows.with_any(store, []) == []
    assert rows.with_any(store, ["飞碟"]) == []


def test_a_change_and_a_removal_leave_no_ghost(store: Store) -> None:
    made = add(store, "K1", "养老金")
    with store.transaction() as tx:
        was = rows.article(tx, made)
        assert was is not None
        rows.change(tx, was, values("K1", "路灯"), at=AT, by=None)
    assert (found(store, "养老"), found(store, "路灯")) == ([], ["K1"])
    with store.transaction() as tx:
        was = rows.article(tx, made)
        assert was is not None
        rows.retire(tx, was, AT)
    assert found(store, "路灯") == []
    assert index_entries(store) == 0
    ghosts = store.rows('SELECT rowid FROM article_search WHERE article_search MATCH \'"养老" OR "路灯"\'')
    assert ghosts == []


def test_the_index_answers_and_not_a_walk_over_all_articles(store: Store) -> None:
    add(store, "K1", "养老金")
    plan = store.rows(
        "EXPLAIN QUERY PLAN SELECT a.id FROM article a WHERE a.retired_at IS NULL AND a.id IN"
        " (SELECT rowid FROM article_search WHERE article_search MATCH ? LIMIT ?)",
        ('"养老"', 5),
    )
    steps = " | ".join(row["detail"] for row in plan)
    assert "SEARCH a USING INTEGER PRIMARY KEY" in steps
    assert "VIRTUAL TABLE INDEX" in steps


def test_those_of_a_class_are_found_by_their_index(store: Store) -> None:
    plan = store.rows("EXPLAIN QUERY PLAN SELECT id FROM article a WHERE a.retired_at IS NULL AND a.category IN ('x')")
    assert "article_category" in " ".join(row["detail"] for row in plan)
