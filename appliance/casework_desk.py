"""Builds the casework: tickets, what hangs on them and is told of their moves, the work of their nights."""

from __future__ import annotations

from collections.abc import Callable

from appliance.casework.approvals import Approvals
from appliance.casework.asking_codes import AskingCodes
from appliance.casework.joining import Joining
from appliance.casework.sending_out import SendingOut
from appliance.casework.tickets import Tickets
from appliance.dispatch_desk import DispatchDesk
from appliance.ground import Ground
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.notices import Notices
from appliance.outreach.outbox import Outbox
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.places import Places
from appliance.people.vault_ageing import VaultAgeing
from appliance.upkeep.night import Night
from appliance.words_desk import WordsDesk


class CaseworkDesk:
    """`every_minute` are its sweeps; the rest is for the pages and for the other desks."""

    def __init__(
        self, ground: Ground, *, citizens: Citizens, departments: Departments, outbox: Outbox, words: WordsDesk
    ) -> None:
        store, clock, audit = ground.store, ground.clock, ground.audit
        self.callbacks = Callbacks(store, clock, ground.hours, audit, boot_id=ground.boot_id, clock_ok=ground.clock_ok)
        self.places = Places(store, clock, audit)
        self.tickets = Tickets(
            store,
            clock,
            audit,
            citizens,
            hours=ground.hours,
            boot_id=ground.boot_id,
            clock_ok=ground.clock_ok,
            on_move=Notices(clock, outbox, words.texts, ground.hours, self.callbacks).for_move,
            region_code=ground.region_code,
            places=self.places,
        )
        words.connect(self.tickets)
        self.dispatch = DispatchDesk(
            store,
            clock,
            audit,
            departments=departments,
            places=self.places,
            tickets=self.tickets,
            zone=ground.zone,
            clock_ok=ground.clock_ok,
        )
        self.approvals = Approvals(store, clock, audit, ground.zone)
        self.asking_codes = AskingCodes(store, audit, words.query_codes)
        self.joining = Joining(store, clock, self.tickets)
        self.sending_out = SendingOut(self.tickets, self.dispatch.routing)
        self.vault_ageing = VaultAgeing(store, clock, audit, clock_ok=ground.clock_ok)
        night = Night(self.tickets, audit, ground.zone, forget=self.vault_ageing.sweep)
        self.every_minute: dict[str, Callable[[], object]] = {
            "casework": lambda: self.tickets.sweep(clock.now()),
            "search": self.tickets.resume_search,
            "night": lambda: night.look(clock.now()),
        }
