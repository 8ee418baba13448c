"""Builds what protects people: looking behind a pseudonym, hints of double work, callers who disturb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from appliance.casework.approvals import MODE, SIMPLE
from appliance.casework.duplicates import Hints
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.intake.call_log import CallLog
from appliance.intake.sms_in import SmsIntake
from appliance.outreach.outbox import Outbox
from appliance.outreach.sending import Sending
from appliance.outreach.templates import Texts
from appliance.people.citizens import Citizens
from appliance.people.nuisance import Nuisance
from appliance.people.reveal import Reveal
from appliance.people.roster import Roster
from appliance.people.users import Users
from appliance.upkeep.audit import Audit
from db import settings
from db.search_upkeep import purge
from db.store import Store


@dataclass(frozen=True, slots=True)
class ProtectionDesk:
    reveal: Reveal
    hints: Hints
    nuisance: Nuisance
    every_minute: dict[str, Callable[[], object]]


def build(
    store: Store,
    clock: Clock,
    audit: Audit,
    *,
    users: Users,
    citizens: Citizens,
    tickets: Tickets,
    intake: SmsIntake,
    call_log: CallLog,
    sending: Sending,
    outbox: Outbox,
    texts: Texts,
    roster: Roster,
    zone: tzinfo,
    clock_ok: Callable[[], bool],
) -> ProtectionDesk:
    """Connect them to the tickets, to what comes in and to what goes out."""
    reveal = Reveal(
        store, clock, audit, users, citizens.vault, outbox=outbox, texts=texts, leader_phone=lambda: _leader(roster)
    )
    sending.wording = reveal.wording
    hints = Hints(store, clock, citizens)
    tickets.also_tell(hints.on_move)
    nuisance = Nuisance(
        store,
        clock,
        audit,
        citizens,
        zone=zone,
        clock_ok=clock_ok,
        is_simple=lambda: (settings.value(store, MODE) or SIMPLE) == SIMPLE,
    )
    intake.ask_first(nuisance.read_first)
    call_log.is_held = nuisance.is_held
    return ProtectionDesk(
        reveal,
        hints,
        nuisance,
        {"protected": lambda: purge(store) and store.fold_log_if_owed(), "nuisance": nuisance.sweep},
    )


def _leader(roster: Roster) -> str:
    return roster.phone("leader", "backup")
