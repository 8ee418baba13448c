"""Builds what belongs to the shift: handovers, seats for a day, the watch over an empty desk, agency items."""

from __future__ import annotations

from collections.abc import Callable

from appliance.casework.agency import Agency
from appliance.casework.emergency_views import EmergencyViews
from appliance.ground import Ground
from appliance.lines import Lines
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.citizens import Citizens
from appliance.people.handover import Handovers
from appliance.people.roster import Roster
from appliance.people.seats import Seats
from appliance.people.users import Users
from appliance.upkeep.unattended import Unattended


class ShiftDesk:
    def __init__(
        self,
        ground: Ground,
        *,
        users: Users,
        citizens: Citizens,
        lines: Lines,
        outbox: Outbox,
        texts: Texts,
        roster: Roster,
        dangers: EmergencyViews,
    ) -> None:
        store, clock, audit = ground.store, ground.clock, ground.audit
        self.seats = Seats(store, clock, audit, users)
        self.handovers = Handovers(
            store,
            clock,
            audit,
            zone=ground.zone,
            lines_down=lambda: tuple(sorted(lines.outages())),
            emergencies=lambda: tuple(no for no, _ in dangers.unconfirmed()),
        )
        self.unattended = Unattended(
            store, clock, hours=ground.hours, roster=roster, outbox=outbox, texts=texts, clock_ok=ground.clock_ok
        )
        self.agency = Agency(
            store,
            clock,
            audit,
            citizens=citizens,
            outbox=outbox,
            texts=texts,
            hours=ground.hours,
            boot_id=ground.boot_id,
            clock_ok=ground.clock_ok,
            region_code=ground.region_code,
        )
        self.every_minute: dict[str, Callable[[], object]] = {
            "roster": roster.look,
            "unattended": self.unattended.look,
            "agency": self.agency.look,
        }
