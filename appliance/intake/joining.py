"""Which unfinished message a part belongs to. Pure: rows in, a decision out.

References are small numbers and come again: 256 long messages of one telephone, or two with bad luck, and a part fits
two messages. So a part joins a message only if its place there is free and it was sent about when the others were;
among several, the nearest in time. The caller hands in only parts of the same SIM, sender, reference and total.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import moment_or_none
from modem.events import Deliver

JOINED_WITHIN = timedelta(hours=24)  # between the arrivals of two parts
SENT_TOGETHER = timedelta(hours=1)  # parts of one message leave the sender's telephone together


@dataclass(frozen=True, slots=True)
class Home:
    """Where a part goes: into message `sms_id`, into a new one (None), or nowhere because it is here already."""

    sms_id: int | None = None
    is_repeated: bool = False


def home_of(part: Deliver, alike: Iterable[sqlite3.Row]) -> Home:
    """Decide by the parts that are here: their sms_id, part, sent_at, body, and their message's complete_at."""
    distances: dict[int, timedelta] = {}
    unfit: set[int] = set()
    for row in alike:
        sent_at = moment_or_none(row["sent_at"])
        if row["part"] == part.part and row["body"] == part.body and sent_at == part.sent_at:
            return Home(is_repeated=True)
        distance = _distance(sent_at, part.sent_at)
        if row["part"] == part.part or row["complete_at"] is not None or distance > SENT_TOGETHER:
            unfit.add(row["sms_id"])
        distances[row["sms_id"]] = min(distance, distances.get(row["sms_id"], distance))
    fit = [(distance, sms_id) for sms_id, distance in distances.items() if sms_id not in unfit]
    return Home(min(fit)[1]) if fit else Home()


def part_of(row: sqlite3.Row) -> Deliver:
    """A kept part as it came."""
    return Deliver(
        sender=row["sender"],
        body=row["body"],
        alphabet=row["alphabet"],
        sent_at=moment_or_none(row["sent_at"]),
        reference=row["reference"],
        total=row["total"],
        part=row["part"],
    )


def _distance(one: datetime | None, other: datetime | None) -> timedelta:
    """How far apart two parts were sent; a service centre that gives no time is believed."""
    return abs(one - other) if one and other else timedelta(0)
