"""The exports' queries, oldest first. Column names are fixed: other programs read them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

Reader = Callable[[sqlite3.Connection, str], Iterator[sqlite3.Row]]


def _reader(sql: str) -> Reader:
    def read(connection: sqlite3.Connection, since: str) -> Iterator[sqlite3.Row]:
        return iter(connection.execute(sql, {"since": since}))

    return read


MESSAGES = """
    SELECT * FROM (
        SELECT m.id, 'in' AS direction, w.sender AS number, w.text, m.received_at AS at, m.line,
               CASE WHEN m.complete_at IS NULL THEN 'waiting' WHEN m.handled_at IS NULL AND m.needs_desk = 1
                    THEN 'new' ELSE 'handled' END AS state,
               CASE WHEN t.no IS NULL THEN NULL ELSE printf('%06d', t.no) END AS ticket
        FROM sms_in m LEFT JOIN sms_words w ON w.sms_id = m.id LEFT JOIN ticket t ON t.id = m.ticket_id
        UNION ALL
        SELECT o.id, 'out', w.number, w.text, o.created_at, o.line, o.state,
               CASE WHEN t.no IS NULL THEN NULL ELSE printf('%06d', t.no) END
        FROM outbox o LEFT JOIN outbox_words w ON w.outbox_id = o.id LEFT JOIN ticket t ON t.id = o.ticket_id
    ) WHERE at >= :since ORDER BY at, direction, id
"""

CALLS = """
    SELECT c.id, c.direction, coalesce(z.phone, n.raw, '') AS number, c.line, c.ringing_at, c.answered_at, c.ended_at,
           c.outcome, c.end_reason, u.name AS taken_by,
           (SELECT printf('%06d', t.no) FROM ticket t WHERE t.call_id = c.id ORDER BY t.id LIMIT 1) AS ticket
    FROM call c LEFT JOIN citizen z ON z.id = c.citizen_id LEFT JOIN call_number n ON n.call_id = c.id
         LEFT JOIN user u ON u.id = c.taken_by
    WHERE c.ringing_at >= :since ORDER BY c.id
"""

TICKETS = """
    SELECT printf('%06d', t.no) AS no, t.status, t.type, t.category, w.title, w.content, w.place, w.contact_name,
           coalesce(nullif(w.contact_phone, ''), z.phone, '') AS phone, d.code AS department, t.source, t.urgency,
           t.created_at, t.accepted_at, t.dispatched_at, t.due_at, t.closed_at, t.close_reason, t.close_ground,
           t.rating, t.round
    FROM ticket t LEFT JOIN ticket_words w ON w.ticket_id = t.id LEFT JOIN citizen z ON z.id = t.citizen_id
         LEFT JOIN department d ON d.id = t.department_id
    WHERE t.created_at >= :since ORDER BY t.id
"""

AUDIT = """
    SELECT a.seq, a.at, u.name AS user, a.role, a.action, a.entity, a.entity_id, a.digest, a.previous, a.hash
    FROM audit a LEFT JOIN user u ON u.id = a.user_id WHERE a.at >= :since ORDER BY a.seq
"""

# The columns that `hotline import knowledge` reads, and when it was written.
KNOWLEDGE = """
    SELECT a.code, a.kind, a.category, coalesce(d.code, '') AS department, coalesce(a.valid_to_on, '') AS valid_to,
           CASE a.is_public WHEN 1 THEN 'yes' ELSE 'no' END AS public,
           a.title_zh, a.answer_zh, a.sms_zh, a.materials_zh, a.fees_zh, a.place_zh,
           a.title_en, a.answer_en, a.sms_en, a.materials_en, a.fees_en, a.place_en, a.version, a.changed_at
    FROM article a LEFT JOIN department d ON d.id = a.department_id
    WHERE a.retired_at IS NULL AND a.changed_at >= :since ORDER BY a.code
"""

READERS: dict[str, Reader] = {
    "messages": _reader(MESSAGES),
    "calls": _reader(CALLS),
    "tickets": _reader(TICKETS),
    "knowledge": _reader(KNOWLEDGE),
    "audit": _reader(AUDIT),
}
