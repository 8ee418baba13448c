"""Fills a new demo database with the invented county, through the same services that the office uses."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from appliance.casework.lifecycle import Actor
from appliance.casework.tickets import TicketForm
from appliance.clock import FastClock, RealClock, utc_text
from appliance.config import ModemSettings, Settings
from appliance.knowledge import columns
from appliance.people.keys import BoxKey
from appliance.people.user import User
from appliance.sample_cases import Cases
from appliance.sample_load import Loader, furnish
from appliance.services import Services
from db import outbox, talk_paths
from db.store import Store, Transaction

CASES_START_HOURS_AGO = 132  # before the first story, and over when it begins
HISTORY_TICKETS, HISTORY_DAYS, TICKETS_A_CITIZEN = 1000, 90, 1.1  # eleven a day of nine hundred people
MINUTES_BETWEEN_MOVES = 25


@cache
def county() -> dict[str, Any]:
    """The data file as it stands."""
    found: dict[str, Any] = tomllib.loads(
        resources.files("appliance").joinpath("sample_county.toml").read_text("utf-8")
    )
    return found


def table(name: str) -> list[dict[str, str | None]]:
    """The rows of one of the county's lists, in the columns that `hotline import` reads."""
    text = resources.files("appliance").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def articles() -> list[columns.Row]:
    """The county's knowledge base, as `hotline import knowledge` reads it."""
    return columns.read(resources.files("appliance").joinpath("sample_knowledge.csv").read_bytes())


def make(settings: Settings) -> None:
    """Create the demo's database with a few days of history that end now."""
    now = RealClock().now()
    clock = FastClock(now - timedelta(hours=CASES_START_HOURS_AGO))
    store = Store(settings.data.directory / "hotline.db", kind="demo")
    try:
        services = Services.for_command(settings, store, clock)
        _people(services)
        operator = next(user for user in services.office.users.all() if user.role == "operator")
        _history(settings, services, store, clock)
        lead = next(user for user in services.office.users.all() if user.role == "lead")
        Cases(services.office, clock, operator=operator, lead=lead, cases=county()["cases"]).tell()
        for story in sorted(county()["tickets"], key=lambda story: -int(story["hours_ago"])):
            begins = now - timedelta(hours=int(story["hours_ago"]))
            clock.advance(max(0.0, (begins - clock.now()).total_seconds()))
            _Story(services, store, clock, operator, story).tell()
        with store.transaction() as tx:  # what the story sent was sent long ago
            outbox.settle_queue(tx, utc_text(clock.now()))
            for modem in settings.modems:
                _was_heard_on(tx, modem, operator, utc_text(clock.now()))
    finally:
        store.close()


def _history(settings: Settings, services: Services, store: Store, clock: FastClock) -> None:
    """Three months that are over when the stories begin."""
    departments, towns = furnish(services.office)
    key = BoxKey.load(settings.data.directory)
    loader = Loader(store, clock, key, departments=departments, towns=towns, seed=1)
    loader.load(
        HISTORY_TICKETS, days=HISTORY_DAYS, until=timedelta(days=1), has_open=False, tickets_a_citizen=TICKETS_A_CITIZEN
    )


def _was_heard_on(tx: Transaction, modem: ModemSettings, operator: User, at: str) -> None:
    """As after a test call in which both sides heard each other."""
    talk_paths.add(
        tx,
        line=modem.name,
        talk_path=modem.talk_path,
        audio_device=modem.audio_device,
        handset_device=modem.handset_device,
        caller_hears=1,
        office_hears=1,
        tested_at=at,
        tested_by=operator.id,
    )


def _people(services: Services) -> None:
    office = services.office
    office.places.import_rows(table("sample_places.csv"))
    office.departments.import_rows(table("sample_departments.csv"))
    office.routing.import_rows(table("sample_routing.csv"))
    office.knowledge.lists.import_rows(articles())
    units = {unit.code: unit.id for unit in office.departments.all()}
    for user in county()["users"]:
        office.users.add(
            user["name"],
            user["role"],
            user["password"],
            display_name=user["display_name"],
            department_id=units.get(user.get("department", "")),
        )


class _Story:
    """One ticket, from its first word to the last move the file names."""

    def __init__(
        self, services: Services, store: Store, clock: FastClock, operator: User, story: dict[str, Any]
    ) -> None:
        self._office, self._store = services.office, store
        self._clock, self._operator, self._story = clock, operator, story
        self._no = 0

    def tell(self) -> None:
        steps: dict[str, Callable[[], object]] = {
            "draft": self._open,
            "accept": self._accept,
            "answer": lambda: self._move("answer", text=self._story["reply"], article_id=self._article()),
            "dispatch": lambda: self._move("dispatch", department_id=self._unit(), urgency=self._story.get("urgency")),
            "sign": lambda: self._move("sign", actor=Actor.UNIT),
            "reply": lambda: self._move("reply", actor=Actor.UNIT, text=self._story["reply"]),
            "approve": lambda: self._move("approve"),
            "rate": lambda: self._move("rate", actor=Actor.CITIZEN, rating=self._story["rating"]),
        }
        for name, step in steps.items():
            if name == "answer" and self._story["until"] != "answer":
                continue
            step()
            self._clock.advance(minutes=MINUTES_BETWEEN_MOVES / 25 if name == "draft" else MINUTES_BETWEEN_MOVES)
            if name == self._story["until"]:
                return

    def _open(self) -> None:
        if self._story["until"] == "draft":
            with self._store.transaction() as tx:
                citizen_id = self._office.citizens.find_or_add(tx, self._story["phone"])
            self._no = self._office.tickets.open_draft(
                source=self._story.get("source", "call"), citizen_id=citizen_id, content=self._story["content"]
            )

    def _accept(self) -> None:
        form = TicketForm(
            title=self._story["title"],
            content=self._story["content"],
            place=self._story["place"],
            contact_name=self._story["name"],
            contact_phone=self._story["phone"],
            type=self._story["type"],
            category=self._story["category"],
            urgency=self._story.get("urgency", "normal"),
        )
        self._no = self._office.tickets.create(form, self._operator, source=self._story.get("source", "call"))

    def _article(self) -> int | None:
        """What the operator read out."""
        articles = self._office.knowledge.articles
        found = articles.offered(self._operator, category=self._story["category"], text=self._story["title"])
        return found[0].id if found else None

    def _unit(self) -> int:
        code = self._story["department"]
        return next(unit.id for unit in self._office.departments.all() if unit.code == code)

    def _move(self, move: str, *, actor: Actor = Actor.OPERATOR, **words: Any) -> None:
        user_id = self._operator.id if actor is Actor.OPERATOR else None
        handler_id = None
        if actor is Actor.UNIT:
            handler_id = self._office.departments.handlers(self._unit())[0].id
        self._office.tickets.make_move(self._no, move, actor=actor, actor_id=user_id, handler_id=handler_id, **words)
