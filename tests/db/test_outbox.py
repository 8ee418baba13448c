"""Rows of the outbox: a state is only left from where it may be left."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from db import outbox
from db.store import Store

AT = "2026-11-23T01:30:00.000Z"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "hotline.db")


def queue(store: Store, key: str = "a") -> int:
    with store.transaction() as tx:
        boot = tx.insert("boot", started_at=AT, version="1", clock_ok=1)
        return outbox.add(
            tx,
            number="13900001111",
            text="您好",
            idem_key=key,
            purpose="manual",
            rank=25,
            created_at=AT,
            not_before_at=AT,
            boot_id=boot,
            clock_ok=1,
        )


def test_only_one_of_many_claims_the_message(store: Store) -> None:
    outbox_id = queue(store)
    won: list[bool] = []
    start = threading.Barrier(8)

    def claim() -> None:
        start.wait()
        with store.transaction() as tx:
            won.append(outbox.change(tx, outbox_id, leaves=("queued",), state="sending"))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_a_state_that_was_left_is_not_left_again(store: Store) -> None:
    outbox_id = queue(store)
    with store.transaction() as tx:
        assert outbox.change(tx, outbox_id, leaves=("queued",), state="failed")
        assert not outbox.change(tx, outbox_id, leaves=("queued", "sending"), state="sent")
        assert not outbox.change(tx, 99, leaves=("queued",), state="sent")
    row = outbox.get(store, outbox_id)
    assert row is not None
    assert row["state"] == "failed"


def test_a_part_is_noted_once(store: Store) -> None:
    outbox_id = queue(store)
    with store.transaction() as tx:
        assert outbox.add_part(tx, outbox_id, 1, total=2, reference=7, line="line1", at=AT)
        assert not outbox.add_part(tx, outbox_id, 1, total=2, reference=7, line="line1", at=AT)
    assert [part["reference"] for part in outbox.parts(store, outbox_id)] == [7]


def test_a_report_taken_for_a_part_goes_when_the_module_tells_another_reference(store: Store) -> None:
    outbox_id = queue(store)
    with store.transaction() as tx:
        outbox.add_part(tx, outbox_id, 1, total=1, reference=9, line="line1", at=AT)
        outbox.report_part(tx, outbox_id, 1, report="delivered", status=0, at=AT)
        assert outbox.add_part(tx, outbox_id, 1, total=1, reference=7, line="line1", at=AT)
    (part,) = outbox.parts(store, outbox_id)
    assert (part["reference"], part["report"], part["reported_at"]) == (7, "", None)


@pytest.mark.parametrize(
    ("reports", "stands"),
    [
        (("trying",), "trying"),
        (("trying", "delivered"), "delivered"),
        (("delivered", "trying"), "delivered"),
        (("delivered", "failed"), "delivered"),
        (("failed", "trying"), "failed"),
        (("failed", "delivered"), "delivered"),
    ],
)
def test_of_several_reports_the_truest_stands(store: Store, reports: tuple[str, ...], stands: str) -> None:
    outbox_id = queue(store)
    with store.transaction() as tx:
        outbox.add_part(tx, outbox_id, 1, total=1, reference=7, line="line1", at=AT)
        for report in reports:
            outbox.report_part(tx, outbox_id, 1, report=report, status=0, at=AT)
    assert outbox.parts(store, outbox_id)[0]["report"] == stands
