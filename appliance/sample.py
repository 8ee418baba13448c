"""Fills a new demo database with the invented county, through the same services that the office uses."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from appliance.casework.lifecycle import Actor
from appliance.casework.tickets import TicketForm
from appliance.clock import FastClock
from appliance.config import Settings
from appliance.people.users import User
from appliance.services import Services
from db.store import Store

STORY_STARTS_HOURS_AGO = 120
STEPS = ("accept", "dispatch", "sign", "reply", "approve", "rate")


@cache
def county() -> dict[str, Any]:
    """The data file as it stands."""
    return tomllib.loads(resources.files("appliance").joinpath("sample_county.toml").read_text("utf-8"))


def make(settings: Settings) -> None:
    """Create the demo's database with a few days of history that end now."""
    now = datetime.now(UTC)
    clock = FastClock(now - timedelta(hours=STORY_STARTS_HOURS_AGO))
    store = Store(settings.data.directory / "hotline.db", kind="demo")
    try:
        services = Services.for_command(settings, store, clock)
        with store.transaction():
            people = _people(services)
        for story in sorted(county()["tickets"], key=lambda story: -int(story["hours_ago"])):
            begins = now - timedelta(hours=int(story["hours_ago"]))
            clock.advance((begins - clock.now()).total_seconds())
            with store.transaction():
                _ticket(services, story, people["wang"])
        with store.transaction() as tx:  # the story's messages were sent long ago
            services.outbox.forget_queue(tx)
    finally:
        store.close()
