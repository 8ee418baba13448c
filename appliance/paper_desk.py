"""What the office does on paper, put together once: slips, scans, papers that came back, notices to many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path

from appliance.attachments.attachments import Attachments
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.intake.from_units import UnitWork
from appliance.intake.papers import Papers
from appliance.outreach.slips import Slips
from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit
from db.store import Store


class PaperDesk:
    """Its services by their names; safe to ask from any web thread."""

    def __init__(
        self,
        data_dir: Path,
        store: Store,
        clock: Clock,
        audit: Audit,
        key: BoxKey,
        *,
        tickets: Tickets,
        zone: tzinfo,
        clock_ok: Callable[[], bool],
    ) -> None:
        self.attachments = Attachments(data_dir, store, clock, audit, key)
        self.papers = Papers(store, clock, tickets, self.attachments, zone=zone, clock_ok=clock_ok)
        self.slips = Slips(store, clock, audit, tickets)
        self.unit_work = UnitWork(store, clock, tickets, self.slips, self.attachments)
