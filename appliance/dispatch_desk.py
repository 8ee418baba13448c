"""Builds what decides whose duty a matter is: the routing table, consultations, the ledger of unclear duty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from appliance.casework.conference import Conferences
from appliance.casework.duty_ledger import DutyLedger
from appliance.casework.routing import Routing
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.people.departments import Departments
from appliance.people.places import Places
from appliance.upkeep.audit import Audit
from db.store import Store


class DispatchDesk:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        departments: Departments,
        places: Places,
        tickets: Tickets,
        zone: tzinfo,
        clock_ok: Callable[[], bool],
    ) -> None:
        self.routing = Routing(store, clock, audit, departments, places, zone=zone, clock_ok=clock_ok)
        self.conferences = Conferences(store, clock, tickets, departments, self.routing)
        self.duty_ledger = DutyLedger(store, clock, tickets, departments, zone)
        # In this order: the ledger's entry names the consultation that the same move opened.
        tickets.also_tell(self.conferences.for_move)
        tickets.also_tell(self.duty_ledger.for_move)
