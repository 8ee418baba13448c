"""Rows of the routing table, and how matters of a kind ended before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from db.store import Reads, Transaction


def rules(reads: Reads, state: str) -> list[sqlite3.Row]:
    """Rows in this state; `co_ids` are the ids of those who help, parted by commas."""
    return reads.rows(f"{_RULES} WHERE r.state = ? ORDER BY r.category, r.class, r.town, r.id", (state,))


def rule(reads: Reads, rule_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_RULES} WHERE r.id = ?", (rule_id,))


_RULES = """
    SELECT r.*, coalesce((SELECT group_concat(department_id) FROM routing_co WHERE rule_id = r.id), '') AS co_ids
    FROM routing_rule r
"""


def add(tx: Transaction, co_ids: Iterable[int], **values: Any) -> int:
    rule_id = tx.insert("routing_rule", **values)
    for department_id in co_ids:
        tx.insert("routing_co", rule_id=rule_id, department_id=department_id)
    return rule_id


def change_state(tx: Transaction, rule_id: int, before: str, after: str, *, at: str, by: int | None) -> bool:
    """False: somebody was first. Who ended or refused it is kept."""
    is_over = after in {"refused", "ended"}
    done = tx.execute(
        "UPDATE routing_rule SET state = ?, ended_at = ?, ended_by = ? WHERE id = ? AND state = ?",
        (after, at if is_over else None, by if is_over else None, rule_id, before),
    )
    return done.rowcount == 1


def widen(tx: Transaction, rule_id: int) -> None:
    """It speaks of every town."""
    tx.execute("UPDATE routing_rule SET town = '' WHERE id = ?", (rule_id,))


def settled(reads: Reads, category: str, town: str, limit: int) -> list[sqlite3.Row]:
    """The latest tickets of this category that a department finished, in this town or ('') anywhere."""
    there, values = ("AND t.town = ?", (category, town)) if town else ("", (category,))
    sql = f"""
        SELECT t.no, t.department_id, t.town, w.title, w.content
        FROM ticket t LEFT JOIN ticket_words w ON w.ticket_id = t.id
        WHERE t.category = ? {there} AND t.is_open = 0 AND t.department_id IS NOT NULL
        ORDER BY t.closed_at DESC LIMIT ?
    """  # noqa: S608 - our own words
    return reads.rows(sql, (*values, limit))


def first_receiver(reads: Reads, ticket_id: int) -> int | None:
    """The department that was given the ticket first."""
    found = reads.row(
        "SELECT department_id FROM assignment WHERE ticket_id = ? AND role = 'lead' ORDER BY id LIMIT 1", (ticket_id,)
    )
    return int(found["department_id"]) if found else None
