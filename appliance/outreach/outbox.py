"""The outgoing messages: one queue for everything the office texts, by hand or by itself.

queued -> sending -> sent -> delivered | failed | unknown. Here messages are put in, repeated by hand, or given up;
appliance/outreach/sending.py carries them to the lines.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, tzinfo

from appliance.clock import Clock, utc_text
from appliance.outreach.purposes import MOST_PER_NUMBER_AND_DAY, limited_with
from appliance.outreach.purposes import purpose as row_of
from appliance.outreach.segments import segments
from appliance.people.numbers import is_reference, mask, may_text, normalise
from db import messages, people
from db import outbox as rows
from db.store import Transaction

log = logging.getLogger(__name__)

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(7, 30)


class Outbox:
    """Takes messages in. Every one has an idem_key: what is queued twice under one key is one message."""

    def __init__(
        self, clock: Clock, *, zone: tzinfo, region_code: str, boot_id: int, clock_ok: Callable[[], bool]
    ) -> None:
        self._clock, self._zone, self._region_code = clock, zone, region_code
        self._boot_id, self._clock_ok = boot_id, clock_ok

    def queue(
        self,
        tx: Transaction,
        *,
        purpose: str,
        number: str,
        text: str,
        idem_key: str,
        citizen_id: int | None = None,
        handler_id: int | None = None,
        leader_id: int | None = None,
        ticket_id: int | None = None,
        callback_id: int | None = None,
        user_id: int | None = None,
        preferred_line: str = "",
        not_before: datetime | None = None,
        resend_of: int | None = None,
    ) -> int | None:
        """Put one message into the queue and return its id; the earlier one's if the key was used before.

        None, and nothing is queued, when this number must not be texted (services, mass senders, landlines), has had
        its automatic answers of the day, or wants no more texts of this purpose.
        """
        known = rows.id_of_key(tx, idem_key)
        if known is not None:
            return known
        to = self._protected(tx, citizen_id) or normalise(number, self._region_code)
        if not may_text(to) or not self._has_answers_left(tx, purpose, citizen_id, handler_id):
            return None
        if citizen_id is not None and row_of(purpose).is_stopped_by_td and messages.texts_stopped(tx, citizen_id):
            return None
        now = self._clock.now()
        outbox_id = rows.add(
            tx,
            number=to,
            text=text,
            idem_key=idem_key,
            purpose=purpose,
            rank=_rank(purpose),
            citizen_id=citizen_id,
            handler_id=handler_id,
            leader_id=leader_id,
            ticket_id=ticket_id,
            callback_id=callback_id,
            user_id=user_id,
            preferred_line=preferred_line,
            created_at=utc_text(now),
            not_before_at=utc_text(not_before or now),
            parts=segments(text).parts,
            resend_of=resend_of,
            boot_id=self._boot_id,
            clock_ok=int(self._clock_ok()),
        )
        tx.announce("message", outbox_id)
        tx.log(log, logging.INFO, "message %d to %s was queued: %s", outbox_id, mask(to), purpose)
        return outbox_id

    def _protected(self, tx: Transaction, citizen_id: int | None) -> str:
        """Whatever number a caller of ours had at hand: for a protected person the reference stands in the queue."""
        citizen = people.citizen(tx, citizen_id) if citizen_id is not None else None
        phone = (citizen["phone"] or "") if citizen is not None else ""
        return phone if is_reference(phone) else ""

    def _has_answers_left(self, tx: Transaction, purpose: str, citizen_id: int | None, handler_id: int | None) -> bool:
        counted = limited_with(purpose)
        if not counted:
            return True
        midnight = datetime.combine(self._clock.now().astimezone(self._zone).date(), time(), self._zone)
        since = utc_text(midnight)
        had = 0
        if citizen_id is not None:
            had = rows.count_to_citizen(tx, citizen_id, counted, since)
        elif handler_id is not None:
            had = rows.count_to_handler(tx, handler_id, counted, since)
        return had < _most_a_day(purpose)


def is_quiet(local: time) -> bool:
    """Quiet hours run over midnight."""
    return local >= QUIET_FROM or local < QUIET_UNTIL


def _rank(key: str) -> int:
    return row_of(key).rank


def _most_a_day(key: str) -> int:
    return MOST_PER_NUMBER_AND_DAY[row_of(key).limited_as]
