"""Builds what the words of text messages need: codes, leaders, the office's own texts, questions, query codes."""

from __future__ import annotations

from appliance.casework.tickets import Tickets
from appliance.ground import Ground
from appliance.intake.empty_replies import mark_empty_reply
from appliance.intake.handler_codes import HandlerCodes
from appliance.outreach.outbox import Outbox
from appliance.outreach.own_texts import OwnTexts
from appliance.outreach.questions import Questions
from appliance.outreach.templates import Texts
from appliance.people.departments import Departments
from appliance.people.leaders import Leaders
from appliance.people.query_codes import QueryCodes


class WordsDesk:
    def __init__(self, ground: Ground, *, departments: Departments, outbox: Outbox) -> None:
        store, clock, key, audit = ground.store, ground.clock, ground.key, ground.audit
        self.own_texts = OwnTexts(
            store,
            clock,
            audit,
            office=ground.settings.office.short_name,
            language=ground.language,
            zone=ground.zone,
        )
        self.texts: Texts = self.own_texts.texts
        self.codes = HandlerCodes(store, clock, key, audit, departments)
        self.leaders = Leaders(store, clock, key, audit, ground.region_code)
        self.query_codes = QueryCodes(key)
        self.questions = Questions(clock, outbox, self.texts)

    def connect(self, tickets: Tickets) -> None:
        """Told of every move: it asks questions, and marks replies that say nothing."""
        tickets.also_tell(self.questions.on_move)
        tickets.also_tell(mark_empty_reply)
