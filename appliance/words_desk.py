"""Builds what the words of text messages need: codes, leaders, the office's own texts, questions, query codes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.config import Settings
from appliance.intake.empty_replies import mark_empty_reply
from appliance.intake.handler_codes import HandlerCodes
from appliance.outreach.outbox import Outbox
from appliance.outreach.own_texts import OwnTexts
from appliance.outreach.questions import Questions
from appliance.outreach.templates import Texts
from appliance.people.departments import Departments
from appliance.people.keys import BoxKey
from appliance.people.leaders import Leaders
from appliance.people.query_codes import QueryCodes
from appliance.upkeep.audit import Audit
from db.store import Store


class WordsDesk:
    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        key: BoxKey,
        audit: Audit,
        *,
        departments: Departments,
        outbox: Outbox,
    ) -> None:
        office = settings.office
        self.own_texts = OwnTexts(
            store, clock, audit, office=office.short_name, language=office.language, zone=ZoneInfo(office.timezone)
        )
        self.texts: Texts = self.own_texts.texts
        self.codes = HandlerCodes(store, clock, key, audit, departments)
        self.leaders = Leaders(store, clock, key, audit, office.region_code)
        self.query_codes = QueryCodes(key)
        self.questions = Questions(clock, outbox, self.texts)

    def connect(self, tickets: Tickets) -> None:
        """Told of every move: it asks questions, and marks replies that say nothing."""
        tickets.also_tell(self.questions.on_move)
        tickets.also_tell(mark_empty_reply)
