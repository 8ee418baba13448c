"""Builds what belongs to the shift: handovers, seats for a day, the watch over an empty desk, agency items."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from appliance.casework.agency import Agency
from appliance.clock import Clock
from appliance.limits.hours import OfficeHours
from appliance.lines import Lines
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.citizens import Citizens
from appliance.people.handover import Handovers
from appliance.people.roster import Roster
from appliance.people.seats import Seats
from appliance.people.users import Users
from appliance.upkeep.audit import Audit
from appliance.upkeep.unattended import Unattended
from db.store import Store


class ShiftDesk:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        hours: OfficeHours,
        users: Users,
        citizens: Citizens,
        lines: Lines,
        outbox: Outbox,
        texts: Texts,
        zone: ZoneInfo,
        roster: Roster,
        boot_id: int,
        clock_ok: Callable[[], bool],
        region_code: str,
    ) -> None:
        self.seats = Seats(store, clock, audit, users)
        self.handovers = Handovers(store, clock, audit, zone=zone, lines_down=lambda: tuple(sorted(lines.outages())))
        self.unattended = Unattended(
            store, clock, hours=hours, roster=roster, outbox=outbox, texts=texts, clock_ok=clock_ok
        )
        self.agency = Agency(
            store,
            clock,
            audit,
            citizens=citizens,
            outbox=outbox,
            texts=texts,
            hours=hours,
            boot_id=boot_id,
            clock_ok=clock_ok,
            region_code=region_code,
        )
        self.every_minute: dict[str, Callable[[], object]] = {
            "roster": roster.look,
            "unattended": self.unattended.look,
            "agency": self.agency.look,
        }
