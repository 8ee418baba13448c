"""What comes due by itself is found by short walks down an index, and nothing is written when nothing is due."""

from __future__ import annotations

from appliance.casework.archiving import AT_ONCE
from db import archiving as rows
from tests.appliance.office_bed import Bed


def plans(office: Bed, monkeypatched: list[str]) -> list[str]:
    """How SQLite would look for what is due."""

    class Explained:
        def row(self, sql: str, values: object = ()) -> None:
            raise AssertionError("one row is not looked for")

        def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[object]:
            found = office.store.rows(f"EXPLAIN QUERY PLAN {sql}", values)
            monkeypatched.extend(str(row["detail"]) for row in found)
            return []

    rows.to_resume(Explained(), "2026-11-23T01:00:00.000Z", AT_ONCE)  # type: ignore[arg-type]
    rows.to_archive(Explained(), "closed", "2026-11-23T01:00:00.000Z", AT_ONCE)  # type: ignore[arg-type]
    return monkeypatched


def test_both_are_walks_down_an_index(office: Bed) -> None:
    found = plans(office, [])
    assert "ticket_paused" in found[0]
    assert any("ticket_to_archive" in line for line in found)
    assert not [line for line in found if line.startswith("SCAN") or "TEMP B-TREE" in line]


def test_nothing_is_written_when_nothing_is_due(office: Bed) -> None:
    for status in ("closed", "paused", "in_progress"):
        office.ticket(status)
    before = office.everything()
    assert office.tickets.sweep(office.clock.now()) == 0
    assert office.everything() == before


def test_a_first_start_with_many_closed_tickets_takes_its_time(office: Bed) -> None:
    no = office.ticket("closed").no
    with office.store.transaction() as tx:
        columns = (
            "source, status, type, category, urgency, created_at, changed_at, closed_at, is_open, boot_id, clock_ok"
        )
        tx.execute(
            f"INSERT INTO ticket (no, {columns})"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)"
            f" SELECT 1000 + i, {columns} FROM n, ticket WHERE no = ?",
            (AT_ONCE + 5, no),
        )
    office.pass_time(days=31)
    assert [office.tickets.sweep(office.clock.now()) for _ in range(3)] == [AT_ONCE, 6, 0]


def test_somebody_who_was_faster_is_no_trouble(office: Bed) -> None:
    """Found, and moved by somebody before its turn comes."""
    first, second = office.ticket("paused"), office.ticket("paused")
    office.pass_time(days=5)
    told = office.tickets.on_move

    def goes_on_too(tx: object, made: object) -> None:
        told(tx, made)  # type: ignore[arg-type]
        if office.tickets.row(second.no).status == "paused" and office.told[-1].no == first.no:
            office.make(second.no, "resume")

    office.tickets.on_move = goes_on_too
    assert office.tickets.sweep(office.clock.now()) == 1
    assert {office.tickets.row(row.no).status for row in (first, second)} == {"in_progress"}
