"""Builds the knowledge base: articles, the questions they leave open, and who is reached where."""

from __future__ import annotations

from datetime import date

from appliance.casework.tickets import Tickets
from appliance.ground import Ground
from appliance.knowledge.answering import Answering
from appliance.knowledge.articles import Articles
from appliance.knowledge.consults import Consults
from appliance.knowledge.directory import Directory
from appliance.knowledge.gaps import Gaps
from appliance.knowledge.lists import ArticleLists
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.departments import Departments


class KnowledgeDesk:
    """Connected to the tickets: what is answered with an article is noted with the move."""

    def __init__(
        self, ground: Ground, *, departments: Departments, tickets: Tickets, outbox: Outbox, texts: Texts
    ) -> None:
        store, clock, audit = ground.store, ground.clock, ground.audit

        def today() -> date | None:
            return ground.hours.local_date(clock.now()) if ground.clock_ok() else None

        self.articles = Articles(store, clock, audit, today=today)
        self.gaps = Gaps(store, clock, audit, hours=ground.hours, today=today)
        self.lists = ArticleLists(store, self.articles)
        self.directory = Directory(departments, clock, ground.hours, clock_ok=ground.clock_ok)
        self.consults = Consults(tickets, self.articles, ground.language)
        self.answering = Answering(store, clock, outbox, texts)
        tickets.also_tell(self.answering.on_move)
