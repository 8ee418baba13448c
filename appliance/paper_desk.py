"""What the office does on paper, put together once: slips, scans, papers that came back, notices to many."""

from __future__ import annotations

from collections.abc import Callable

from appliance.attachments.attachments import Attachments
from appliance.casework.tickets import Tickets
from appliance.ground import Ground
from appliance.intake.from_units import UnitWork
from appliance.intake.notice_texts import NoticeTexts
from appliance.intake.papers import Papers
from appliance.intake.sms_in import SmsIntake
from appliance.outreach.citizen_notices import CitizenNotices
from appliance.outreach.notices_to_units import UnitNotices
from appliance.outreach.outbox import Outbox
from appliance.outreach.slips import Slips
from appliance.outreach.templates import Texts


class PaperDesk:
    """Its services by their names; safe to ask from any web thread."""

    def __init__(
        self,
        ground: Ground,
        *,
        tickets: Tickets,
        outbox: Outbox,
        texts: Texts,
        intake: SmsIntake,
        sent_today: Callable[[str], int],
    ) -> None:
        """`sent_today` counts what a line sent."""
        settings, store, clock, audit, hours = ground.settings, ground.store, ground.clock, ground.audit, ground.hours
        self.attachments = Attachments(settings.data.directory, store, clock, audit, ground.key)
        self.papers = Papers(store, clock, tickets, self.attachments, zone=hours.zone, clock_ok=ground.clock_ok)
        self.slips = Slips(store, clock, audit, tickets)
        self.unit_work = UnitWork(store, clock, tickets, self.slips, self.attachments)
        self.unit_notices = UnitNotices(
            store, clock, hours, outbox=outbox, texts=texts, audit=audit, clock_ok=ground.clock_ok
        )
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
        intake.reading.ask_first(NoticeTexts(self.unit_notices, outbox, texts).hear)
        self.every_minute: dict[str, Callable[[], object]] = {
            "attachments": self.attachments.tidy,
            "tasks": self.unit_notices.sweep,
        }
