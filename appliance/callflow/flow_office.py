"""Everything of the call flow that reads or writes rows, built once over a runner."""

from __future__ import annotations

from collections.abc import Callable

from appliance.callflow.announcements import Announcements
from appliance.callflow.flow_desk import FlowDesk
from appliance.callflow.flows import CallFlows
from appliance.callflow.runner import Runner
from appliance.callflow.spoken_replies import SpokenReplies
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.config import Settings
from appliance.feed import Feed
from appliance.plugins import Plugins
from appliance.prompts.sound import SoundForms
from appliance.upkeep.audit import Audit
from db.store import Store


class FlowOffice:
    """`flows` and `announcements` are for pages, `every_round` for the desk thread, `spoken` for the minute's jobs."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        feed: Feed,
        runner: Runner,
        tickets: Tickets,
        has_sound: Callable[[str], bool],
        plugins: Plugins,
        forms: SoundForms | None,
    ) -> None:
        """`has_sound`: whether somebody has recorded the prompt of this key."""
        region_code = settings.office.region_code
        self.flows = CallFlows(settings.modems, store, clock, audit, feed=feed, runner=runner, region_code=region_code)
        self.announcements = Announcements(
            store,
            clock,
            audit,
            feed=feed,
            flows=self.flows,
            has_sound=has_sound,
            lines=[modem.name for modem in settings.modems],
        )
        self.spoken = SpokenReplies(store, clock, plugins, forms)
        desk = FlowDesk(store, clock, runner, tickets, region_code=region_code, spoken=self.spoken.sound)
        self.every_round: tuple[Callable[[], object], ...] = (desk.answer, desk.write)
