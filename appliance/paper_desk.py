"""What the office does on paper, put together once: slips, scans, papers that came back, notices to many."""

from __future__ import annotations

from collections.abc import Callable

from appliance.attachments.attachments import Attachments
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.config import Settings
from appliance.intake.from_units import UnitWork
from appliance.intake.notice_texts import NoticeTexts
from appliance.intake.papers import Papers
from appliance.intake.sms_in import SmsIntake
from appliance.limits.hours import OfficeHours
from appliance.outreach.citizen_notices import CitizenNotices
from appliance.outreach.notices_to_units import UnitNotices
from appliance.outreach.outbox import Outbox
from appliance.outreach.slips import Slips
from appliance.outreach.templates import Texts
from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit
from db.store import Store


class PaperDesk:
    """Its services by their names; safe to ask from any web thread."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        audit: Audit,
        key: BoxKey,
        *,
        tickets: Tickets,
        hours: OfficeHours,
        outbox: Outbox,
        texts: Texts,
        intake: SmsIntake,
        sent_today: Callable[[str], int],
        clock_ok: Callable[[], bool],
    ) -> None:
        self.attachments = Attachments(settings.data.directory, store, clock, audit, key)
        self.papers = Papers(store, clock, tickets, self.attachments, zone=hours.zone, clock_ok=clock_ok)
        self.slips = Slips(store, clock, audit, tickets)
        self.unit_work = UnitWork(store, clock, tickets, self.slips, self.attachments)
        self.unit_notices = UnitNotices(store, clock, hours, outbox=outbox, texts=texts, audit=audit, clock_ok=clock_ok)
        self.citizen_notices = CitizenNotices(
            store,
            clock,
            hours,
            outbox=outbox,
            texts=texts,
            audit=audit,
            modems=settings.modems,
            sent_today=sent_today,
        )
        intake.ask_first(NoticeTexts(self.unit_notices, outbox, texts).hear)
        self.every_minute: dict[str, Callable[[], object]] = {
            "attachments": self.attachments.tidy,
            "tasks": self.unit_notices.sweep,
        }
