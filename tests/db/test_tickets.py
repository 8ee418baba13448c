"""Hot reads walk an index and touch only what they return: asked of SQLite itself, on the very statements sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from db import people, sessions, tickets, timeline
from db.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "hotline.db")
    yield opened
    opened.close()


class Explained:
    """Reads rows like a Store, and keeps SQLite's plan of each statement."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.plan: list[str] = []

    def rows(self, sql: str, values: Any = ()) -> list[Any]:
        self.plan += [row["detail"] for row in self.store.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
        return self.store.rows(sql, values)

    def row(self, sql: str, values: Any = ()) -> Any:
        return next(iter(self.rows(sql, values)), None)


STATUSES = ("draft", "accepted")
HOT: dict[str, tuple[Callable[[Any], object], str]] = {
    "newest": (lambda reads: tickets.ids(reads, None, 50), r"SEARCH ticket USING INTEGER PRIMARY KEY"),
    "by status": (
        lambda reads: tickets.ids_by_status(reads, STATUSES, None, 99, 50),
        r"SEARCH ticket USING COVERING INDEX ticket_status \(status=\? AND id<\?\)",
    ),
    "by department": (
        lambda reads: tickets.ids_by_status(reads, STATUSES, 1, None, 50),
        r"SEARCH ticket USING COVERING INDEX ticket_department \(department_id=\? AND status=\? AND id<\?\)",
    ),
    "what is due": (
        lambda reads: tickets.near(reads, "2026", None),
        r"SEARCH ticket USING INDEX ticket_open_due \(due_at<\?\)|SEARCH ticket USING INDEX ticket_open_stage",
    ),
    "asked for a rating": (
        lambda reads: tickets.surveyed(reads, "survey", "2026", (1, 2), 50),
        r"SEARCH ticket USING INDEX ticket_status \(status=\?\)",
    ),
    "caller's history": (
        lambda reads: tickets.of_citizen(reads, 1, 20),
        r"SEARCH ticket USING COVERING INDEX ticket_citizen \(citizen_id=\?\)",
    ),
    "rating of a citizen": (
        lambda reads: tickets.rating_asked(reads, 1, "survey", "2026"),
        r"SEARCH ticket USING INDEX ticket_(citizen|status) \((citizen_id|status)=\?\)",
    ),
    "counts": (
        lambda reads: tickets.counts(reads, STATUSES),
        r"SEARCH ticket USING COVERING INDEX ticket_status \(status=\?\)",
    ),
    "counts of a department": (
        lambda reads: tickets.counts(reads, STATUSES, 1),
        r"SEARCH ticket USING COVERING INDEX ticket_department \(department_id=\? AND status=\?\)",
    ),
    "finished ones": (
        lambda reads: tickets.count_up_to(reads, ("closed", "void"), 1000),
        r"SEARCH ticket USING COVERING INDEX ticket_status \(status=\?\)",
    ),
    "of a call": (lambda reads: tickets.of_call(reads, 1), r"SEARCH ticket USING INDEX ticket_call \(call_id=\?\)"),
    "without a time": (lambda reads: tickets.without_time(reads, 9), r"SCAN ticket USING INDEX ticket_clock"),
    "one ticket": (lambda reads: tickets.ticket(reads, 1), r"SEARCH ticket USING INDEX sqlite_autoindex_ticket_1"),
    "rows of a list": (
        lambda reads: tickets.listed_by_ids(reads, (1, 2)),
        (
            r"SEARCH (ticket|w|d|c|p) USING INTEGER PRIMARY KEY \(rowid=\?\)( LEFT-JOIN)?|CORRELATED SCALAR SUBQUERY"
            r"|SEARCH (assignment|request) USING INDEX (assignment|request)_ticket \(ticket_id=\?\)"
        ),
    ),
    **{
        f"tickets with a flag: {flag}": (
            partial(lambda flag, reads: tickets.flagged(reads, flag, 9), flag),
            f"SCAN ticket USING .*INDEX {name}",
        )
        for flag, name in (
            ("supervised", "ticket_supervised"),
            ("paused", "ticket_now_paused"),
            ("returned", "ticket_returned"),
            ("repeats", "ticket_repeat"),
        )
    },
    "tickets with a request": (
        lambda reads: tickets.flagged(reads, "requests", 9),
        "SCAN request USING INDEX request_open|USE TEMP B-TREE FOR DISTINCT",
    ),
    "tickets joined with one": (
        lambda reads: tickets.children(reads, 1, 9),
        r"SEARCH ticket USING (COVERING )?INDEX ticket_parent \(parent_id=\?\)",
    ),
    "departments that help": (
        lambda reads: tickets.co_of(reads, 1),
        r"SEARCH a USING INDEX assignment_ticket \(ticket_id=\?\)|SEARCH d USING INTEGER PRIMARY KEY .*",
    ),
    "history": (
        lambda reads: timeline.moves(reads, 1),
        r"SEARCH m USING INDEX ticket_move_ticket \(ticket_id=\?\)|SEARCH [nwuh] USING INTEGER PRIMARY KEY .*",
    ),
    "messages of a ticket": (
        lambda reads: (timeline.messages_in(reads, 1), timeline.messages_out(reads, 1)),
        r"SEARCH [so] USING INDEX (sms_in|outbox)_ticket \(ticket_id=\?\)|SEARCH [wh] USING INTEGER PRIMARY KEY .*",
    ),
    "citizen by number": (
        lambda reads: people.citizen_by_key(reads, "k"),
        r"SEARCH citizen USING INDEX sqlite_autoindex_citizen_1 \(phone_key=\?\)",
    ),
    "handler by number": (
        lambda reads: people.handler_by_key(reads, "k"),
        r"SEARCH handler USING INDEX handler_phone \(phone_key=\?\)",
    ),
    "session": (
        lambda reads: sessions.session_with_user(reads, "d"),
        r"SEARCH session USING INDEX sqlite_autoindex_session_1 .*|SEARCH user USING INTEGER PRIMARY KEY .*",
    ),
    "throttling": (
        lambda reads: sessions.wrong_since_success(reads, "n", "a", since="1", now="2", most=20),
        r"SEARCH sign_in_attempt USING INDEX sign_in_attempt_recent \(name_key=\? AND at>\? AND at<\?\)",
    ),
}
HARMLESS = re.compile(
    r"COMPOUND QUERY|MERGE \(UNION( ALL)?\)|LEFT$|RIGHT$|UNION( ALL)?( USING TEMP B-TREE)?|LEFT-MOST SUBQUERY"
    r"|CO-ROUTINE .*|MATERIALIZE .*|SCAN \(?subquery.*|USE TEMP B-TREE FOR (GROUP BY|ORDER BY|RIGHT PART OF ORDER BY)"
)


@pytest.mark.parametrize("name", HOT)
def test_a_hot_read_walks_its_index(store: Store, name: str) -> None:
    ask, wanted = HOT[name]
    explained = Explained(store)
    ask(explained)
    steps = [step for step in explained.plan if not HARMLESS.fullmatch(step)]
    assert steps
    assert [step for step in steps if not re.match(wanted, step)] == []


@pytest.mark.parametrize("name", ["newest", "caller's history", "history", "of a call"])
def test_a_list_is_never_sorted_whole(store: Store, name: str) -> None:
    explained = Explained(store)
    HOT[name][0](explained)
    assert [step for step in explained.plan if step.startswith("USE TEMP B-TREE")] == []


def test_a_read_without_its_index_would_be_seen(store: Store) -> None:
    with store.transaction() as tx:
        tx.execute("DROP INDEX ticket_citizen")
    explained = Explained(store)
    tickets.of_citizen(explained, 1, 20)
    assert not re.match(HOT["caller's history"][1], explained.plan[0])


def test_a_change_of_an_old_version_writes_nothing(store: Store) -> None:
    with store.transaction() as tx:
        boot_id = tx.insert("boot", started_at="x", version="0", clock_ok=1)
        values = {"source": "call", "status": "draft", "created_at": "x", "changed_at": "x"}
        tx.insert("ticket", id=5, no=5, boot_id=boot_id, clock_ok=1, **values)
        assert tickets.change(tx, 5, 1, status="accepted")
        assert not tickets.change(tx, 5, 1, status="void")
        assert not tickets.change(tx, 6, 1, status="void")
    row = tickets.ticket(store, 5)
    assert row is not None
    assert (row["status"], row["version"]) == ("accepted", 2)


def test_ticket_numbers_are_given_out_once_and_one_after_the_other(store: Store) -> None:
    with store.transaction() as tx:
        assert [tickets.next_no(tx) for _ in range(3)] == [1, 2, 3]
    with store.transaction() as tx:
        assert tickets.next_no(tx) == 4


def test_a_number_of_a_ticket_that_was_not_made_is_given_to_the_next(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as tx:
            tickets.next_no(tx)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with store.transaction() as tx:
        assert tickets.next_no(tx) == 1
