"""What the office decided about its lines: each line's plan, and the announcement that is on; handed to the runner.

Saved by pages, loaded into the runner whole, so that no call ever waits for a row.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.callflow.loaded import FlowData
from appliance.callflow.plan import Plan, default_plan
from appliance.callflow.plan_form import Typed, read_plan
from appliance.callflow.runner import Runner
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.config import VOICE, ModemSettings
from appliance.errors import NotFound
from appliance.feed import Feed
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import call_flow as rows
from db.store import Store

log = logging.getLogger(__name__)

EVERY_LINE = ""


@dataclass(frozen=True, slots=True)
class LineFlow:
    """One line as the page shows it."""

    plan: Plan
    is_landline: bool
    has_sound: bool  # the box can be heard on it
    number: str  # to be called for a test; "" = not set
    is_default: bool
    changed_at: datetime | None = None
    changed_by: str = ""


class CallFlows:
    """Any page's thread."""

    def __init__(
        self,
        modems: Sequence[ModemSettings],
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        feed: Feed,
        runner: Runner,
        region_code: str,
    ) -> None:
        self._modems = {modem.name: modem for modem in modems}
        self._store, self._clock, self._audit, self._feed, self._runner = store, clock, audit, feed, runner
        self._region_code, self._loading = region_code, threading.Lock()
        self._brands: Mapping[str, str] = {}
        self.load()

    def load(self) -> None:
        """From the next call on the lines do what the rows say now."""
        with self._loading:  # who saved last is the last to load
            plans = {name: flow.plan for name, flow in self._all().items()}
            self._brands = {name: plan.brand for name, plan in plans.items()}
            on = {row["line"]: f"announcement:{row['announcement_id']}" for row in rows.switched_on(self._store)}
            keys = {name: on.get(name, on.get(EVERY_LINE, "")) for name in self._modems}
            self._runner.load(FlowData(plans, {name: key for name, key in keys.items() if key}))

    def brand(self, name: str) -> str:
        """What this line is called, where it is another office's; "" = it is our own. From memory: every card asks."""
        return self._brands.get(name, "")

    def lines(self) -> tuple[LineFlow, ...]:
        return tuple(self._all().values())

    def line(self, name: str) -> LineFlow:
        """Raises NotFound."""
        found = self._all().get(name)
        if found is None:
            raise NotFound
        return found

    def read(self, name: str, typed: Typed) -> Plan:
        """What was typed, as a plan that isn't saved. Raises NotFound, FieldWrong."""
        return read_plan(name, typed, has_sound=self.line(name).has_sound, region_code=self._region_code)

    def save(self, name: str, typed: Typed, by: User) -> Plan:
        """The plan of this line from now on. Raises NotFound, FieldWrong."""
        plan = self.read(name, typed)
        text = plan.as_json()
        with self._store.transaction() as tx:
            if not rows.save_plan(tx, name, text, at=utc_text(self._clock.now()), by=by.id):
                return plan
            self._audit.write(tx, "call_flow_set", "line", None, by, words=(name, text))
        self.load()
        self._feed.announce("line", 0)
        log.info("%s: the call flow was changed", name)
        return plan

    def _all(self) -> Mapping[str, LineFlow]:
        saved = {row["line"]: row for row in rows.plans(self._store)}
        found = {}
        for name, modem in self._modems.items():
            is_landline, row = modem.kind == VOICE, saved.get(name)
            found[name] = LineFlow(
                Plan.from_json(name, row["plan"]) if row else default_plan(name, is_landline=is_landline),
                is_landline,
                has_sound=is_landline or bool(modem.audio_device),
                number=modem.number,
                is_default=row is None,
                changed_at=from_utc_text(row["changed_at"]) if row else None,
                changed_by=(row["changed_by_name"] or "") if row else "",
            )
        return found
