"""Builds what protects people: looking behind a pseudonym, hints of double work, callers who disturb."""

from __future__ import annotations

from collections.abc import Callable

from appliance.casework.approvals import MODE, SIMPLE
from appliance.casework.duplicates import Hints
from appliance.casework.tickets import Tickets
from appliance.ground import Ground
from appliance.intake.call_log import CallLog
from appliance.intake.hearing import Hearing
from appliance.intake.sms_in import SmsIntake
from appliance.outreach.outbox import Outbox
from appliance.outreach.sending import Sending
from appliance.outreach.templates import Texts
from appliance.people.citizens import Citizens
from appliance.people.nuisance import Nuisance
from appliance.people.reveal import Reveal
from appliance.people.roster import Roster
from appliance.people.users import Users
from db import settings
from db.search_upkeep import purge


class ProtectionDesk:
    """Connected to the tickets, to what comes in and to what goes out."""

    def __init__(
        self,
        ground: Ground,
        *,
        users: Users,
        citizens: Citizens,
        tickets: Tickets,
        intake: SmsIntake,
        call_log: CallLog,
        hearing: Hearing,
        sending: Sending,
        outbox: Outbox,
        texts: Texts,
        roster: Roster,
    ) -> None:
        store, clock, audit = ground.store, ground.clock, ground.audit
        self.reveal = Reveal(
            store,
            clock,
            audit,
            users,
            citizens.vault,
            outbox=outbox,
            texts=texts,
            leader_phone=lambda: roster.phone("leader", "backup"),
        )
        sending.wording = self.reveal.wording
        self.hints = Hints(store, clock, citizens)
        tickets.also_tell(self.hints.on_move)
        self.nuisance = Nuisance(
            store,
            clock,
            audit,
            citizens,
            zone=ground.zone,
            clock_ok=ground.clock_ok,
            is_simple=lambda: (settings.value(store, MODE) or SIMPLE) == SIMPLE,
        )
        intake.reading.ask_first(self.nuisance.read_first)
        call_log.is_held = self.nuisance.is_held
        hearing.level_of = self.nuisance.callers.level_of
        self.every_minute: dict[str, Callable[[], object]] = {
            "protected": lambda: purge(store) and store.fold_log_if_owed(),
            "nuisance": self.nuisance.sweep,
        }
