"""Whose names and numbers may stand in the words of some tickets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.store import Reads
from db.tickets import marks


def people_near(reads: Reads, ticket_ids: Sequence[int]) -> list[sqlite3.Row]:
    """`name` and `number` of everybody who stands on these tickets, on others of their citizens, or on joined ones."""
    gaps = marks(ticket_ids)
    return reads.rows(
        f"WITH own AS (SELECT id, citizen_id, parent_id FROM ticket WHERE id IN ({gaps})),"  # noqa: S608 - gaps alone
        " kin AS (SELECT id FROM own UNION SELECT parent_id FROM own WHERE parent_id IS NOT NULL"
        "  UNION SELECT t.id FROM ticket t JOIN own ON t.parent_id = own.id"
        "  UNION SELECT t.id FROM ticket t JOIN own ON t.parent_id = own.parent_id),"
        " citizens AS (SELECT DISTINCT citizen_id AS id FROM ticket WHERE id IN kin AND citizen_id IS NOT NULL),"
        " near AS (SELECT id FROM kin UNION SELECT t.id FROM ticket t JOIN citizens c ON t.citizen_id = c.id)"
        " SELECT coalesce(contact_name, '') AS name, coalesce(contact_phone, '') AS number"
        " FROM ticket_words WHERE ticket_id IN near"
        " UNION SELECT coalesce(name, ''), coalesce(phone, '') FROM citizen WHERE id IN citizens"
        " UNION SELECT '', w.sender FROM sms_in s JOIN sms_words w ON w.sms_id = s.id"
        "  WHERE s.ticket_id IN kin AND s.handler_id IS NULL",
        tuple(ticket_ids),
    )


def searched(reads: Reads, ticket_ids: Sequence[int]) -> list[sqlite3.Row]:
    """The words of these tickets that anybody may search, and their numbers as they are printed."""
    return reads.rows(
        "SELECT t.id, w.title, w.content, w.place, printf('%06d', t.no) AS number"  # noqa: S608 - gaps alone
        f" FROM ticket t LEFT JOIN ticket_words w ON w.ticket_id = t.id WHERE t.id IN ({marks(ticket_ids)})",
        tuple(ticket_ids),
    )
